#include "core/novelty.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "core/screener.h"
#include "made_models.h"

using namespace thoraxlite;

namespace {

Screening screen(const ModelParts& parts, bool show_anyway = false,
                 FilmChange change = FilmChange::none) {
  const Bytes model = parts.write();
  auto screener = Screener::open({model.data(), model.size()}, "00ff", EngineKind::automatic);
  REQUIRE_MESSAGE(screener.has_value(), screener.error().message);
  const Bytes file = grey_png16(80, 70, pattern(80, 70));
  return screener->screen("film.png", {file.data(), file.size()}, show_anyway, change);
}

ModelParts with_novelty(float threshold) {
  ModelParts parts = made_model();
  add_novelty(parts, threshold);
  return parts;
}

std::string error_with(const std::function<void(ModelParts&)>& change) {
  return error_after(change, with_novelty(0));
}

}  // namespace

TEST_CASE("the features are a thumbnail free of exposure, then the last features") {
  std::vector<float> pixels(24 * 24);
  std::vector<float> other(24 * 24);
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    pixels[i] = 0.02f * static_cast<float>(i % 24) + 0.01f * static_cast<float>(i / 24);
    other[i] = pixels[i] + 0.2f;
  }
  const std::vector<float> features = novelty_features(pixels, 24, {7, 8, 9});
  REQUIRE(features.size() == kThumbnailSide * kThumbnailSide + 3);
  CHECK(features.back() == 9);
  CHECK(features[1] > features[0]);
  CHECK(features[1] - features[0] == doctest::Approx(2 * (features[12] - features[0])));
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < 144; ++i) {
    sum += features[i];
    squares += features[i] * features[i];
  }
  CHECK(sum == doctest::Approx(0).epsilon(1e-4));
  CHECK(squares / 144 > 0.7);
  CHECK(squares / 144 < 1);
  const std::vector<float> brighter = novelty_features(other, 24, {7, 8, 9});
  for (std::size_t i = 0; i < features.size(); ++i) {
    CHECK(brighter[i] == doctest::Approx(features[i]).epsilon(1e-4));
  }
  for (const float flat : novelty_features(std::vector<float>(13 * 13, 0.5f), 13, {})) {
    CHECK(flat == doctest::Approx(0));
  }
}

TEST_CASE("the distance is that of its equation") {
  Novelty novelty;
  novelty.mean = {1, 0};
  novelty.directions = {2, 0, 0.5f, 1};
  novelty.background_mean = {1, -1};
  novelty.background_variance = {4, 0.5f};
  // f - m = (2, 4): z = (4, 5)
  CHECK(novelty_distance(novelty, {3, 4}) == doctest::Approx(16 - 9 / 4.0 + 25 - 36 / 0.5));
}

TEST_CASE("what lies above the threshold is refused, and scored where that is asked for") {
  const float distance = screen(with_novelty(1e6f)).novelty->distance;
  const Screening near = screen(with_novelty(distance + 1));
  CHECK(near.status == Status::ok);
  CHECK(near.novelty->threshold == distance + 1);
  CHECK(near.findings.size() == 2);
  // An export takes a measured distance for its threshold, so this happens.
  const Screening tie = screen(with_novelty(distance));
  CHECK(tie.novelty->threshold == distance);
  CHECK(tie.status == Status::ok);
  const float below = std::nextafter(distance, std::numeric_limits<float>::lowest());
  CHECK(screen(with_novelty(below)).status == Status::refused);

  const Screening far = screen(with_novelty(distance - 1));
  CHECK(far.status == Status::refused);
  CHECK(far.refusal == RefusalType::not_a_chest_film);
  CHECK(far.message.find("The image is unlike the films that this model learned from (") == 0);
  CHECK(far.findings.empty());
  CHECK_FALSE(far.evidence.has_value());

  const Screening shown = screen(with_novelty(distance - 1), true);
  CHECK(shown.status == Status::refused);
  CHECK(shown.shown_anyway);
  REQUIRE(shown.findings.size() == 2);
  CHECK(shown.findings[0].score == near.findings[0].score);
  CHECK(shown.evidence.has_value());
}

TEST_CASE("a refusal tells the distance and the limit, with as many digits as tell them apart") {
  CHECK(not_a_chest_film(60.6f, 57.7f).message ==
        "The image is unlike the films that this model learned from (61; its limit is 58).");
  CHECK(not_a_chest_film(57.84f, 57.71f).message ==
        "The image is unlike the films that this model learned from (57.84; its limit is 57.71).");
}

