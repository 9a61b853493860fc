#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "bindings/thoraxlite.h"
#include "made_models.h"

using namespace thoraxlite;
using nlohmann::json;

namespace {

json open(const Bytes& model, const char* engine = "auto") {
  return json::parse(thoraxlite_open(model.data(), model.size(), "00ff", engine, 1));
}

json screen(const char* name, const Bytes& file, bool show_anyway = false) {
  return json::parse(thoraxlite_screen(name, file.data(), file.size(), show_anyway, 0));
}

json screen_pixels(const std::vector<std::uint16_t>& pixels, int width, int height,
                   int max_value = 65535, double colourfulness = 0, unsigned notes = 0) {
  return json::parse(thoraxlite_screen_pixels("a.dcm", pixels.data(), width, height, max_value,
                                              colourfulness, std::nan(""), 0, "", "", notes, 0, 0));
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
  CHECK(screening["model"] == json{{"name", "made"}, {"version", ""}, {"sha256", "00ff"}});
  CHECK(screening["version"] == thoraxlite_version());
  CHECK(none["version"] == "0.0.0 (made)");

  const float* map = thoraxlite_evidence(1);
  REQUIRE(map != nullptr);
  const int side = screening["evidence"]["width"];
  CHECK(screening["evidence"]["height"] == side);
  CHECK(std::all_of(map, map + side * side, [](float value) { return std::isfinite(value); }));
  CHECK(thoraxlite_evidence(-1) == nullptr);
  CHECK(thoraxlite_evidence(2) == nullptr);
  CHECK(thoraxlite_lung_field() == nullptr);  // the model has no lung network
  screen("a.png", {});
  CHECK(thoraxlite_evidence(0) == nullptr);

  ModelParts with_lungs = made_model();
  add_lungs(with_lungs);
  CHECK(open(with_lungs.write())["card"] == with_lungs.card);
  CHECK(screen("a.png", film)["status"] == "ok");
  const std::uint8_t* field = thoraxlite_lung_field();
  REQUIRE(field != nullptr);
  const std::uint8_t* end = field + kMadeFilm * kMadeFilm;
  CHECK(std::all_of(field, end, [](std::uint8_t inside) { return inside <= 1; }));
  CHECK(std::count(field, end, std::uint8_t{1}) > kMadeFilm * kMadeFilm / 10);
  screen("a.png", {});
  CHECK(thoraxlite_lung_field() == nullptr);

  CHECK(open({})["error"] == "The file is not valid safetensors: it is empty.");
  CHECK(open(parts.write(), "gpu")["error"] ==
        "There is no engine \"gpu\"; expected auto, simd, xnnpack or reference.");
  CHECK(screen("a.png", film)["message"] == "No model is open.");
}

TEST_CASE("pixels that the caller decoded give the scores of their file") {
  const std::vector<std::uint16_t> pixels = pattern(80, 70);
  CHECK(screen_pixels(pixels, 80, 70)["message"] == "No model is open.");
  open(made_model().write());
  const json of_pixels = screen_pixels(pixels, 80, 70);
  CHECK(of_pixels["status"] == "ok");
  CHECK(of_pixels["file"] == "a.dcm");
  CHECK(of_pixels["image"] == json{{"width", 80}, {"height", 70}, {"max_value", 65535}});
  CHECK(of_pixels["findings"] == screen("a.png", grey_png16(80, 70, pixels))["findings"]);
  CHECK(screen_pixels(pixels, 80, 70, 65535, 0.03)["status"] == "ok");
  CHECK(of_pixels["notes"] == json::array());
  CHECK(screen_pixels(pixels, 80, 70, 65535, 0, 0b1001)["notes"] ==
        json{"turned_upright", "table_scaled"});
  const json coloured = screen_pixels(pixels, 80, 70, 65535, 0.3);
  CHECK(coloured["refusal"] == json{{"type", "colour"}, {"passes_as", nullptr}});
  CHECK(coloured["findings"].empty());

  const std::string sides =
      "The film is 0 x 70 pixels; expected 1 to 16384 a side and at most 40000000 in all.";
  CHECK(screen_pixels(pixels, 0, 70)["message"] == sides);
  CHECK(screen_pixels(pixels, 80, 20000)["status"] == "error");
  CHECK(screen_pixels(pixels, 16000, 16000)["status"] == "error");
  const json too_white = screen_pixels(pixels, 80, 70, 255);
  CHECK(too_white["message"] ==
        "The film's pixels do not lie between 0 and its white, 255; expected a white of at most "
        "65535.");
  CHECK(too_white["findings"].empty());
  CHECK(screen_pixels(pixels, 80, 70, 0)["status"] == "error");
  CHECK(screen_pixels(pixels, 80, 70, 65536)["status"] == "error");
}

TEST_CASE("a refused image is scored where that is asked for, and marked") {
  open(made_model().write());
  const Bytes blank = grey_png8(64, 64, std::vector<std::uint16_t>(64 * 64, 200));
  const json refused = screen("a.png", blank);
  CHECK(refused["refusal"] == json{{"type", "blank"}, {"passes_as", nullptr}});
  CHECK(refused["shown_anyway"] == false);
  CHECK(refused["findings"].empty());
  const json shown = screen("a.png", blank, true);
  CHECK(shown["status"] == "refused");
  CHECK(shown["refusal"] == refused["refusal"]);
  CHECK(shown["message"] == refused["message"]);
  CHECK(shown["shown_anyway"] == true);
  CHECK(shown["findings"].size() == 2);
  // A film that nobody refuses is not marked, whatever was asked for.
  CHECK(screen("a.png", grey_png16(80, 70, pattern(80, 70)), true)["shown_anyway"] == false);
}

TEST_CASE("a decoded film's pixels are those of its file, and go with the next") {
  const std::vector<std::uint16_t> pixels = pattern(33, 21);
  const Bytes file = grey_png16(33, 21, pixels);
  CHECK(json::parse(thoraxlite_decode(file.data(), file.size())) ==
        json{{"width", 33}, {"height", 21}, {"max_value", 65535}});
  REQUIRE(thoraxlite_pixels() != nullptr);
  CHECK(std::equal(pixels.begin(), pixels.end(), thoraxlite_pixels()));
  CHECK(json::parse(thoraxlite_decode(file.data(), 0))["error"] ==
        "The file is empty; expected a JPEG, PNG or DICOM image.");
  CHECK(thoraxlite_pixels() == nullptr);
}

TEST_CASE("memory that is not there is NULL") {
  std::uint8_t* bytes = thoraxlite_allocate(16);
  REQUIRE(bytes != nullptr);
  thoraxlite_free(bytes);
  thoraxlite_free(nullptr);
}
