// Thresholds by a rule, of all films and of adults' alone, against scores made by hand.
#include "evaluation/operating_sets.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

using namespace thoraxlite;

TEST_CASE("the threshold at a sensitivity is the largest that reaches it") {
  // Ten with the finding at 0.10, 0.19, 0.28, ..., and eight without at 0.05, 0.14, 0.23, ...
  std::vector<float> scores;
  std::vector<int> present;
  for (int i = 0; i < 10; ++i) {
    scores.push_back(0.09f * static_cast<float>(i) + 0.1f);
    present.push_back(1);
    if (i >= 8) continue;
    scores.push_back(0.09f * static_cast<float>(i) + 0.05f);
    present.push_back(0);
  }
  // Nine of ten: from the second lowest with it, at 0.19, half-way down to 0.14 without it.
  CHECK(sensitivity_threshold(scores, present, 0.9) == doctest::Approx(0.165));
  // Half of a film is a whole one: 0.85 and 0.81 of ten are nine too, 0.8 are eight.
  CHECK(sensitivity_threshold(scores, present, 0.81) == doctest::Approx(0.165));
  CHECK(sensitivity_threshold(scores, present, 0.8) == doctest::Approx(0.255));
  // All of ten; and as many where 0.95 of them were asked for.
  CHECK(sensitivity_threshold(scores, present, 1) == doctest::Approx(0.075));
  CHECK(sensitivity_threshold(scores, present, 0.95) == sensitivity_threshold(scores, present, 1));
  for (const double sensitivity : {0.05, 0.3, 0.5, 0.9, 0.95}) {
    const float threshold = sensitivity_threshold(scores, present, sensitivity);
    CHECK(count_at(scores, present, threshold).sensitivity() >= sensitivity);
    // The next higher score with the finding would be one too few.
    float next = 2;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      if (present[i] && scores[i] > threshold) next = std::min(next, scores[i]);
    }
    CHECK(count_at(scores, present, std::nextafter(next, 2.0f)).sensitivity() < sensitivity);
  }

  // Equal scores are called alike; where nothing is lower, everything is called.
  CHECK(sensitivity_threshold({0.2f, 0.4f, 0.4f, 0.4f}, {0, 1, 1, 0}, 0.5) == doctest::Approx(0.3));
  CHECK(sensitivity_threshold({0.4f, 0.4f, 0.6f}, {0, 1, 1}, 0.9) == 0.4f);
  // Between neighbouring numbers there is none.
  const float one_up = std::nextafter(0.5f, 1.0f);
  CHECK(sensitivity_threshold({0.5f, one_up}, {0, 1}, 0.9) == one_up);
  CHECK_THROWS(sensitivity_threshold({0.1f}, {1}, 0.9));
  CHECK_THROWS(sensitivity_threshold({0.1f}, {0}, 0.9));
}

namespace {

// Labels a, b and "none". For each kind of film: how many, their targets and the scores of a,
// evenly from `low` on.
struct FilmKind {
  int count;
  bool of_children;
  std::vector<float> targets;
  float low;
};

ScoredImages films_of(const std::vector<FilmKind>& kinds) {
  ScoredImages images;
  images.labels = {"a", "b", "none"};
  images.exclusive = false;
  for (const FilmKind& kind : kinds) {
    for (int i = 0; i < kind.count; ++i) {
      const float score = kind.low + 0.005f * static_cast<float>(i);
      images.scores.push_back({score, score, score});
      images.targets.push_back(kind.targets);
      images.sources.push_back("");
      images.patients.push_back(std::to_string(images.patients.size() / 2));
      images.of_children.push_back(kind.of_children);
    }
  }
  return images;
}

std::vector<std::string> names_of(const std::vector<OperatingSet>& sets) {
  std::vector<std::string> names;
  for (const OperatingSet& set : sets) names.push_back(set.name);
  return names;
}

}  // namespace

