// Audits: each piece where the answer is known.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "audit/alteration.h"
#include "audit/altered_figures.h"
#include "audit/audit_json.h"
#include "audit/audit_page.h"
#include "audit/bad_news.h"
#include "audit/block_out.h"
#include "audit/equal_count_calibration.h"
#include "audit/patient_figures.h"
#include "audit/source_probe.h"
#include "evaluation/evaluation.h"
#include "evaluation/figure_json.h"
#include "strict_markup.h"

using namespace thoraxlite;

namespace {

using Json = nlohmann::ordered_json;

// Grey that rises from left to right, with one bright place.
Picture ramp(int side) {
  Picture picture{side, std::vector<float>(static_cast<std::size_t>(side * side))};
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      picture.at(x, y) = static_cast<float>(50 + 100 * x / side) / 255.0f;
    }
  }
  return picture;
}

double mean_distance(const Picture& a, const Picture& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) sum += std::abs(a.pixels[i] - b.pixels[i]);
  return sum / static_cast<double>(a.pixels.size());
}

// The places at which two pictures differ.
std::vector<int> differing(const Picture& a, const Picture& b) {
  std::vector<int> places;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) {
    if (a.pixels[i] != b.pixels[i]) places.push_back(static_cast<int>(i));
  }
  return places;
}

float uniform(std::mt19937& random) {
  return static_cast<float>(random() / 4294967296.0);
}

// Three classes, two films a patient, most of them right.
ScoredImages scored(bool exclusive, const std::vector<std::string>& labels) {
  ScoredImages images{labels, exclusive, {}, {}, {}};
  std::mt19937 random(5);
  for (int i = 0; i < 120; ++i) {
    const auto truth = static_cast<std::size_t>(i % 3);
    std::vector<float> targets(3, 0), logits;
    targets[truth] = 1;
    if (!exclusive && i % 4 == 0) targets[(truth + 1) % 3] = 1;
    for (std::size_t label = 0; label < 3; ++label) {
      logits.push_back(2 * targets[label] - 1 + 3 * uniform(random) - 1.5f);
    }
    std::vector<float> scores;
    for (const float logit : logits) scores.push_back(1 / (1 + std::exp(-logit)));
    images.targets.push_back(targets);
    images.logits.push_back(logits);
    images.scores.push_back(scores);
    images.sources.push_back(i % 5 == 0 ? "west" : "east");
    images.patients.push_back("p" + std::to_string(i / 2));
    images.ages.push_back(10 + i % 80);
    images.columns.push_back({{"view", i % 2 == 0 ? "AP" : "PA"}});
    images.names.push_back("film " + std::to_string(i));
  }
  return images;
}

ProbeFilms probe_films(
    int count, std::uint32_t seed,
    const std::function<std::vector<float>(int source, int label, std::mt19937&)>& features,
    const std::function<int(int source, std::mt19937&)>& label_of) {
  std::mt19937 random(seed);
  ProbeFilms films;
  for (int i = 0; i < count; ++i) {
    const int source = i % 3;
    const int label = label_of(source, random);
    films.sources.push_back(std::string(1, static_cast<char>('a' + source)));
    films.labels.push_back(std::to_string(label));
    films.patients.push_back("p" + std::to_string(seed) + "-" + std::to_string(i));
    films.features.push_back(features(source, label, random));
  }
  return films;
}

}  // namespace

TEST_CASE("an alteration of no strength leaves a film as it is") {
  const Picture picture = ramp(40);
  for (const AlterationKind& kind : alteration_kinds()) {
    CAPTURE(kind.name);
    CHECK(std::count(kind.strengths.begin(), kind.strengths.end(), kind.none) == 1);
    CHECK(std::is_sorted(kind.strengths.begin(), kind.strengths.end()));
    CHECK(differing(altered(picture, kind.alteration, kind.none, 1), picture).empty());
    for (const double strength : kind.strengths) {
      if (strength == kind.none) continue;
      CAPTURE(strength);
      const Picture changed = altered(picture, kind.alteration, strength, 1);
      CHECK(mean_distance(changed, picture) > 0);
      const auto [low, high] = std::minmax_element(changed.pixels.begin(), changed.pixels.end());
      CHECK(*low >= 0);
      CHECK(*high <= 1);
    }
  }
}

