// Means over seeds and differences between rows, against values worked out by hand.
#include "evaluation/ablation.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <stdexcept>

#include "evaluation/figures.h"

using namespace thoraxlite;

namespace {

// Two exclusive labels, `count` images of which the network is right on each with this chance.
ScoredImages network(int count, double right, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  ScoredImages images{{"normal", "pneumonia"}, true, {}, {}, {}};
  for (int i = 0; i < count; ++i) {
    const bool present = i % 2 == 1;
    const bool called = (static_cast<double>(random() % 10000) < right * 10000) == present;
    images.scores.push_back({called ? 0.2f : 0.7f, called ? 0.7f : 0.2f});
    images.targets.push_back({present ? 0.0f : 1.0f, present ? 1.0f : 0.0f});
    images.sources.push_back("s");
  }
  return images;
}

AblationRun figures_only(const char* row, std::uint64_t seed, double f1) {
  return {row, seed, {{"macro_f1", f1}}, {}, {}};
}

template <class Run>
std::string refusal(const Run& run) {
  try {
    run();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("Student's t, as printed in every table of it") {
  CHECK(student_t_975(1) == doctest::Approx(12.7062).epsilon(1e-5));
  CHECK(student_t_975(2) == doctest::Approx(4.30265).epsilon(1e-5));
  CHECK(student_t_975(3) == doctest::Approx(3.18245).epsilon(1e-5));
  CHECK(student_t_975(4) == doctest::Approx(2.77645).epsilon(1e-5));
  CHECK(student_t_975(9) == doctest::Approx(2.26216).epsilon(1e-5));
  CHECK(student_t_975(30) == doctest::Approx(2.04227).epsilon(1e-5));
  CHECK(student_t_975(1000) == doctest::Approx(1.96234).epsilon(1e-5));
}

TEST_CASE("mean over seeds") {
  const SeedMean mean = mean_over_seeds({1, 2, 3});
  CHECK(mean.mean == doctest::Approx(2));
  CHECK(mean.deviation == doctest::Approx(1));
  CHECK(mean.interval.high == doctest::Approx(2 + 4.30265 / std::sqrt(3.0)));
  CHECK(mean.interval.low == doctest::Approx(2 - 4.30265 / std::sqrt(3.0)));
  const SeedMean one = mean_over_seeds({0.5});
  CHECK(one.mean == 0.5);
  CHECK(std::isnan(one.deviation));
  CHECK(std::isnan(one.interval.low));
}

TEST_CASE("every named figure, of exclusive labels and of findings") {
  // Right on 3 of 4: one normal image is called pneumonia.
  ScoredImages images{{"normal", "pneumonia"},
                      true,
                      {{0.9f, 0.1f}, {0.2f, 0.6f}, {0.1f, 0.8f}, {0.3f, 0.7f}},
                      {{1, 0}, {1, 0}, {0, 1}, {0, 1}},
                      {"s", "s", "s", "s"}};
  const std::vector<float> thresholds = {0.5f, 0.65f};
  CHECK(figure("accuracy", images, thresholds) == doctest::Approx(0.75));
  CHECK(figure("macro_precision", images, thresholds) == doctest::Approx((1 + 2.0 / 3) / 2));
  CHECK(figure("macro_f1", images, thresholds) == doctest::Approx((2.0 / 3 + 0.8) / 2));
  CHECK(figure("weighted_recall", images, thresholds) == doctest::Approx(0.75));
  CHECK(figure("mean_area_under_roc", images, thresholds) == doctest::Approx((3.0 / 4 + 1) / 2));
  CHECK(refusal([&] { figure("micro_f1", images, thresholds); }).find("expected one of accuracy") !=
        std::string::npos);

  images.exclusive = false;
  // By thresholds: normal 1 right, 1 missed; pneumonia 2 right.
  CHECK(figure("accuracy", images, thresholds) == doctest::Approx(7.0 / 8));
  CHECK(figure("micro_recall", images, thresholds) == doctest::Approx(3.0 / 4));
  CHECK(figure("micro_f1", images, thresholds) == doctest::Approx(6.0 / 7));
  CHECK(figure("macro_f1", images, thresholds) == doctest::Approx((2.0 / 3 + 1) / 2));
  for (const bool exclusive : {false, true}) {
    images.exclusive = exclusive;
    for (const std::string& name : figure_names(exclusive)) {
      CHECK(std::isfinite(figure(name, images, thresholds)));
    }
  }
}

TEST_CASE("rows keep their order, their seeds and their figures") {
  const std::vector<AblationRow> rows = summarise(
      {figures_only("zeta", 1, 0.8), figures_only("alpha", 1, 0.9), figures_only("zeta", 2, 0.9)});
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].name == "zeta");
  CHECK(rows[0].seeds == std::vector<std::uint64_t>{1, 2});
  CHECK(rows[0].figures[0].second.mean == doctest::Approx(0.85));
  CHECK(rows[1].figures[0].second.runs == 1);
}

TEST_CASE("a paired difference over seeds forgets what both rows share") {
  // The seeds differ much, the rows always by 0.01, 0.02, 0.03.
  std::vector<AblationRun> runs;
  const double base[] = {0.5, 0.7, 0.9};
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    runs.push_back(figures_only("alone", seed, base[seed]));
    runs.push_back(figures_only("taught", seed, base[seed] + 0.01 * static_cast<double>(seed + 1)));
  }
  runs.push_back(figures_only("taught", 9, 0.0));  // no partner: left out
  const Difference difference = compare(runs, "taught", "alone", "macro_f1");
  CHECK(difference.over_seeds.runs == 3);
  CHECK(difference.over_seeds.mean == doctest::Approx(0.02));
  CHECK(difference.over_seeds.interval.low ==
        doctest::Approx(0.02 - 4.30265 * 0.01 / std::sqrt(3.0)));
  CHECK(std::isnan(difference.over_images.low));
}

