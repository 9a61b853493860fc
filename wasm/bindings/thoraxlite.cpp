#include "bindings/thoraxlite.h"

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "core/screener.h"

namespace {

using namespace thoraxlite;

// A module instance is one worker with one model, so the state of the ABI is the module's.
std::optional<Screener> screener;
std::string answer;

std::string as_json(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<Screener> open(ByteView model, const char* sha256, const char* engine) {
  const Result<EngineKind> kind = parse_engine_kind(engine);
  if (!kind) return tl::unexpected(kind.error());
  return Screener::open(model, sha256, *kind);
}

}  // namespace

uint8_t* thoraxlite_allocate(size_t size) {
  return static_cast<uint8_t*>(std::malloc(size));
}

void thoraxlite_free(uint8_t* bytes) {
  std::free(bytes);
}

const char* thoraxlite_open(const uint8_t* model, size_t size, const char* sha256,
                            const char* engine) {
  // The old model goes first: the new one may need its memory, and a failed attempt must not leave
  // a model that the page does not show.
  screener.reset();
  Result<Screener> opened = open({model, size}, sha256, engine);
  if (opened) {
    screener.emplace(std::move(*opened));
    // The card was parsed when the model was opened, so its text can stand as it is.
    answer = "{\"card\":" + screener->card().json + ",\"sha256\":" + as_json(sha256) +
             ",\"engine\":" + as_json(to_string(screener->engine_kind())) + '}';
  } else {
    answer = "{\"error\":" + as_json(opened.error().message) + '}';
  }
  return answer.c_str();
}

const char* thoraxlite_screen(const char* file_name, const uint8_t* file, size_t size) {
  Screening screening;
  screening.file = file_name;
  screening.message = "No model is open.";
  if (screener) screening = screener->screen(file_name, {file, size});
  answer = to_json(screening);
  return answer.c_str();
}
