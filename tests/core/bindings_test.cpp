#include <doctest/doctest.h>

#include "bindings/thoraxlite.h"
#include "made_models.h"

using namespace thoraxlite;
using nlohmann::json;

namespace {

json open(const Bytes& model, const char* engine = "auto") {
  return json::parse(thoraxlite_open(model.data(), model.size(), "00ff", engine));
}

json screen(const char* name, const Bytes& file) {
  return json::parse(thoraxlite_screen(name, file.data(), file.size()));
}

}  // namespace

TEST_CASE("the binding opens a model, screens, and forgets a model that failed") {
  const Bytes film = grey_png16(80, 70, pattern(80, 70));
  const json none = screen("a.png", film);
  CHECK(none["status"] == "error");
  CHECK(none["message"] == "No model is open.");

  const ModelParts parts = made_model();
  const json opened = open(parts.write(), "reference");
  CHECK(opened["card"] == parts.card);
  CHECK(opened["sha256"] == "00ff");
  CHECK(opened["engine"] == "reference");
  CHECK(open(parts.write())["engine"] != "auto");

  const json screening = screen("a.png", film);
  CHECK(screening["status"] == "ok");
  CHECK(screening["findings"].size() == 2);
  CHECK(screening["model"] == json{{"name", "made"}, {"sha256", "00ff"}});

  CHECK(open({})["error"] == "The file is not valid safetensors: it is empty.");
  CHECK(open(parts.write(), "gpu")["error"] ==
        "There is no engine \"gpu\"; expected auto, xnnpack or reference.");
  CHECK(screen("a.png", film)["message"] == "No model is open.");
}

TEST_CASE("memory that is not there is NULL") {
  std::uint8_t* bytes = thoraxlite_allocate(16);
  REQUIRE(bytes != nullptr);
  thoraxlite_free(bytes);
  thoraxlite_free(nullptr);
}
