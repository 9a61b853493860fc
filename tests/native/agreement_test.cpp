// How far two networks say the same of the same films.
#include "evaluation/agreement.h"

#include <doctest/doctest.h>

#include <cmath>

#include "made_folder.h"

using namespace thoraxlite;

namespace {

// Of one label and its opposite, by the score of the first.
ScoredImages scored(const std::vector<float>& of_a, const std::vector<std::string>& names,
                    const std::vector<std::string>& labels = {"a", "b"}) {
  ScoredImages images;
  images.labels = labels;
  images.exclusive = false;
  for (std::size_t i = 0; i < of_a.size(); ++i) {
    images.scores.push_back({of_a[i], 1 - of_a[i]});
    images.targets.push_back({-1, -1});
    images.sources.push_back("ward");
    images.names.push_back(names[i]);
  }
  return images;
}

const std::vector<std::string> kNames = {"1", "2", "3", "4"};

}  // namespace

TEST_CASE("the rank correlation is Spearman's") {
  CHECK(rank_correlation({1, 2, 3, 4}, {10, 20, 30, 1000}) == doctest::Approx(1));
  CHECK(rank_correlation({1, 2, 3, 4}, {4, 3, 2, 1}) == doctest::Approx(-1));
  // 1 - 6 * 2 / (4 * 15), one pair being exchanged.
  CHECK(rank_correlation({1, 2, 3, 4}, {1, 2, 4, 3}) == doctest::Approx(0.8));
  // Ranks 1.5, 1.5, 3 against 1, 2, 3.
  CHECK(rank_correlation({5, 5, 7}, {1, 2, 3}) == doctest::Approx(std::sqrt(0.75)));
  CHECK(std::isnan(rank_correlation({5, 5, 5}, {1, 2, 3})));
}

TEST_CASE("films are matched by name, and labels by theirs") {
  const ScoredImages first = scored({0.1f, 0.6f, 0.8f, 0.3f}, kNames);
  ScoredImages second = scored({0.9f, 0.5f, 0.2f, 0.4f}, {"3", "other", "1", "2"}, {"b", "a"});
  const Agreement agreement = agreement_of(first, second, true);
  CHECK(agreement.films == 3);
  REQUIRE(agreement.labels.size() == 2);
  CHECK(agreement.labels[0].label == "a");
  // Of a: 0.1, 0.6, 0.8 against 0.8, 0.6, 0.1.
  CHECK(agreement.labels[0].difference.value == doctest::Approx((0.7 + 0 + 0.7) / 3));
  CHECK(agreement.labels[0].rank_correlation.value == doctest::Approx(-1));
  CHECK(agreement.labels[0].first_mean == doctest::Approx(0.5));
  CHECK(agreement.labels[1].second_mean == doctest::Approx(0.5));
  CHECK(agreement.mean_difference.value == doctest::Approx(1.4 / 3));
  REQUIRE(agreement.same_highest);
  CHECK(agreement.same_highest->value == doctest::Approx(1.0 / 3));
  CHECK(!agreement_of(first, second, false).same_highest);
  // Of scores of two kinds only the order says something.
  const Agreement kinds = agreement_of(first, second, true, /*comparable=*/false);
  CHECK(std::isnan(kinds.mean_difference.value));
  CHECK(kinds.labels[0].rank_correlation.value == doctest::Approx(-1));
  CHECK(contains(to_table(kinds), "scores are of two kinds"));
  CHECK(agreement.mean_difference.interval.low <= agreement.mean_difference.value);
  CHECK(agreement.mean_difference.interval.high >= agreement.mean_difference.value);
  CHECK(to_json(agreement)["labels"][0]["rank_correlation"]["value"] == -1.0);
}

TEST_CASE("networks that have nothing in common are told so") {
  const ScoredImages first = scored({0.1f, 0.6f, 0.8f, 0.3f}, kNames);
  CHECK(contains(reason([&] { agreement_of(first, scored({0.1f}, {"9"}), false); }), "no film"));
  CHECK(contains(reason([&] { agreement_of(first, scored({0.1f}, {"1"}, {"x", "y"}), false); }),
                 "no label in common"));
}

TEST_CASE("labels are picked by name") {
  ScoredImages images = scored({0.1f, 0.6f}, {"1", "2"});
  images.targets = {{1, 0}, {0, 1}};
  const ScoredImages picked = pick_labels(images, {"b", "a"});
  CHECK(picked.scores[0][1] == 0.1f);
  CHECK(picked.targets[0] == std::vector<float>{0, 1});
  CHECK(picked.exclusive);
  CHECK(!pick_labels(images, {"b"}).exclusive);
  CHECK(contains(reason([&] { pick_labels(images, {"c"}); }), "no label 'c'"));
}