TEST_CASE("a paired difference over images") {
  const std::vector<float> thresholds = {0.5f, 0.5f};
  const ScoredImages strong = network(400, 0.95, 1), weak = network(400, 0.80, 2);
  const std::vector<AblationRun> runs = {ablation_run("strong", 1, strong, thresholds),
                                         ablation_run("same", 1, strong, thresholds),
                                         ablation_run("weak", 1, weak, thresholds)};
  const Difference difference = compare(runs, "strong", "weak", "accuracy", 500);
  CHECK(std::isnan(difference.over_seeds.interval.low));
  CHECK(difference.over_images.low > 0);
  CHECK(difference.over_images.low < difference.over_seeds.mean);
  CHECK(difference.over_images.high > difference.over_seeds.mean);
  // Each image's difference is -1, 0 or 1: the interval is near the normal one of their mean.
  double squares = 0;
  for (std::size_t i = 0; i < 400; ++i) {
    const auto right = [&](const ScoredImages& images) {
      return (images.scores[i][1] > 0.5f) == (images.targets[i][1] > 0.5f) ? 1.0 : 0.0;
    };
    const double away = right(strong) - right(weak) - difference.over_seeds.mean;
    squares += away * away;
  }
  const double width = 2 * 1.96 * std::sqrt(squares / 400 / 400);
  CHECK(difference.over_images.high - difference.over_images.low ==
        doctest::Approx(width).epsilon(0.2));

  const Difference none = compare(runs, "strong", "same", "macro_f1", 100);
  CHECK(none.over_images.low == 0);
  CHECK(none.over_images.high == 0);
}

TEST_CASE("a paired difference is over patients where they are known") {
  const std::vector<float> thresholds = {0.5f, 0.5f};
  const ScoredImages strong = network(60, 0.95, 1), weak = network(60, 0.70, 2);
  // Every image twice, of one patient: the interval of the images once.
  const auto twice = [](const ScoredImages& images) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < images.size(); ++i) places.insert(places.end(), {i, i});
    ScoredImages both = pick(images, places);
    for (const std::size_t place : places) both.patients.push_back("p" + std::to_string(place));
    return both;
  };
  const auto difference = [&](const ScoredImages& a, const ScoredImages& b) {
    return compare({ablation_run("a", 1, a, thresholds), ablation_run("b", 1, b, thresholds)}, "a",
                   "b", "macro_f1", 300);
  };
  const Difference once = difference(strong, weak), both = difference(twice(strong), twice(weak));
  CHECK(both.over_images.low == doctest::Approx(once.over_images.low));
  CHECK(both.over_images.high == doctest::Approx(once.over_images.high));
  CHECK(to_string(both.over) == "60 patients");
  CHECK(to_string(once.over) == "60 images (patients unknown)");
  const Ablation ablation{{}, {both}, "as one"};
  CHECK(to_json(ablation)["differences"][0]["over_images"]["patients"] == 60);
  CHECK(to_json(ablation)["policy"] == "as one");
  CHECK(to_table(ablation).find("95 % over 60 patients") != std::string::npos);
  CHECK(to_table(ablation).find("Policy: as one.") != std::string::npos);

  ScoredImages named = strong, others = weak;
  for (std::size_t i = 0; i < 60; ++i) {
    named.names.push_back("film " + std::to_string(i));
    others.names.push_back("other film " + std::to_string(i));
  }
  CHECK(refusal([&] { difference(named, others); }).find("tested on other images") !=
        std::string::npos);
}

TEST_CASE("an ablation as a table and as JSON prints no number where there is none") {
  const std::vector<AblationRun> runs = {
      figures_only("alone", 1, 0.8), figures_only("taught", 1, 0.9), figures_only("alone", 2, 0.81),
      figures_only("taught", 2, std::numeric_limits<double>::quiet_NaN())};
  const Ablation ablation{summarise(runs), {compare(runs, "taught", "alone", "macro_f1")}};
  const auto json = to_json(ablation);
  CHECK(json["rows"][0]["figures"]["macro_f1"]["mean"] == 0.805);
  CHECK(json["rows"][1]["figures"]["macro_f1"]["mean"].is_null());
  CHECK(json["differences"][0]["over_images_95"][0].is_null());
  const std::string text = to_table(ablation);
  CHECK(text.find("nan") == std::string::npos);
  CHECK(text.find("taught - alone") != std::string::npos);
}

TEST_CASE("what cannot be compared is refused, saying which runs") {
  const std::vector<float> thresholds = {0.5f, 0.5f};
  CHECK(refusal([] { summarise({}); }).find("without runs") != std::string::npos);
  const AblationRun run = figures_only("alone", 3, 0.8);
  CHECK(refusal([&] { summarise({run, run}); }).find("row 'alone', seed 3: there twice") !=
        std::string::npos);
  CHECK(refusal([&] {
          compare({run, figures_only("taught", 4, 0.9)}, "alone", "taught", "macro_f1");
        }).find("share no seed") != std::string::npos);
  CHECK(refusal([&] {
          compare({run, figures_only("taught", 3, 0.9)}, "alone", "taught", "accuracy");
        }).find("no figure 'accuracy'") != std::string::npos);
  CHECK(refusal([&] {
          compare({ablation_run("a", 1, network(10, 1, 1), thresholds),
                   ablation_run("b", 1, network(12, 1, 1), thresholds)},
                  "a", "b", "accuracy");
        }).find("row 'b', seed 1: tested on other images") != std::string::npos);
}
