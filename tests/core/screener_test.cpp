#include "core/screener.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "core/image/read_film.h"
#include "made_models.h"
#include "naive_network.h"

using namespace thoraxlite;
using nlohmann::json;

namespace {

Result<Screener> open(const ModelParts& parts, EngineKind kind = EngineKind::automatic) {
  const Bytes file = parts.write();
  return Screener::open({file.data(), file.size()}, "abc123", kind);
}

Screening screen(Screener& screener, const Bytes& file) {
  return screener.screen("film.png", {file.data(), file.size()});
}

}  // namespace

TEST_CASE("a film gives its findings") {
  Screener screener = open(made_model()).value();
  CHECK(screener.engine_kind() != EngineKind::automatic);
  const Screening screening = screen(screener, grey_png16(80, 70, pattern(80, 70)));
  CHECK(screening.status == Status::ok);
  CHECK(screening.message.empty());
  CHECK(screening.file == "film.png");
  CHECK(screening.model_name == "made");
  CHECK(screening.model_sha256 == "abc123");
  REQUIRE(screening.findings.size() == 2);
  CHECK(screening.findings[0].label == "alpha");
  CHECK(screening.findings[0].score + screening.findings[1].score == doctest::Approx(1));
  CHECK(screening.findings[0].threshold == 0.25f);
  CHECK(screening.milliseconds.decode > 0);
  CHECK(screening.milliseconds.prepare > 0);
  CHECK(screening.milliseconds.infer > 0);
}

TEST_CASE("a film comes with evidence for each finding, and nothing of lungs by itself") {
  for (const ModelParts& parts : {made_model(), made_dense_model()}) {
    Screener screener = open(parts).value();
    const Screening screening = screen(screener, grey_png16(80, 70, pattern(80, 70)));
    REQUIRE(screening.evidence.has_value());
    const EvidenceMaps& evidence = *screening.evidence;
    CHECK(evidence.maps.size() == 2);
    CHECK(evidence.maps[0].size() == static_cast<std::size_t>(evidence.height * evidence.width));
    CHECK(screening.lung_field.empty());
    for (const Finding& finding : screening.findings) {
      CHECK_FALSE(finding.evidence_inside_lungs);
      CHECK_FALSE(finding.peak);
    }
  }
}

TEST_CASE("a model that sees lungs finds, shows and scores them alike by every engine") {
  const Bytes file = grey_png16(80, 70, pattern(80, 70));
  json view;
  SUBCASE("films larger than what the lung network reads") {}
  SUBCASE("films smaller than that") {
    view["film"] = 13;
  }
  SUBCASE("the outside kept") {
    view["outside"] = "kept";
  }
  SUBCASE("films seen whole") {
    view = false;
  }
  for (ModelParts parts : {made_model(), made_dense_model(), made_block_model()}) {
    add_lungs(parts);
    if (view == false) parts.card.erase("view");
    if (view.is_object()) parts.card["view"].update(view);
    fit_self_test(parts);
    const Model model = load(parts.write()).value();
    const int side = film_side(model.card);
    const PreparedFilm film =
        naive_preparation(model, read_film({file.data(), file.size()}, side)->pixels);
    REQUIRE_FALSE(has_no_lungs(film));
    std::vector<float> input = film.picture;
    normalise(input, model.card.input);
    const std::vector<float> logits = naive_outputs(model, input).back().values;
    int engines = 0;
    for (const EngineKind kind : engines_built_in()) {
      CAPTURE(to_string(kind));
      Result<Screener> screener = open(parts, kind);
      if (!screener && kind == EngineKind::simd) continue;  // it runs blocks alone
      REQUIRE_MESSAGE(screener.has_value(), screener.error().message);
      ++engines;
      const Screening screening = screen(*screener, file);
      REQUIRE_MESSAGE(screening.status == Status::ok, screening.message);
      CHECK(screening.lung_field == film.lungs);
      REQUIRE(screening.evidence.has_value());
      const EvidenceMaps& evidence = *screening.evidence;
      for (std::size_t k = 0; k < 2; ++k) {
        CHECK(screening.findings[k].logit == doctest::Approx(logits[k]).epsilon(1e-4));
        // In the film's frame: all of it, and none beside what the network saw.
        double sum = evidence.rest[k];
        for (int y = 0; y < evidence.height; ++y) {
          for (int x = 0; x < evidence.width; ++x) {
            const float value = evidence.maps[k][static_cast<std::size_t>(y * evidence.width + x)];
            sum += value;
            const bool beside = (x + 1) * side <= film.box.left * evidence.width ||
                                x * side >= (film.box.left + film.box.width) * evidence.width ||
                                (y + 1) * side <= film.box.top * evidence.height ||
                                y * side >= (film.box.top + film.box.height) * evidence.height;
            if (beside) REQUIRE(value == 0);
          }
        }
        CHECK(std::abs(sum - (logits[k] - logits[1 - k])) < 1e-3);
        CHECK(screening.findings[k].evidence_inside_lungs ==
              share_inside(evidence.maps[k], evidence.height, evidence.width, film.lungs, side));
      }
    }
    CHECK(engines > 0);
  }
}