TEST_CASE("eight bits come through an audit's pictures as they were") {
  Picture picture{16, {}};
  for (int i = 0; i < 256; ++i) picture.pixels.push_back(static_cast<float>(i) / 255.0f);
  const GreyImage image = to_grey(picture);
  CHECK(image.max_value == 65535);
  for (int i = 0; i < 256; ++i) CHECK(image.pixels[static_cast<std::size_t>(i)] == 257 * i);
}

TEST_CASE("alterations do what their equations say") {
  const Picture picture = ramp(40);
  const double p = picture.at(11, 7);
  CHECK(altered(picture, Alteration::brightness, 0.1, 1).at(11, 7) == doctest::Approx(p + 0.1));
  CHECK(altered(picture, Alteration::gamma, 2, 1).at(11, 7) == doctest::Approx(p * p));
  const double mean = std::accumulate(picture.pixels.begin(), picture.pixels.end(), 0.0) / 1600;
  CHECK(altered(picture, Alteration::contrast, 0.5, 1).at(11, 7) ==
        doctest::Approx(mean + 0.5 * (p - mean)));
  const Picture mirrored = altered(picture, Alteration::flip, 1, 1);
  CHECK(mirrored.at(0, 3) == picture.at(39, 3));
  CHECK(differing(altered(mirrored, Alteration::flip, 1, 1), picture).empty());
  // Of an even picture, every place is as the one beside it.
  const Picture even{20, std::vector<float>(400, 0.25f)};
  for (const Alteration kind : {Alteration::blur, Alteration::rotation, Alteration::crop}) {
    CHECK(mean_distance(altered(even, kind, kind == Alteration::crop ? 0.1 : 2, 1), even) < 1e-6);
  }
}

TEST_CASE("a rotation is clockwise, a crop enlarges, a blur spreads and keeps the sum") {
  Picture dot{41, std::vector<float>(41 * 41, 0)};
  dot.at(30, 20) = 1;  // right of the middle
  CHECK(altered(dot, Alteration::rotation, 90, 1).at(20, 30) == doctest::Approx(1));
  const Picture larger = altered(dot, Alteration::crop, 0.25, 1);
  CHECK(larger.at(40, 20) == doctest::Approx(1));  // twice as far from the middle
  const Picture blurred = altered(dot, Alteration::blur, 2, 1);
  CHECK(std::accumulate(blurred.pixels.begin(), blurred.pixels.end(), 0.0) == doctest::Approx(1));
  // exp(-d^2 / 2 s^2) beside the middle.
  CHECK(blurred.at(31, 20) / blurred.at(30, 20) == doctest::Approx(std::exp(-1 / 8.0)));
}

TEST_CASE("noise has its deviation and follows its seed; JPEG takes more at lower quality") {
  const Picture even{100, std::vector<float>(10000, 0.5f)};
  const Picture noisy = altered(even, Alteration::noise, 0.05, 3);
  double sum = 0, squares = 0;
  for (const float pixel : noisy.pixels) {
    sum += pixel - 0.5;
    squares += (pixel - 0.5) * (pixel - 0.5);
  }
  CHECK(sum / 10000 == doctest::Approx(0).epsilon(0.002));
  CHECK(std::sqrt(squares / 10000) == doctest::Approx(0.05).epsilon(0.03));
  CHECK(differing(altered(even, Alteration::noise, 0.05, 3), noisy).empty());
  CHECK(differing(altered(even, Alteration::noise, 0.05, 4), noisy).size() > 9000);

  const double light = mean_distance(altered(noisy, Alteration::jpeg, 10, 1), noisy);
  const double heavy = mean_distance(altered(noisy, Alteration::jpeg, 70, 1), noisy);
  CHECK(light > 0.001);
  CHECK(light < 0.02);
  CHECK(heavy > 1.5 * light);
}