TEST_CASE("sets are chosen of all and of adults alone, where there are enough") {
  // Children's scores lie lower: of adults alone another threshold comes out.
  const std::vector<FilmKind> kinds = {{20, false, {1, 0, 0}, 0.6f},
                                       {20, false, {0, 0, 1}, 0.4f},
                                       {20, true, {1, 1, 0}, 0.3f},
                                       {20, true, {0, 0, 1}, 0.1f}};
  const OperatingSets chosen = choose_sets(films_of(kinds), "none");
  CHECK(names_of(chosen.sets) == std::vector<std::string>{"sensitivity_90", "sensitivity_95",
                                                          "youden/adults", "sensitivity_90/adults",
                                                          "sensitivity_95/adults"});
  // 36 of 40: the fifth lowest with it, at 0.32, and 18 of adults' 20: the third lowest, at 0.61.
  CHECK(chosen.sets[0].points[0].threshold == doctest::Approx(0.3175));
  CHECK(chosen.sets[0].points[0].sensitivity == doctest::Approx(0.9));
  CHECK(chosen.sets[0].points[0].positives == 40);
  CHECK(chosen.sets[0].points[0].cases == 80);
  CHECK(chosen.sets[3].points[0].threshold == doctest::Approx(0.6075));
  CHECK(chosen.sets[3].points[0].sensitivity == doctest::Approx(0.9));
  CHECK(chosen.sets[3].points[0].specificity == 1);
  CHECK(chosen.sets[3].points[0].cases == 40);
  CHECK(chosen.sets[4].points[0].threshold == doctest::Approx(0.6025));
  CHECK(chosen.sets[4].points[0].sensitivity == doctest::Approx(0.95));
  for (const OperatingSet& set : chosen.sets) {
    CAPTURE(set.name);
    const OperatingPoint& point = set.points[0];
    REQUIRE(point.threshold_95);
    CHECK(point.threshold_95->low <= point.threshold);
    CHECK(point.threshold_95->high >= point.threshold);
  }
  // No adult has b.
  for (const std::size_t set : {2, 3, 4}) {
    CHECK_FALSE(chosen.sets[set].points[1].is_measured());
    CHECK(chosen.sets[set].points[1].cases == 40);
  }
  CHECK(chosen.without_threshold ==
        std::vector<std::string>{
            "youden/adults: no threshold for 'b', of which validation has 0 images with it and 40 "
            "without; expected 20 of each",
            "sensitivity_90/adults: no threshold for 'b', of which validation has 0 images with it "
            "and 40 without; expected 20 of each",
            "sensitivity_95/adults: no threshold for 'b', of which validation has 0 images with it "
            "and 40 without; expected 20 of each"});

  // Of adults 19 with a and 2 with b: "none" alone, which is no finding, makes no set.
  std::vector<FilmKind> few = kinds;
  few[0].count = 19;
  few.push_back({2, false, {0, 1, 0}, 0.5f});
  CHECK(names_of(choose_sets(films_of(few), "none").sets) ==
        std::vector<std::string>{"sensitivity_90", "sensitivity_95"});
  // Where nobody is known to be a child, adults are all there are.
  std::vector<FilmKind> nobody = kinds;
  for (FilmKind& kind : nobody) kind.of_children = false;
  CHECK(choose_sets(films_of(nobody), "none").sets.size() == 2);
  ScoredImages without_ages = films_of(kinds);
  without_ages.of_children.clear();
  CHECK(choose_sets(without_ages, "none").sets.size() == 2);
  // The default has a threshold where there is one of each.
  const auto points = choose_points(
      films_of({{1, false, {1, 1, 0}, 0.6f}, {1, false, {0, 1, 1}, 0.4f}}), youden_threshold, 1);
  CHECK(points[0].threshold == doctest::Approx(0.5));
  CHECK(points[0].is_measured());
  CHECK_FALSE(points[1].is_measured());
  CHECK(points[1].positives == 2);
}

TEST_CASE("a set's figures are of all test films, and of adults beside") {
  const ScoredImages images = films_of(
      {{10, false, {1, 0, 0}, 0.6f}, {10, false, {0, 0, 1}, 0.58f}, {10, true, {1, 0, 0}, 0.3f}});
  OperatingPoint chosen;
  chosen.threshold = 0.6151f;  // above four of the first, eight of the second, all of the third
  chosen.positives = 20;
  chosen.cases = 40;
  OperatingPoint without;
  without.has_threshold = false;
  const auto json = sets_json({{"sensitivity_90/adults", {chosen, without, chosen}}}, images);
  REQUIRE(json.size() == 1);
  CHECK(json[0]["name"] == "sensitivity_90");
  CHECK(json[0]["population"] == "adults");
  REQUIRE(json[0]["findings"].size() == 2);  // no row of what has no threshold
  const auto& all = json[0]["findings"][0];
  CHECK(all["label"] == "a");
  CHECK(all["threshold"] == 0.6151);
  CHECK(all["true_positives"] == 6);
  CHECK(all["false_negatives"] == 14);
  CHECK(all["false_positives"] == 2);
  CHECK(all["true_negatives"] == 8);
  CHECK(all["sensitivity"] == 0.3);
  CHECK(all["specificity_95"][0] < 0.8);
  CHECK(all["specificity_95"][1] > 0.8);
  const auto& adults = json[0]["adults"]["findings"][0];
  CHECK(adults["true_positives"] == 6);
  CHECK(adults["false_negatives"] == 4);
  CHECK(json[0]["findings"][1]["label"] == "none");
  ScoredImages without_ages = images;
  without_ages.of_children.clear();
  CHECK_FALSE(sets_json({{"sensitivity_90", {chosen, without, chosen}}}, without_ages)[0].contains(
      "adults"));
}