TEST_CASE("a film without lungs is refused, and scored where it is shown anyway") {
  // Nearly even, but for a light corner; inverted, the corner is lung.
  std::vector<std::uint16_t> pixels;
  for (int y = 0; y < 80; ++y) {
    for (int x = 0; x < 80; ++x) {
      pixels.push_back(
          static_cast<std::uint16_t>(x < 20 && y >= 60 ? 250 : 60 + (7 * x + 13 * y) % 8));
    }
  }
  const Bytes file = grey_png8(80, 80, pixels);
  ModelParts parts = made_model();
  add_lungs(parts);
  Screener screener = open(parts).value();
  const Screening refused = screen(screener, file);
  CHECK(refused.status == Status::refused);
  CHECK(refused.refusal == RefusalType::no_lungs);
  CHECK(std::string(to_string(RefusalType::no_lungs)) == "no_lungs");
  CHECK(refused.message == "No lungs were found in the image; expected a frontal chest film.");
  CHECK(refused.findings.empty());
  CHECK_FALSE(refused.evidence.has_value());
  CHECK(refused.lung_field.empty());
  CHECK(refused.passes_as == FilmChange::none);  // without statistics nothing is known to pass

  const Screening shown = screener.screen("film.png", {file.data(), file.size()}, true);
  CHECK(shown.status == Status::refused);
  CHECK(shown.refusal == RefusalType::no_lungs);
  CHECK(shown.shown_anyway);
  REQUIRE(shown.findings.size() == 2);
  CHECK(shown.evidence.has_value());
  CHECK(shown.lung_field.empty());
  for (const Finding& finding : shown.findings) {
    CHECK_FALSE(finding.evidence_inside_lungs);  // not "none inside": there are no lungs
    CHECK_FALSE(finding.evidence_unusual);
  }
  const Screening turned =
      screener.screen("film.png", {file.data(), file.size()}, false, FilmChange::inverted);
  CHECK(turned.status == Status::ok);

  // Which change passes is told by the distance, of the picture that the change gives.
  for (const float threshold : {1e6f, -1e6f}) {
    ModelParts novel = parts;
    add_novelty(novel, threshold);
    Result<Screener> opened = open(novel);
    REQUIRE_MESSAGE(opened.has_value(), opened.error().message);
    Screener with_statistics = *std::move(opened);
    const Screening screening = screen(with_statistics, file);
    CHECK(screening.refusal == RefusalType::no_lungs);
    CHECK_FALSE(screening.novelty.has_value());
    CHECK(screening.passes_as == (threshold > 0 ? FilmChange::inverted : FilmChange::none));
    const Screening anyway = with_statistics.screen("film.png", {file.data(), file.size()}, true);
    CHECK(anyway.refusal == RefusalType::no_lungs);  // the distance is not a second reason
    CHECK(anyway.novelty.has_value());
    CHECK(anyway.findings.size() == 2);
  }
}

TEST_CASE("engines give the same scores") {
  Screener reference = open(made_model(), EngineKind::reference).value();
  Screener automatic = open(made_model()).value();
  const Bytes file = grey_png16(80, 70, pattern(80, 70));
  CHECK(screen(reference, file).findings[0].score ==
        doctest::Approx(screen(automatic, file).findings[0].score).epsilon(1e-5));
}

TEST_CASE("the depth of the file does not change the score") {
  Screener screener = open(made_model()).value();
  std::vector<std::uint16_t> low = pattern(64, 64);
  for (std::uint16_t& pixel : low) pixel >>= 8;
  std::vector<std::uint16_t> high = low;
  for (std::uint16_t& pixel : high) pixel *= 257;
  CHECK(
      screen(screener, grey_png8(64, 64, low)).findings[0].score ==
      doctest::Approx(screen(screener, grey_png16(64, 64, high)).findings[0].score).epsilon(1e-6));
}

TEST_CASE("blank and tiny images are refused, without findings") {
  Screener screener = open(made_model()).value();
  const Screening blank =
      screen(screener, grey_png8(64, 64, std::vector<std::uint16_t>(64 * 64, 200)));
  CHECK(blank.status == Status::refused);
  CHECK(blank.refusal == RefusalType::blank);
  CHECK(blank.message == "The image is blank: all of its pixels are equal.");
  CHECK(blank.findings.empty());

  const Screening tiny = screen(screener, grey_png8(1, 1, {0}));
  CHECK(tiny.status == Status::refused);
  CHECK(tiny.refusal == RefusalType::too_small);
  CHECK(tiny.message ==
        "The image is too small to be read: 1 x 1 pixels; expected at least 64 a side.");
  CHECK(tiny.findings.empty());
  CHECK(screen(screener, grey_png8(63, 64, pattern(63, 64))).status == Status::refused);
}

