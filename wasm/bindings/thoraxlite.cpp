#include "bindings/thoraxlite.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>

#include "core/image/decode.h"
#include "core/json/json_writer.h"
#include "core/screener.h"
#include "core/version.h"

namespace {

using namespace thoraxlite;

// A module instance is one worker with one model, so the state of the ABI is the module's.
std::optional<Screener> screener;
Screening screening;  // the last one
GreyImage decoded;    // the last one
std::string answer;

std::string error_json(const Error& error) {
  return JsonWriter().open('{').key("error").text(error.message).close('}').take();
}

Result<Screener> open(ByteView model, const char* sha256, const char* engine, int threads) {
  const Result<EngineKind> kind = parse_engine_kind(engine);
  if (!kind) return tl::unexpected(kind.error());
  return Screener::open(model, sha256, *kind, threads);
}

Result<GreyImage> to_image(const uint16_t* pixels, int width, int height, int max_value) {
  if (width < 1 || height < 1 || width > kMaxImageSide || height > kMaxImageSide ||
      static_cast<long long>(width) * height > kMaxImageArea) {
    return fail("The film is " + std::to_string(width) + " x " + std::to_string(height) +
                " pixels; expected 1 to " + std::to_string(kMaxImageSide) + " a side and at most " +
                std::to_string(kMaxImageArea) + " in all.");
  }
  const uint16_t* end = pixels + static_cast<std::size_t>(width) * height;
  if (max_value < 1 || max_value > 65535 || *std::max_element(pixels, end) > max_value) {
    return fail("The film's pixels do not lie between 0 and its white, " +
                std::to_string(max_value) + "; expected a white of at most 65535.");
  }
  return GreyImage{width, height, static_cast<uint16_t>(max_value), {pixels, end}};
}

FilmChange to_change(int change) {
  return static_cast<FilmChange>(std::clamp(change, 0, static_cast<int>(FilmChange::turned_270)));
}

// work: gives the screening, where a model is open.
template <class Work>
const char* screen_by(const char* file_name, Work work) {
  if (screener) {
    screening = work();
  } else {
    screening = {};
    screening.file = file_name;
    screening.message = "No model is open.";
  }
  answer = to_json(screening, version());
  return answer.c_str();
}

}  // namespace

const char* thoraxlite_version(void) {
  return version();
}

uint8_t* thoraxlite_allocate(size_t size) {
  return static_cast<uint8_t*>(std::malloc(size));
}

void thoraxlite_free(uint8_t* bytes) {
  std::free(bytes);
}

const char* thoraxlite_open(const uint8_t* model, size_t size, const char* sha256,
                            const char* engine, int threads) {
  // The old model goes first: the new one may need its memory, and a failed attempt must not leave
  // a model that the page does not show.
  screener.reset();
  screening = {};
  Result<Screener> opened = open({model, size}, sha256, engine, threads);
  if (opened) {
    screener.emplace(std::move(*opened));
    // The card was parsed when the model was opened, so its text can stand as it is.
    JsonWriter json;
    json.open('{').key("card").document(screener->card().json).key("sha256").text(sha256);
    json.key("version").text(screener->card().version);
    json.key("engine").text(to_string(screener->engine_kind())).close('}');
    answer = json.take();
  } else {
    answer = error_json(opened.error());
  }
  return answer.c_str();
}

const char* thoraxlite_screen(const char* file_name, const uint8_t* file, size_t size,
                              int show_anyway, int change) {
  return screen_by(file_name, [&] {
    return screener->screen(file_name, {file, size}, show_anyway != 0, to_change(change));
  });
}

const char* thoraxlite_screen_pixels(const char* file_name, const uint16_t* pixels, int width,
                                     int height, int max_value, double colourfulness,
                                     double age_years, int is_lateral, const char* body_part,
                                     const char* modality, unsigned notes, int show_anyway,
                                     int change) {
  return screen_by(file_name, [&] {
    const Result<GreyImage> image = to_image(pixels, width, height, max_value);
    if (!image) return screener->no_result(file_name, image.error().message);
    FilmFacts facts{
        static_cast<float>(colourfulness), age_years, is_lateral != 0, body_part, modality, {}};
    for (int note = 0; note < kFilmNotes; ++note) {
      if ((notes >> note & 1) != 0) facts.notes.push_back(static_cast<FilmNote>(note));
    }
    return screener->screen(file_name, *image, facts, show_anyway != 0, to_change(change));
  });
}

const float* thoraxlite_evidence(int finding) {
  if (!screening.evidence || finding < 0 ||
      static_cast<std::size_t>(finding) >= screening.evidence->maps.size()) {
    return nullptr;
  }
  return screening.evidence->maps[static_cast<std::size_t>(finding)].data();
}

const uint8_t* thoraxlite_lung_field(void) {
  return screening.lung_field.empty() ? nullptr : screening.lung_field.data();
}

const char* thoraxlite_decode(const uint8_t* file, size_t size) {
  decoded = {};
  Result<GreyImage> image = decode_image({file, size});
  if (image) {
    decoded = std::move(*image);
    JsonWriter json;
    json.open('{').key("width").whole(decoded.width).key("height").whole(decoded.height);
    json.key("max_value").whole(decoded.max_value).close('}');
    answer = json.take();
  } else {
    answer = error_json(image.error());
  }
  return answer.c_str();
}

const uint16_t* thoraxlite_pixels(void) {
  return decoded.pixels.empty() ? nullptr : decoded.pixels.data();
}
