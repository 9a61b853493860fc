// Tests of two models on the same films, against published examples, closed forms and counting.
#include "evaluation/comparison.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <random>

#include "evaluation/roc.h"

using namespace thoraxlite;

namespace {

// DeLong, DeLong and Clarke-Pearson 1988: albumin, total protein, K-G score and whether surgery
// helped, of the 43 patients with all three.
constexpr double kOvarian[][4] = {
    {3.0, 5.8, 10, 0}, {3.2, 6.3, 5, 1}, {3.9, 6.8, 3, 1}, {2.8, 4.8, 6, 0}, {3.2, 5.8, 3, 1},
    {0.9, 4.0, 5, 0},  {2.5, 5.7, 8, 0}, {1.6, 5.6, 5, 1}, {3.8, 5.7, 5, 1}, {3.7, 6.7, 6, 1},
    {3.2, 5.4, 4, 1},  {3.8, 6.6, 6, 1}, {4.1, 6.6, 5, 1}, {3.6, 5.7, 5, 1}, {4.3, 7.0, 4, 1},
    {3.6, 6.7, 4, 0},  {2.3, 4.4, 6, 1}, {4.2, 7.6, 4, 0}, {4.0, 6.6, 6, 0}, {3.5, 5.8, 6, 1},
    {3.8, 6.8, 7, 1},  {3.0, 4.7, 8, 0}, {4.5, 7.4, 5, 1}, {3.7, 7.4, 5, 1}, {3.1, 6.6, 6, 1},
    {4.1, 8.2, 6, 1},  {4.3, 7.0, 5, 1}, {4.3, 6.5, 4, 1}, {3.2, 5.1, 5, 1}, {2.6, 4.7, 6, 1},
    {3.3, 6.8, 6, 0},  {1.7, 4.0, 7, 0}, {3.7, 6.1, 5, 1}, {3.3, 6.3, 7, 1}, {4.2, 7.7, 6, 1},
    {3.5, 6.2, 5, 1},  {2.9, 5.7, 9, 0}, {2.1, 4.8, 7, 1}, {2.8, 6.2, 8, 0}, {4.0, 7.0, 7, 1},
    {3.3, 5.7, 6, 1},  {3.7, 6.9, 5, 1}, {3.6, 6.6, 5, 1}};

std::vector<std::size_t> each_by_itself(std::size_t count) {
  std::vector<std::size_t> patients(count);
  std::iota(patients.begin(), patients.end(), 0);
  return patients;
}

double error_of(const AreaComparison& comparison) {
  double squares = 0;
  for (const double error : comparison.errors) squares += error * error;
  return std::sqrt(squares);
}

struct Films {
  PairedScores scores;
  std::size_t patients = 0;
};

// Films of patients whose films look alike to a model: half of each score's variance is the
// patient's. Each patient has `films` films; of which sides, is chance.
Films drawn(std::mt19937_64& random, std::size_t patients, int films) {
  std::normal_distribution<float> normal;
  Films all;
  all.patients = patients;
  for (std::size_t patient = 0; patient < patients; ++patient) {
    const float of_patient[] = {normal(random), normal(random), normal(random)};
    for (int film = 0; film < films; ++film) {
      const int present = normal(random) + of_patient[2] > 0;
      const float shared = normal(random), shift = present ? 1.0f : 0.0f;
      all.scores.first.push_back(shift + shared + of_patient[0] + normal(random));
      all.scores.second.push_back(shift + shared + of_patient[1] + normal(random));
      all.scores.present.push_back(present);
      all.scores.cluster_of.push_back(patient);
    }
  }
  return all;
}

// Obuchowski 1997 as it stands, image by image, of the difference of placements; every patient has
// films of both sides.
double obuchowski_error(const Films& films) {
  const auto& [first, second, present, patients] = films.scores;
  const std::vector<double> a = placements(first, present), b = placements(second, present);
  const double area = area_under_roc(first, present) - area_under_roc(second, present);
  double with = 0, without = 0;
  std::vector<double> ten(films.patients), one(films.patients);
  for (std::size_t i = 0; i < a.size(); ++i) {
    ++(present[i] ? with : without);
    (present[i] ? ten : one)[patients[i]] += a[i] - b[i] - area;
  }
  double s10 = 0, s01 = 0, s11 = 0;
  for (std::size_t k = 0; k < films.patients; ++k) {
    s10 += ten[k] * ten[k];
    s01 += one[k] * one[k];
    s11 += ten[k] * one[k];
  }
  const double count = static_cast<double>(films.patients), correction = count / (count - 1);
  s10 *= correction / with;
  s01 *= correction / without;
  s11 *= correction;
  return std::sqrt(s10 / with + s01 / without + 2 * s11 / (with * without));
}

double binomial_p(int larger, int smaller) {
  const int n = larger + smaller;
  double tail = 0, chance = std::pow(0.5, n);
  for (int k = 0; k <= smaller; ++k) {
    tail += chance;
    chance *= static_cast<double>(n - k) / (k + 1);
  }
  return std::min(1.0, 2 * tail);
}

std::vector<std::int64_t> discordant(int first, int second) {
  std::vector<std::int64_t> differences(static_cast<std::size_t>(first), 1);
  differences.resize(static_cast<std::size_t>(first + second), -1);
  return differences;
}

PredictedFilm film(const std::string& file, const std::string& patient,
                   const std::vector<float>& targets, const std::vector<float>& scores,
                   const std::vector<int>& called = {}) {
  PredictedFilm made;
  made.file = file;
  made.patient = patient;
  made.targets = targets;
  made.scores = scores;
  made.called = called;
  return made;
}

std::string refusal(const Predictions& first, const Predictions& second) {
  try {
    compare(first, second);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("DeLong's own example") {
  PairedScores protein, albumin;
  for (const auto& patient : kOvarian) {
    albumin.first.push_back(static_cast<float>(patient[0]));
    protein.first.push_back(static_cast<float>(patient[1]));
    protein.second.push_back(static_cast<float>(-patient[2]));
    protein.present.push_back(patient[3] > 0);
  }
  protein.cluster_of = each_by_itself(protein.present.size());
  albumin.second = protein.second;
  albumin.present = protein.present;
  albumin.cluster_of = protein.cluster_of;

  // SAS/STAT user's guide, PROC LOGISTIC, "Comparing Receiver Operating Characteristic Curves".
  AreaComparison comparison = compare_areas(protein, 43);
  CHECK(comparison.first == doctest::Approx(0.6478).epsilon(1e-4));
  CHECK(comparison.second == doctest::Approx(0.7258).epsilon(1e-4));
  CHECK(comparison.difference.value == doctest::Approx(-0.0780).epsilon(1e-3));
  CHECK(error_of(comparison) == doctest::Approx(0.1046).epsilon(1e-3));
  CHECK(comparison.difference.interval.low == doctest::Approx(-0.2830).epsilon(1e-3));
  CHECK(comparison.difference.interval.high == doctest::Approx(0.1271).epsilon(1e-3));
  CHECK(comparison.difference.p == doctest::Approx(0.4561).epsilon(1e-4));
  comparison = compare_areas(albumin, 43);
  CHECK(comparison.first == doctest::Approx(0.7366).epsilon(1e-4));
  CHECK(comparison.difference.value == doctest::Approx(0.0108).epsilon(1e-2));
  CHECK(error_of(comparison) == doctest::Approx(0.0953).epsilon(1e-3));
  CHECK(comparison.difference.p == doctest::Approx(0.9102).epsilon(1e-4));
}

TEST_CASE("areas by patient are Obuchowski's, and agree with a bootstrap of patients") {
  std::mt19937_64 random(3);
  Films films = drawn(random, 60, 5);
  // Every patient has both sides, as the brute force wants it.
  for (std::size_t i = 0; i < films.scores.present.size(); i += 5) {
    films.scores.present[i] = 1;
    films.scores.present[i + 1] = 0;
  }
  const AreaComparison comparison = compare_areas(films.scores, films.patients);
  CHECK(error_of(comparison) == doctest::Approx(obuchowski_error(films)));

  double sum = 0, squares = 0;
  constexpr int kResamples = 400;
  for (int resample = 0; resample < kResamples; ++resample) {
    PairedScores of;
    for (std::size_t k = 0; k < films.patients; ++k) {
      const std::size_t patient = random() % films.patients;
      for (std::size_t i = 5 * patient; i < 5 * patient + 5; ++i) {
        of.first.push_back(films.scores.first[i]);
        of.second.push_back(films.scores.second[i]);
        of.present.push_back(films.scores.present[i]);
      }
    }
    const double difference =
        area_under_roc(of.first, of.present) - area_under_roc(of.second, of.present);
    sum += difference;
    squares += difference * difference;
  }
  const double mean = sum / kResamples;
  CHECK(error_of(comparison) ==
        doctest::Approx(std::sqrt(squares / kResamples - mean * mean)).epsilon(0.12));
}

TEST_CASE("models that do not differ are told apart as seldom as 5 % says, by patient alone") {
  std::mt19937_64 random(5);
  constexpr int kTrials = 400;
  int areas = 0, areas_by_film = 0, calls = 0, outside = 0, calls_by_film = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    Films films = drawn(random, 80, 4);
    const auto test = [&] { return compare_areas(films.scores, films.scores.present.size()); };
    std::vector<bool> right[2];
    for (std::size_t i = 0; i < films.scores.present.size(); ++i) {
      right[0].push_back((films.scores.first[i] > 0.5f) == films.scores.present[i]);
      right[1].push_back((films.scores.second[i] > 0.5f) == films.scores.present[i]);
    }
    const auto test_calls = [&] {
      return compare_shares(right[0], right[1], films.scores.cluster_of, right[0].size());
    };
    areas += test().difference.p < 0.05;
    const PairedDifference of_calls = test_calls().difference;
    calls += of_calls.p < 0.05;
    outside += of_calls.interval.low > 0 || of_calls.interval.high < 0;
    films.scores.cluster_of = each_by_itself(films.scores.present.size());
    areas_by_film += test().difference.p < 0.05;
    calls_by_film += test_calls().difference.p < 0.05;
  }
  // 20 are expected; 400 trials with 5 % give 8 to 33 in all but one of a thousand.
  CHECK(areas >= 8);
  CHECK(areas <= 33);
  CHECK(calls <= 33);
  CHECK(calls >= 5);
  CHECK(outside >= 8);
  CHECK(outside <= 33);
  CHECK(areas_by_film > 33);
  CHECK(calls_by_film > calls);
}

TEST_CASE("areas that the images do not tell apart") {
  const PairedScores same{{0.1f, 0.4f, 0.3f, 0.8f}, {1, 4, 3, 8}, {0, 0, 1, 1}, {0, 1, 2, 3}};
  AreaComparison comparison = compare_areas(same, 4);
  CHECK(comparison.difference.value == 0);
  CHECK(std::isnan(comparison.difference.p));
  CHECK(std::isnan(comparison.difference.interval.low));

  PairedScores one_patient = same;
  one_patient.second = {8, 4, 3, 1};
  one_patient.cluster_of = {0, 0, 1, 1};
  comparison = compare_areas(one_patient, 2);
  CHECK(comparison.difference.value != 0);
  CHECK(std::isnan(comparison.difference.p));

  const PairedScores no_side{{0.1f, 0.4f}, {0.2f, 0.3f}, {1, 1}, {0, 1}};
  comparison = compare_areas(no_side, 2);
  CHECK(std::isnan(comparison.first));
  CHECK(std::isnan(comparison.difference.value));
}

TEST_CASE("the mean area over labels: errors of the same patients add up") {
  std::mt19937_64 random(9);
  const Films films = drawn(random, 40, 2);
  const AreaComparison label = compare_areas(films.scores, films.patients);
  // The same label twice is no more evidence than once.
  const AreaComparison twice = compare_mean_areas({label, AreaComparison(), label});
  CHECK(twice.first == doctest::Approx(label.first));
  CHECK(twice.difference.p == doctest::Approx(label.difference.p));
  CHECK(twice.difference.interval.low == doctest::Approx(label.difference.interval.low));
  CHECK(std::isnan(compare_mean_areas({AreaComparison()}).first));
}

TEST_CASE("McNemar's exact test is binomial where nobody has two films") {
  CHECK(sign_flip_p(discordant(10, 2)) == doctest::Approx(2 * 79.0 / 4096));
  CHECK(sign_flip_p(discordant(2, 10)) == doctest::Approx(2 * 79.0 / 4096));
  CHECK(sign_flip_p(discordant(6, 0)) == doctest::Approx(2.0 / 64));
  CHECK(sign_flip_p(discordant(5, 5)) == 1);
  CHECK(sign_flip_p({0, 0}) == 1);
  CHECK(sign_flip_p(discordant(150, 86)) == doctest::Approx(binomial_p(150, 86)));
  // Beyond what is counted, the normal curve gives what counting gives just below.
  const int half = kMostCounted / 2;
  CHECK(sign_flip_p(discordant(half + 71, half - 70)) ==
        doctest::Approx(sign_flip_p(discordant(half + 70, half - 70))).epsilon(0.03));
  CHECK(sign_flip_p(discordant(half + 71, half - 70)) == doctest::Approx(0.0477).epsilon(0.03));
}

TEST_CASE("by patient every choice of signs is counted") {
  std::mt19937_64 random(2);
  for (int trial = 0; trial < 20; ++trial) {
    std::vector<std::int64_t> differences;
    std::int64_t sum = 0;
    for (int k = 0; k < 10; ++k) {
      differences.push_back(static_cast<std::int64_t>(random() % 9) - 3);
      sum += differences.back();
    }
    int as_far = 0;
    for (unsigned signs = 0; signs < 1024; ++signs) {
      std::int64_t flipped = 0;
      for (std::size_t k = 0; k < 10; ++k) {
        flipped += (signs >> k & 1) ? differences[k] : -differences[k];
      }
      as_far += std::abs(flipped) >= std::abs(sum);
    }
    CHECK(sign_flip_p(differences) == doctest::Approx(as_far / 1024.0));
  }
}

TEST_CASE("the interval of a difference of shares is Bonett and Price's") {
  // Agresti's approval of a prime minister, asked twice: 794 both, 150 and 86 once, of 1600.
  std::vector<bool> first, second;
  const auto add = [&](int count, bool a, bool b) {
    first.insert(first.end(), static_cast<std::size_t>(count), a);
    second.insert(second.end(), static_cast<std::size_t>(count), b);
  };
  add(794, true, true);
  add(150, true, false);
  add(86, false, true);
  add(570, false, false);
  const ShareComparison comparison = compare_shares(first, second, each_by_itself(1600), 1600);
  CHECK(comparison.images == 1600);
  CHECK(comparison.only_first == 150);
  CHECK(comparison.only_second == 86);
  CHECK(comparison.first() == doctest::Approx(0.59));
  CHECK(comparison.second() == doctest::Approx(0.55));
  CHECK(comparison.difference.value == doctest::Approx(0.04));
  const double n = 1602, a = 151 / n, b = 87 / n;
  const double spread = 1.959963984540054 * std::sqrt((a + b - (a - b) * (a - b)) / (n - 1));
  CHECK(comparison.difference.interval.low == doctest::Approx(a - b - spread));
  CHECK(comparison.difference.interval.high == doctest::Approx(a - b + spread));

  // Where they never differ the interval is no point; one patient says nothing of others.
  const ShareComparison equal = compare_shares({true, true}, {true, true}, {0, 1}, 2);
  CHECK(equal.difference.p == 1);
  CHECK(equal.difference.interval.low < -0.3);
  CHECK(equal.difference.interval.high > 0.3);
  CHECK(std::isnan(compare_shares({true, true}, {true, false}, {1, 1}, 2).difference.interval.low));
  CHECK(std::isnan(compare_shares({}, {}, {}, 2).difference.value));
}

TEST_CASE("two files are compared by films and labels that both have") {
  const Predictions first{
      {"covid", "normal"},
      {film("a", "1", {1, 0}, {0.9f, 0.2f}, {1, 0}), film("b", "1", {0, 1}, {0.3f, 0.7f}, {0, 1}),
       film("c", "2", {0, 1}, {0.8f, 0.6f}, {1, 0}), film("d", "", {1, 0}, {0.7f, 0.1f}, {1, 0}),
       film("e", "3", {1, 0}, {}), film("f", "4", {1, 0}, {0.7f, 0.1f}, {1, 0})},
      false};
  // Other order of films and labels; logits say more than scores that are all 1.
  Predictions second{
      {"normal", "covid"},
      {film("d", "", {0, 1}, {1, 1}, {0, 0}), film("c", "2", {1, 0}, {1, 1}, {1, 0}),
       film("b", "", {1, 0}, {1, 1}, {1, 0}), film("a", "1", {0, 1}, {1, 1}, {0, 1}),
       film("e", "3", {0, 1}, {1, 1}, {0, 1}), film("x", "3", {0, 1}, {1, 1}, {1, 1})},
      false};
  const std::vector<float> logits[] = {{20, 18}, {30, 19}, {25, 21}, {18, 20}, {0, 0}, {0, 0}};
  for (std::size_t i = 0; i < second.films.size(); ++i) second.films[i].logits = logits[i];

  const Comparison comparison = compare(first, second);
  CHECK(comparison.films == 4);
  CHECK(comparison.only_first == 1);
  CHECK(comparison.only_second == 1);
  CHECK(comparison.without_score == 1);
  CHECK(comparison.over.patients == 2);
  CHECK(comparison.over.images == 1);
  REQUIRE(comparison.labels.size() == 2);
  const LabelComparison& covid = comparison.labels[0];
  CHECK(covid.label == "covid");
  CHECK(covid.with == 2);
  CHECK(covid.without == 2);
  CHECK(covid.area.first == doctest::Approx(0.75));
  CHECK(covid.area.second == doctest::Approx(0.25));
  CHECK(covid.sensitivity.first() == 1);
  CHECK(covid.sensitivity.second() == 0.5);
  CHECK(covid.specificity.only_second == 1);
  CHECK(covid.right.images == 4);
  CHECK(covid.right.only_first == 1);
  REQUIRE(comparison.accuracy);
  CHECK(comparison.accuracy->both == 2);
  CHECK(comparison.accuracy->only_first == 1);   // d
  CHECK(comparison.accuracy->only_second == 1);  // c

  const nlohmann::ordered_json json = to_json(comparison);
  CHECK(json["intervals_over"]["patients"] == 2);
  CHECK(json["labels"][0]["specificity"]["right_only_second"] == 1);
  CHECK(json["accuracy"]["difference"] == 0);
  const std::string table = to_table(comparison);
  CHECK(
      table.find("4 films in both files with a score; intervals and p over 2 patients and 1 image "
                 "of unknown ones\n") == 0);
  CHECK(table.find("left out: 1 film of A that B has not") != std::string::npos);
  CHECK(table.find("covid       AUROC         0.750  0.250   +0.500") != std::string::npos);

  SUBCASE("of other labels") {
    Predictions other = second;
    other.labels = {"normal", "mass"};
    const Comparison part = compare(
        {{"normal"}, {film("a", "", {0}, {0.5f}), film("b", "", {1}, {0.6f})}, false}, other);
    CHECK(part.labels_only_second == std::vector<std::string>{"mass"});
    CHECK_FALSE(part.accuracy);
    CHECK(part.labels[0].right.images == 0);
    CHECK(to_table(part).find("left out, labels of B that A has not: 'mass'") != std::string::npos);
    other.labels = {"x", "y"};
    CHECK(refusal(first, other) ==
          "no label is in both files; the first has 'covid', 'normal', the second 'x', 'y'");
  }
  SUBCASE("without patients") {
    Predictions unknown = first;
    for (PredictedFilm& of : unknown.films) of.patient = "";
    const Comparison by_film = compare(unknown, unknown);
    CHECK(by_film.over.patients == 0);
    CHECK(by_film.over.images == 5);
    CHECK(to_table(by_film).find("over 5 images (patients unknown)\nwhere somebody has several") !=
          std::string::npos);
  }
  SUBCASE("other targets or patients") {
    second.films[0].targets = {1, 0};
    CHECK(refusal(first, second) ==
          "d: 'covid target' is 1 in the first file and 0 in the second; expected the same");
    second.films[0].targets = {0, 1};
    second.films[3].patient = "7";
    CHECK(refusal(first, second) ==
          "a: its patient is '1' in the first file and '7' in the second; expected the same");
  }
  SUBCASE("of other films") {
    for (PredictedFilm& of : second.films) of.file += ".png";
    CHECK(refusal(first, second) ==
          "no film is in both files with a score; the first begins with 'a', the second with "
          "'d.png'");
  }
}