TEST_CASE("a block-out touches what it should, and nothing else") {
  const int side = 50;
  const Picture picture = ramp(side);
  const float mean = static_cast<float>(
      std::accumulate(picture.pixels.begin(), picture.pixels.end(), 0.0) / (side * side));
  std::vector<std::uint8_t> lungs(static_cast<std::size_t>(side * side), 0);
  for (int y = 15; y < 30; ++y) {
    for (int x = 10; x < 40; ++x) lungs[static_cast<std::size_t>(y * side + x)] = 1;
  }
  // kBorder of 50 is 4 pixels, kCorner 10.
  const auto should = [&](BlockOut part, int x, int y) {
    const bool in = lungs[static_cast<std::size_t>(y * side + x)] == 1;
    const bool border = x < 4 || y < 4 || x >= 46 || y >= 46;
    const bool corner = (x < 10 || x >= 40) && (y < 10 || y >= 40);
    return part == BlockOut::lungs           ? in
           : part == BlockOut::all_but_lungs ? !in
           : part == BlockOut::border        ? border
           : part == BlockOut::corners       ? corner
                                             : border || corner;
  };
  for (const BlockOut part : kBlockOuts) {
    CAPTURE(to_string(part));
    const Picture blocked = blocked_out(picture, part, lungs);
    int wrong = 0;
    for (int y = 0; y < side; ++y) {
      for (int x = 0; x < side; ++x) {
        const float fill = part == BlockOut::lungs ? 0.0f : mean;
        wrong += blocked.at(x, y) != (should(part, x, y) ? fill : picture.at(x, y));
      }
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("the calibration error in equal-count bins, by hand") {
  // Two bins: scores 0.1 and 0.2 with one of two, 0.8 and 0.9 with two of two.
  CHECK(equal_count_error({0.9f, 0.1f, 0.8f, 0.2f}, {1, 0, 1, 1}, 2) ==
        doctest::Approx((std::abs(0.3 - 1) + std::abs(1.7 - 2)) / 4));
  // Equal scores are not torn apart.
  const auto bins = equal_count_bins({0.5f, 0.5f, 0.5f, 0.9f}, {1, 0, 0, 1}, 2);
  REQUIRE(bins.size() == 2);
  CHECK(bins[0].images == 3);
  CHECK(bins[1].images == 1);
  CHECK(equal_count_bins({0.1f, 0.2f}, {0, 1}, 15).size() == 2);
  CHECK(std::isnan(equal_count_error({}, {}, 15)));
}

TEST_CASE("calibrated scores stay below the bound of calibrated ones, others above it") {
  std::mt19937 random(11);
  std::vector<float> scores, sure;
  std::vector<int> present;
  std::vector<std::size_t> cluster_of;
  for (std::size_t i = 0; i < 1500; ++i) {
    scores.push_back(uniform(random));
    present.push_back(uniform(random) < scores.back());
    sure.push_back(scores.back() < 0.5f ? 0.5f * scores.back() : 1 - 0.5f * (1 - scores.back()));
    cluster_of.push_back(i / 2);
  }
  const EqualCountCalibration right = measure_calibration(scores, present, cluster_of, 750, 200);
  CHECK(right.error.value < right.high_if_calibrated);
  CHECK(right.mean_if_calibrated < right.high_if_calibrated);
  CHECK(right.error.interval.low <= right.error.value);
  CHECK(right.error.interval.high >= right.error.value);
  const EqualCountCalibration wrong = measure_calibration(sure, present, cluster_of, 750, 200);
  CHECK(wrong.error.value == doctest::Approx(0.125).epsilon(0.2));
  CHECK(wrong.error.value > wrong.high_if_calibrated);
  CHECK(wrong.error.interval.low > right.error.interval.low);
}

TEST_CASE("the probe tells separable sources, and does not tell what cannot be told") {
  const auto own = [](int source, int, std::mt19937& random) {
    std::vector<float> features;
    for (int i = 0; i < 4; ++i) features.push_back((i == source ? 4.0f : 0) + uniform(random));
    return features;
  };
  const auto noise = [](int, int, std::mt19937& random) {
    return std::vector<float>{uniform(random), uniform(random), uniform(random)};
  };
  const auto any = [](int, std::mt19937& random) { return static_cast<int>(random() % 2); };
  const SourceProbe told =
      probe_sources(probe_films(300, 1, own, any), probe_films(150, 2, own, any), 1, 200);
  CHECK(told.sources == std::vector<std::string>{"a", "b", "c"});
  CHECK(told.report.accuracy == 1);
  CHECK(told.report.macro.recall == 1);
  CHECK(told.largest_share == doctest::Approx(1.0 / 3));
  CHECK(told.among_all.mean == doctest::Approx(1.0 / 3).epsilon(0.05));
  CHECK(told.among_all.p == doctest::Approx(1.0 / 1001));
  CHECK(told.over.patients == 150);

  const SourceProbe untold =
      probe_sources(probe_films(300, 3, noise, any), probe_films(150, 4, noise, any), 1, 200);
  CHECK(untold.report.balanced_accuracy_95.low < 1.0 / 3);
  CHECK(untold.among_all.p > 0.05);
  CHECK(untold.report.macro.recall < untold.among_all.high);
}

TEST_CASE("a probe that only tells labels does no better than sources dealt out among like films") {
  // Source a holds label 0 mostly, b and c label 1.
  const auto mostly = [](int source, std::mt19937& random) {
    return uniform(random) < 0.9f ? (source == 0 ? 0 : 1) : (source == 0 ? 1 : 0);
  };
  const auto label_alone = [](int, int label, std::mt19937& random) {
    return std::vector<float>{static_cast<float>(label) + 0.3f * uniform(random), uniform(random)};
  };
  const SourceProbe probe = probe_sources(probe_films(600, 5, label_alone, mostly),
                                          probe_films(300, 6, label_alone, mostly), 1, 200);
  CHECK(probe.report.macro.recall > probe.among_all.high);  // told, by the label
  CHECK(probe.report.macro.recall <= probe.among_same_label.high);
  CHECK(probe.among_same_label.mean > probe.among_all.mean + 0.1);
}

TEST_CASE("sources of few films are left out, and one alone cannot be told") {
  const auto noise = [](int, int, std::mt19937& random) {
    return std::vector<float>{uniform(random)};
  };
  const auto any = [](int, std::mt19937&) { return 0; };
  const ProbeFilms training = probe_films(60, 1, noise, any);
  ProbeFilms test = probe_films(33, 2, noise, any);
  for (std::size_t i = 0; i < test.size(); ++i) {
    if (test.sources[i] == "c" && i > 20) test.sources[i] = "d";
  }
  const SourceProbe two = probe_sources(training, test, 1, 50);
  CHECK(two.sources == std::vector<std::string>{"a", "b"});
  CHECK(two.too_small == std::vector<std::string>{"c", "d"});
  CHECK(two.report.total == 22);
  for (std::string& source : test.sources) source = "a";
  CHECK(probe_sources(training, test, 1, 50).sources.empty());
  CHECK(to_json(probe_sources(training, test, 1, 50)).is_null());
}

TEST_CASE("unaltered films have the plain figures, and nothing has changed") {
  for (const bool exclusive : {true, false}) {
    CAPTURE(exclusive);
    const ScoredImages images = scored(exclusive, {"a", "b", "c"});
    const std::vector<float> thresholds(3, 0.5f);
    const AlteredFigures same =
        compare_altered(images, images, std::vector<bool>(120, false), thresholds);
    const Evaluation plain = evaluate(images, thresholds);
    CHECK(same.mean_area_under_roc.value == plain.findings.mean_area_under_roc.value);
    CHECK(same.mean_area_under_roc.interval.low == plain.findings.mean_area_under_roc.interval.low);
    if (exclusive) {
      CHECK(same.accuracy.value == plain.classes->overall.accuracy);
      CHECK(same.balanced_accuracy.value == plain.classes->overall.macro.recall);
      CHECK(same.balanced_accuracy.interval.high ==
            plain.classes->overall.balanced_accuracy_95.high);
    } else {
      CHECK(std::isnan(same.accuracy.value));
    }
    CHECK(same.change.value == 0);
    CHECK(same.calls_changed.value == 0);
    CHECK(same.score_change.value == 0);
    CHECK(same.refused.value == 0);
    CHECK(same.over.patients == 60);
  }
}

TEST_CASE("what changed of altered films is counted") {
  const ScoredImages images = scored(true, {"a", "b", "c"});
  ScoredImages altered = images;
  // Six films are called another class, and their scores of two labels are exchanged.
  double moved = 0;
  for (std::size_t i = 0; i < 6; ++i) {
    const auto most = std::max_element(images.logits[i].begin(), images.logits[i].end());
    const auto first = static_cast<std::size_t>(most - images.logits[i].begin());
    const std::size_t second = (first + 1) % 3;
    std::swap(altered.logits[i][first], altered.logits[i][second]);
    std::swap(altered.scores[i][first], altered.scores[i][second]);
    moved += 2 * std::abs(images.scores[i][first] - images.scores[i][second]) / 3;
  }
  std::vector<bool> refused(120, false);
  refused[7] = refused[8] = refused[9] = true;
  const AlteredFigures figures =
      compare_altered(images, altered, refused, std::vector<float>(3, 0.5f));
  CHECK(figures.calls_changed.value == doctest::Approx(6 / 120.0));
  CHECK(figures.score_change.value == doctest::Approx(moved / 120));
  CHECK(figures.refused.value == doctest::Approx(3 / 120.0));
  CHECK(
      figures.change.value ==
      doctest::Approx(figures.balanced_accuracy.value -
                      evaluate(images, std::vector<float>(3, 0.5f)).classes->overall.macro.recall));
  CHECK(figures.change.interval.low < figures.change.value);
  CHECK(chance_of_main_figure(images) == doctest::Approx(1.0 / 3));
  std::vector<std::size_t> of_two;
  for (std::size_t i = 0; i < 120; ++i) {
    if (i % 3 < 2) of_two.push_back(i);
  }
  CHECK(chance_of_main_figure(pick(images, of_two)) == doctest::Approx(0.5));
}

namespace {

Json figure(double value, double low, double high) {
  return {{"value", value}, {"limits", {low, high}}};
}

void put(Json& json, const std::string& name, const Json& figure) {
  json[name] = figure["value"];
  json[name + "_95"] = figure["limits"];
}

// An audit in which no rule finds anything.
Json spotless() {
  Json whole = {{"images", 200}};
  put(whole, "accuracy", figure(0.9, 0.85, 0.93));
  put(whole, "balanced_accuracy", figure(0.9, 0.85, 0.93));
  for (const char* label : {"normal", "ill"}) {
    Json one = {{"label", label}, {"support", 100}};
    put(one, "recall", figure(0.9, 0.84, 0.94));
    whole["classes"].push_back(one);
  }
  Json finding = {{"label", "ill"},
                  {"true_positives", 90},
                  {"false_negatives", 10},
                  {"true_negatives", 90},
                  {"false_positives", 10}};
  put(finding, "area_under_roc", figure(0.95, 0.92, 0.97));
  Json part = {{"part", "lungs"}, {"done", "the lungs black"}, {"chance", 0.5}};
  put(part, "balanced_accuracy", figure(0.5, 0.45, 0.55));
  put(part, "refused", figure(0.97, 0.94, 0.99));
  Json corners = {{"part", "corners"}, {"done", "the corners grey"}, {"chance", 0.5}};
  put(corners, "change", figure(-0.01, -0.03, 0.01));
  Json curve = {{"kind", "gamma"}, {"strength", "exponent"}, {"none", 1}, {"small_steps", true}};
  for (const double strength : {0.5, 0.9, 1.0, 1.1, 2.0}) {
    Json point = {{"strength", strength}};
    put(point, "change", figure(0, -0.01, 0.01));
    put(point, "calls_changed", figure(0.02, 0.01, 0.04));
    put(point, "refused", figure(0.01, 0, 0.02));
    curve["points"].push_back(point);
  }
  Json error = {{"label", "ill"}, {"mean_if_calibrated", 0.02}, {"high_if_calibrated", 0.04}};
  put(error, "error", figure(0.03, 0.01, 0.05));
  Json lesions = {{"films", 30}, {"by_chance", 0.1}};
  put(lesions, "share", figure(0.6, 0.4, 0.8));
  Json probe = {{"sources", {"a", "b"}},
                {"chance", 0.5},
                {"dealt_among_same_label", {{"mean", 0.55}, {"high", 0.6}, {"p", 0.5}}}};
  put(probe, "balanced_accuracy", figure(0.58, 0.5, 0.66));
  Json films = {{"scored", 200}, {"without_score", Json::array()}};
  put(films, "refused", figure(0.01, 0, 0.02));
  return {{"main_figure", "balanced_accuracy"},
          {"left_out", {{"epochs", 3}, {"test", {{"hospitals", Json::object()}}}}},
          {"films", films},
          {"whole", {{"overall", whole}, {"findings", {finding}}}},
          {"source_probe", probe},
          {"block_outs", {{"parts", {part, corners}}}},
          {"curves", {curve}},
          {"calibration", {{"labels", {error}}, {"called_class", nullptr}}},
          {"evidence", {{"inside_lungs", Json::array()}, {"lesions", lesions}}},
          {"comparison", nullptr}};
}

std::vector<std::string> rules(const Json& audit) {
  std::vector<std::string> names;
  for (const BadNews& one : bad_news(audit)) names.push_back(one.rule);
  return names;
}

}  // namespace

TEST_CASE("a spotless audit has no bad news, and each rule finds what it is for") {
  REQUIRE(rules(spotless()).empty());
  const auto one = [](const std::function<void(Json&)>& change) {
    Json audit = spotless();
    change(audit);
    const std::vector<BadNews> news = bad_news(audit);
    REQUIRE(news.size() == 1);
    CHECK(news[0].severity > 0);
    CHECK(news[0].severity <= 1);
    return news[0];
  };
  CHECK(one([](Json& audit) { audit["left_out"] = nullptr; }).rule == "left_out_not_measured");
  const BadNews group = one([](Json& audit) {
    Json part = audit["whole"]["overall"];
    put(part, "accuracy", figure(0.6, 0.5, 0.7));
    audit["whole"]["by_source"]["west"] = part;
  });
  CHECK(group.rule == "group_below_whole");
  CHECK(group.severity == doctest::Approx(0.3));
  CHECK(group.sentence ==
        "Accuracy on films of west is 0.600 (0.500 to 0.700), over all films 0.900 (0.850 to "
        "0.930).");
  CHECK(one([](Json& audit) {
          Json part = audit["whole"]["overall"];
          put(part["classes"][1], "recall", figure(0.5, 0.4, 0.6));
          audit["whole"]["subgroups"]["age"] = {
              {{"value", "65+"}, {"overall", part}, {"findings", Json::array()}}};
        }).sentence ==
        "The recall of ill on films with age 65+ is 0.500 (0.400 to 0.600), over "
        "all films 0.900 (0.840 to 0.940).");
  CHECK(one([](Json& audit) {
          put(audit["whole"]["findings"][0], "area_under_roc", figure(0.55, 0.49, 0.6));
        }).rule == "label_at_chance");
  const BadNews source = one([](Json& audit) {
    put(audit["source_probe"], "balanced_accuracy", figure(0.9, 0.85, 0.94));
  });
  CHECK(source.rule == "source_told");
  CHECK(source.severity == doctest::Approx(0.35));
  CHECK(one([](Json& audit) {
          put(audit["block_outs"]["parts"][0], "balanced_accuracy", figure(0.7, 0.6, 0.8));
        }).rule == "told_without_lungs");
  CHECK(one([](Json& audit) {
          put(audit["block_outs"]["parts"][0], "refused", figure(0.4, 0.3, 0.5));
        }).rule == "black_lungs_scored");
  CHECK(one([](Json& audit) {
          put(audit["block_outs"]["parts"][1], "change", figure(-0.2, -0.3, -0.1));
        }).rule == "part_missed");
  CHECK(one([](Json& audit) {
          put(audit["curves"][0]["points"][1], "calls_changed", figure(0.2, 0.1, 0.3));
        }).rule == "calls_turn");
  CHECK(one([](Json& audit) {
          put(audit["curves"][0]["points"][4], "change", figure(-0.2, -0.3, -0.1));
        }).sentence ==
        "At gamma 2 (exponent) the balanced accuracy changes by -0.200 (-0.300 to "
        "-0.100), the most of its kind; 0.010 of those films are refused.");
  CHECK(one([](Json& audit) {
          put(audit["calibration"]["labels"][0], "error", figure(0.1, 0.07, 0.12));
        }).rule == "not_calibrated");
  CHECK(one([](Json& audit) {
          put(audit["evidence"]["lesions"], "share", figure(0.15, 0.06, 0.33));
        }).rule == "peak_not_on_lesions");
  // A peak that a model which sees lung alone cannot place elsewhere.
  CHECK(one([](Json& audit) {
          audit["evidence"]["lesions"]["by_chance_in_lungs"] = 0.45;
        }).sentence.find("by chance, of places inside the lungs, in 0.450.") != std::string::npos);
  CHECK(one([](Json& audit) {
          Json inside = {{"label", "ill"}, {"positive", 40}, {"by_chance", 0.4}};
          put(inside, "mean", figure(0.41, 0.38, 0.44));
          audit["evidence"]["inside_lungs"].push_back(inside);
        }).rule == "evidence_not_in_lungs");
  CHECK(one([](Json& audit) { put(audit["films"], "refused", figure(0.1, 0.07, 0.13)); }).rule ==
        "films_refused");
  CHECK(one([](Json& audit) { audit["films"]["without_score"] = {"a.png: no image"}; }).rule ==
        "films_unread");
}

TEST_CASE("a large step may turn calls, small groups and what is not sure give no news") {
  Json audit = spotless();
  put(audit["curves"][0]["points"][0], "calls_changed", figure(0.9, 0.8, 0.95));
  Json part = audit["whole"]["overall"];
  put(part, "accuracy", figure(0.1, 0.0, 0.4));
  part["images"] = kFewestNewsFilms - 1;
  audit["whole"]["by_source"]["tiny"] = part;
  part["images"] = 100;
  put(part, "accuracy", figure(0.8, 0.7, 0.86));  // reaches the whole's interval
  audit["whole"]["by_source"]["near"] = part;
  CHECK(rules(audit).empty());
}

TEST_CASE("bad news comes worst first, and what was left out before all else") {
  Json audit = spotless();
  put(audit["films"], "refused", figure(0.1, 0.07, 0.13));
  put(audit["source_probe"], "balanced_accuracy", figure(0.9, 0.85, 0.94));
  put(audit["block_outs"]["parts"][1], "change", figure(-0.2, -0.3, -0.1));
  Json hospital;
  put(hospital, "area_under_roc", figure(0.49, 0.4, 0.6));
  put(hospital, "mean_recall", figure(0.85, 0.8, 0.84));  // less by 0.05
  audit["left_out"]["test"]["hospitals"]["nih"] = hospital;
  const Json other = {
      {"label", "ill"}, {"area_under_roc", {}}, {"sensitivity", {}}, {"specificity", {}}};
  audit["comparison"] = {{"old", {{"model", "old.safetensors"}}},
                         {"mean_area_under_roc", Json::object()},
                         {"labels", {other}}};
  put(audit["comparison"]["mean_area_under_roc"], "difference", figure(-0.15, -0.2, -0.1));
  CHECK(rules(audit) == std::vector<std::string>{"left_out_at_chance", "left_out_falls",
                                                 "source_told", "part_missed", "worse_than_old",
                                                 "films_refused"});
}

TEST_CASE("an audit's page is closed markup, whatever labels and sources are called") {
  const std::string hostile = "</title><script>alert(1)</script>";
  for (const bool exclusive : {true, false}) {
    ScoredImages images = scored(exclusive, {hostile, "' style='x", "\xC0\xBC]]><!--"});
    images.sources[0] = "\"><img src=x onerror=alert(1)>";
    const std::vector<float> thresholds(3, 0.5f);
    const Evaluation evaluation = evaluate(images, thresholds, {{"age", "view"}});
    const AlteredFigures same =
        compare_altered(images, images, std::vector<bool>(120, false), thresholds);
    const auto noise = [](int source, int, std::mt19937& random) {
      return std::vector<float>{static_cast<float>(source) + uniform(random)};
    };
    const auto any = [](int, std::mt19937&) { return 0; };
    ProbeFilms films = probe_films(60, 1, noise, any);
    for (std::string& source : films.sources) source += hostile;
    Json curves = Json::array();
    for (const AlterationKind& kind : alteration_kinds()) {
      curves.push_back(to_json(kind, std::vector<AlteredFigures>(kind.strengths.size(), same)));
    }
    const LabelScores known = label_scores(images, 0);
    std::vector<std::size_t> alone(known.scores.size());
    std::iota(alone.begin(), alone.end(), 0);
    Json error =
        to_json(hostile, measure_calibration(known.scores, known.present, alone, alone.size(), 50));
    Json audit = {{"model", hostile},
                  {"sha256", "00"},
                  {"dataset", hostile},
                  {"date", "2026"},
                  {"revision", hostile},
                  {"split", "test"},
                  {"main_figure", main_figure(exclusive)},
                  {"films",
                   {{"scored", 120},
                    {"in_split", 130},
                    {"asked", 100},
                    {"seed", 1},
                    {"without_score", {hostile}}}},
                  {"left_out",
                   {{"epochs", 3},
                    {"test",
                     {{"hospitals",
                       {{hostile,
                         {{"films", 10},
                          {"intervals_over", {{"patients", 5}, {"images_without_patient", 0}}},
                          {"area_under_roc", nullptr},
                          {"mean_recall", 0.5},
                          {"mean_recall_95", {0.4, 0.6}}}}}}}}}},
                  {"whole", to_json(evaluation)},
                  {"source_probe", to_json(probe_sources(films, films, 1, 50))},
                  {"as_they_are", to_json(same)},
                  {"block_outs",
                   {{"lungs_from", {{"data", 1}, {"lung_network", 2}, {"nothing", 3}}},
                    {"parts", {to_json(BlockOut::lungs, same, 0.5)}}}},
                  {"curves", curves},
                  {"calibration", {{"bins", 15}, {"labels", {error}}, {"called_class", nullptr}}},
                  {"evidence",
                   {{"inside_lungs",
                     {{{"label", hostile},
                       {"positive", 12},
                       {"mean", 0.5},
                       {"mean_95", {0.4, 0.6}},
                       {"median", 0.5},
                       {"mostly_inside_share", 0.5},
                       {"mostly_inside_share_95", {0.4, 0.6}},
                       {"by_chance", 0.3}}}},
                    {"lesions", nullptr}}},
                  {"comparison", nullptr},
                  {"not_measured", {{{"what", hostile}, {"why", hostile}}}}};
    audit["bad_news"] = to_json(bad_news(audit));
    REQUIRE_FALSE(audit["bad_news"].empty());
    const std::string html = audit_page(audit, images, evaluation);
    CHECK(html == audit_page(audit, images, evaluation));
    const Markup markup = read_strictly(html);
    for (const Element& element : markup.elements) {
      CHECK(element.name != "script");
      CHECK(element.name != "img");
      for (const auto& [key, value] : element.attributes) {
        CHECK(key.compare(0, 2, "on") != 0);
        if (key == "style") CHECK(value.compare(0, 8, "--share:") == 0);
      }
    }
    const auto shown = [&](const std::string& text) {
      return markup.text.find(text) != std::string::npos;
    };
    CHECK(shown("Bad news first"));
    CHECK(shown(audit["bad_news"][0]["sentence"].get<std::string>().substr(0, 20)));
    CHECK(shown("gamma"));
    for (const char* word : {"nan", "inf", "null"}) {
      CHECK_FALSE(shown(std::string(" ") + word));
      CHECK_FALSE(shown(std::string("\n") + word));
    }
  }
}