TEST_CASE("a refused film is said to pass as another way round that has the least distance") {
  // Of the film as it is and of each way round: the one whose distance is least sets the limit.
  const auto at = [](float limit, FilmChange change) {
    return screen(with_novelty(limit), false, change);
  };
  const float as_it_is = at(1e6f, FilmChange::none).novelty->distance;
  float least = as_it_is;
  FilmChange best = FilmChange::none;
  for (const FilmChange change : {FilmChange::inverted, FilmChange::turned_90,
                                  FilmChange::turned_180, FilmChange::turned_270}) {
    const Screening screening = at(1e6f, change);
    CHECK(screening.change == change);
    if (screening.novelty && screening.novelty->distance < least) {
      least = screening.novelty->distance;
      best = change;
    }
  }
  REQUIRE(best != FilmChange::none);
  const Screening refused = at((least + as_it_is) / 2, FilmChange::none);
  CHECK(refused.status == Status::refused);
  CHECK(refused.passes_as == best);
  CHECK(at((least + as_it_is) / 2, best).status == Status::ok);
  CHECK(at(least - 1, FilmChange::none).passes_as == FilmChange::none);
}

TEST_CASE("a model without statistics knows no novelty") {
  const Screening screening = screen(made_model());
  CHECK(screening.status == Status::ok);
  CHECK_FALSE(screening.novelty.has_value());
}

TEST_CASE("statistics that do not fit are refused, each by its reason") {
  CHECK(error_with([](ModelParts&) {}) == "no error");
  CHECK(error_with([](ModelParts& parts) { parts.card.erase("novelty"); }) ==
        refusal("the tensor \"novelty.background_mean\" belongs to no node"));
  CHECK(error_with([](ModelParts& parts) {
          parts.tensor("novelty.mean").name = "novelty.average";
        }) == refusal("the tensor novelty.mean is missing"));
  CHECK(error_with([](ModelParts& parts) { parts.card["novelty"]["directions"] = 2; }) ==
        refusal("novelty.directions has another shape than the network asks"));
  CHECK(error_with([](ModelParts& parts) {
          parts.card["novelty"]["strictness"] = 1;
        }).find("strictness") != std::string::npos);
  CHECK(error_with([](ModelParts& parts) {
          parts.card["novelty"].erase("threshold");
        }).find("threshold") != std::string::npos);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(error_with([=](ModelParts& parts) {
          parts.tensor("novelty.background_mean") =
              f32_tensor("novelty.background_mean", {3}, {0, nan, 0});
        }) == refusal("novelty.background_mean holds a number that is not finite"));
  CHECK(error_with([](ModelParts& parts) {
          parts.tensor("novelty.background_variance") =
              f32_tensor("novelty.background_variance", {3}, {1, 0, 1});
        }) == refusal("novelty.background_variance holds a number below 0.000001"));
  CHECK(error_with([](ModelParts& parts) {
          parts.tensor("self_test.novelty").name = "self_test.other";
        }) == refusal("the tensor self_test.novelty is missing"));
}

TEST_CASE("statistics of a network that gives no features, or too few pixels, are refused") {
  const std::string expected =
      refusal("it has statistics of novelty, but its network has no last map for them");
  // The last map has one position; the input is large enough.
  CHECK(error_with([](ModelParts& parts) {
          parts.card["graph"][2]["stride"] = 10;
          parts.tensor("self_test.logits") = f32_tensor("self_test.logits", {2}, {0, 0});
        }) == expected);
  // The input is a pixel smaller than the thumbnail; the last map has nine positions.
  ModelParts small = made_model(kThumbnailSide - 1);
  add_novelty(small, 0);
  CHECK(error_after([](ModelParts&) {}, small) == expected);
  ModelParts enough = made_model(kThumbnailSide);
  add_novelty(enough, 0);
  CHECK(error_after([](ModelParts&) {}, enough) == "no error");
}

TEST_CASE("statistics that fail the self-test are refused") {
  ModelParts parts = with_novelty(0);
  parts.tensor("novelty.background_mean") = f32_tensor("novelty.background_mean", {3}, {4, 4, 4});
  const Bytes model = parts.write();
  const auto screener = Screener::open({model.data(), model.size()}, "00ff", EngineKind::automatic);
  REQUIRE_FALSE(screener.has_value());
  CHECK(screener.error().message.find(
            "The model does not pass its own self-test: the distance is ") == 0);
}