TEST_CASE("what cannot be read is an error, without findings") {
  Screener screener = open(made_model()).value();
  const Screening screening = screen(screener, text_bytes("not an image"));
  CHECK(screening.status == Status::error);
  CHECK(screening.message == "This is a text file; expected a JPEG, PNG or DICOM image.");
  CHECK(screening.findings.empty());
  CHECK(screening.model_name == "made");
}

TEST_CASE("a network that overflows gives an error, never a score") {
  // The self-test's black image stays in range; a film drives the sums to infinity.
  ModelParts parts = made_model();
  const float huge = std::numeric_limits<float>::max();
  for (std::uint8_t& byte : parts.tensor("self_test.image").bytes) byte = 0;
  parts.card["input"]["mean"] = 0;
  parts.tensor("fc1.weight") = f32_tensor("fc1.weight", {5, 6}, std::vector<float>(30, huge));
  parts.tensor("conv2.bias") = f32_tensor("conv2.bias", {6}, std::vector<float>(6, 0));
  parts.tensor("conv1.bias") = f32_tensor("conv1.bias", {4}, std::vector<float>(4, 0));
  parts.tensor("conv1.weight") =
      f32_tensor("conv1.weight", {4, 1, 5, 5}, std::vector<float>(100, 1));
  parts.tensor("conv2.weight") =
      f32_tensor("conv2.weight", {6, 4, 3, 3}, std::vector<float>(6 * 4 * 9, 1));
  fit_self_test(parts);
  for (const EngineKind kind : {EngineKind::reference, EngineKind::automatic}) {
    Screener screener = open(parts, kind).value();
    const Screening screening = screen(screener, grey_png16(80, 70, pattern(80, 70)));
    CHECK(screening.status == Status::error);
    CHECK(screening.message ==
          "The network gave something that is not a number; there is no result.");
    CHECK(screening.findings.empty());
  }
}

TEST_CASE("a model that does not pass its self-test is refused") {
  ModelParts parts = made_model();
  parts.tensor("self_test.image").bytes[5] ^= 0x80;
  const auto screener = open(parts);
  REQUIRE_FALSE(screener.has_value());
  CHECK(screener.error().message.find("The model does not pass its own self-test: logit ") == 0);
}

TEST_CASE("findings are judged by the operating point that was chosen, and by all of them beside") {
  ModelParts parts = made_model();
  add_operating_sets(parts);
  const Bytes file = parts.write();
  Screener screener =
      Screener::open({file.data(), file.size()}, "00ff", EngineKind::reference).value();
  const Bytes film = grey_png16(80, 70, pattern(80, 70));
  const Screening by_default = screener.screen("a.png", {film.data(), film.size()});
  REQUIRE(by_default.status == Status::ok);
  CHECK(by_default.operating_point == "youden");
  CHECK(by_default.findings[0].threshold == 0.25f);

  CHECK(screener.choose("sensitivity_90/adults") == std::nullopt);
  const Screening by_adults = screener.screen("a.png", {film.data(), film.size()});
  CHECK(by_adults.operating_point == "sensitivity_90/adults");
  CHECK(by_adults.findings[0].threshold == 0.1875f);
  CHECK_FALSE(by_adults.findings[1].threshold);
  CHECK(by_adults.findings[0].score == by_default.findings[0].score);

  CHECK(screener.choose("adults")->message ==
        "The model has no operating point \"adults\"; it has youden, sensitivity_90, "
        "sensitivity_90/adults.");
  CHECK(screener.no_result("a.png", "").operating_point == "sensitivity_90/adults");
  CHECK(screener.no_result("a.png", "").operating_points ==
        std::vector<std::string>{"youden", "sensitivity_90", "sensitivity_90/adults"});

  const auto judgements = [](const Screening& screening) {
    const auto json = nlohmann::json::parse(to_json(screening, "1.2.3"));
    return json["findings"][1]["judgements"];
  };
  CHECK(judgements(by_default) == judgements(by_adults));
  CHECK(judgements(by_default)[1]["threshold"] == 0.5);
  CHECK(judgements(by_default)[1]["positive"] == (by_default.findings[1].score >= 0.5f));
  CHECK(judgements(by_default)[2] == nlohmann::json{{"threshold", nullptr},
                                                    {"positive", false},
                                                    {"near", false},
                                                    {"evidence_unusual", false}});
}

TEST_CASE("a screening is one line of JSON with its keys in order") {
  Screening screening;
  screening.file = "a.png";
  screening.status = Status::ok;
  screening.film = {"aa11", 2, "1.2", "1.2.3"};
  screening.time = "2026-11-30T09:00:00Z";
  Finding covid;
  covid.label = "covid";
  covid.score = 0.1f;
  Finding normal;
  normal.label = "normal";
  normal.score = 0.75f;
  normal.threshold = 0.5f;
  normal.positive = normal.near = true;
  normal.evidence_inside_lungs = 0.5f;
  normal.evidence_unusual = true;
  normal.peak = Peak{0.25f, 0.75f, true, Across::right, Down::bottom};
  screening.findings = {covid, normal};
  screening.operating_point = "youden";
  screening.operating_points = {"youden"};
  screening.model_name = "made";
  screening.model_version = "7";
  screening.model_sha256 = "00ff";
  screening.milliseconds = {1.5, 2.25, 3, 0.5};
  CHECK(
      to_json(screening, "1.2.3") ==
      R"({"file":"a.png","film":{"sha256":"aa11","frame":2,"study_uid":"1.2","sop_uid":"1.2.3"},)"
      R"("time":"2026-11-30T09:00:00Z",)"
      R"("status":"ok","message":"","refusal":null,"shown_anyway":false,"change":null,)"
      R"("operating_point":"youden","operating_points":["youden"],)"
      R"("findings":[{"label":"covid","score":0.1,"threshold":null,"positive":false,"near":false,)"
      R"("neither":false,"evidence_inside_lungs":null,"evidence_unusual":false,"peak":null},)"
      R"({"label":"normal","score":0.75,"threshold":0.5,"positive":true,"near":true,)"
      R"("neither":false,"evidence_inside_lungs":0.5,"evidence_unusual":true,)"
      R"("peak":{"x":0.25,"y":0.75,"in_lungs":true,"across":"right","down":"bottom"}}],)"
      R"("novelty":null,"evidence":null,)"
      R"("image":null,"notes":[],"model":{"name":"made","version":"7","sha256":"00ff"},"version":"1.2.3",)"
      R"("milliseconds":{"decode":1.5,"prepare":2.25,"infer":3.0,"evidence":0.5}})");

  screening.refusal = RefusalType::not_a_chest_film;
  screening.passes_as = FilmChange::turned_90;
  screening.change = FilmChange::inverted;
  screening.status = Status::refused;
  screening.message = "No.";
  screening.shown_anyway = true;
  screening.findings.clear();
  screening.novelty = NoveltyScore{9.5f, 3.25f};
  screening.evidence = EvidenceMaps{28, 27, {{1, 2.5f}}, {}};
  screening.image = ImageFacts{2000, 1500, 4095};
  CHECK(to_json(screening, "1.2.3") ==
        R"({"file":"a.png","film":{"sha256":"aa11","frame":2,"study_uid":"1.2","sop_uid":"1.2.3"},)"
        R"("time":"2026-11-30T09:00:00Z",)"
        R"("status":"refused","message":"No.",)"
        R"("refusal":{"type":"not_a_chest_film","passes_as":"turned_90"},"shown_anyway":true,)"
        R"("change":"inverted","operating_point":"youden","operating_points":["youden"],)"
        R"("findings":[],"novelty":{"distance":9.5,"threshold":3.25},)"
        R"("evidence":{"width":27,"height":28,"most":2.5},)"
        R"("image":{"width":2000,"height":1500,"max_value":4095},"notes":[],)"
        R"("model":{"name":"made","version":"7","sha256":"00ff"},"version":"1.2.3",)"
        R"("milliseconds":{"decode":1.5,"prepare":2.25,"infer":3.0,"evidence":0.5}})");
}

TEST_CASE("hostile file names stay valid JSON and UTF-8") {
  Screening screening;
  screening.file = "\"\\\n\x01 \xff\xfe \xc3\xa9.png";
  screening.message = "no";
  CHECK(to_json(screening, "1.2.3") ==
        "{\"file\":\"\\\"\\\\\\n\\u0001 \xef\xbf\xbd\xef\xbf\xbd \xc3\xa9.png\","
        "\"film\":{\"sha256\":\"\",\"frame\":0,\"study_uid\":\"\",\"sop_uid\":\"\"},\"time\":\"\","
        "\"status\":\"error\",\"message\":\"no\",\"refusal\":null,\"shown_anyway\":false,"
        "\"change\":null,\"operating_point\":\"\",\"operating_points\":[],\"findings\":[],"
        "\"novelty\":null,\"evidence\":null,\"image\":null,"
        "\"notes\":[],"
        "\"model\":{\"name\":\"\",\"version\":\"\",\"sha256\":\"\"},\"version\":\"1.2.3\","
        "\"milliseconds\":{\"decode\":0.0,\"prepare\":0.0,\"infer\":0.0,\"evidence\":0.0}}");
}
