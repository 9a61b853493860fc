// The predictions file: what is written comes back, other programs' files are read, and a bad cell
// is named.
#include "evaluation/predictions.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

#include "made_folder.h"

using namespace thoraxlite;

namespace {

constexpr double kNoAge = std::numeric_limits<double>::quiet_NaN();

Predictions two_films() {
  Predictions predictions;
  predictions.labels = {"mass", "edema, mild"};
  PredictedFilm first{"a/1.png", "p 1", "=cmd", "test", 61.5, {{"sex", "F"}, {"view", "PA"}}};
  first.targets = {1, -1};
  first.logits = {40.1234512f, -0.333333343f};
  first.scores = {1.0f, 0.417429805f};
  first.called = {1, 0};
  PredictedFilm second{"b \"2\".png", "", "'=x", "test", kNoAge, {{"view", "AP\nsupine"}}};
  second.targets = {0, 1};
  second.refusal = "inverted";
  predictions.films = {first, second};
  return predictions;
}

// What reading a file with these rows below "file,A target,A logit,A score,A called,age" says.
std::string reason_of_row(const std::string& row) {
  const MadeFolder folder;
  const auto file =
      folder.write("p.csv", "file,A target,A logit,A score,A called,age\nx,1,0,0.5,1,\n" + row);
  return reason([&] { read_predictions(file); });
}

std::string reason_of(const std::string& text) {
  const MadeFolder folder;
  const auto file = folder.write("p.csv", text);
  return reason([&] { read_predictions(file); });
}

}  // namespace

TEST_CASE("predictions: written as the format says") {
  CHECK(to_csv(two_films()) ==
        "file,patient,source,split,age,sex,view,mass target,mass logit,mass score,mass called,"
        "\"edema, mild target\",\"edema, mild logit\",\"edema, mild score\",\"edema, mild called\","
        "refusal\r\n"
        "a/1.png,p 1,'=cmd,test,61.5,F,PA,1,40.1234512,1,1,,-0.333333343,0.417429805,0,\r\n"
        "\"b \"\"2\"\".png\",,''=x,test,,,\"AP\nsupine\",0,,,,1,,,,inverted\r\n");
}

TEST_CASE("predictions: what is written comes back, float32 by float32") {
  const MadeFolder folder;
  const Predictions written = two_films();
  const Predictions read = read_predictions(folder.write("p.csv", to_csv(written)));
  CHECK(read.labels == written.labels);
  CHECK_FALSE(read.uncalibrated);
  REQUIRE(read.films.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const PredictedFilm &one = read.films[i], &other = written.films[i];
    CHECK(one.file == other.file);
    CHECK(one.patient == other.patient);
    CHECK(one.source == other.source);
    CHECK(one.split == other.split);
    CHECK((one.age_years == other.age_years || (std::isnan(one.age_years) && i == 1)));
    CHECK(one.columns == other.columns);
    CHECK(one.targets == other.targets);
    CHECK(one.logits == other.logits);
    CHECK(one.scores == other.scores);
    CHECK(one.called == other.called);
    CHECK(one.refusal == other.refusal);
  }

  const ScoredImages images = scored_images(read);
  CHECK(images.size() == 1);  // the film without a score is in no figure
  CHECK(images.patients.front() == "p 1");
  CHECK(images.logits.front() == written.films[0].logits);
  CHECK(images.called.front() == written.films[0].called);
  CHECK_FALSE(images.exclusive);
}

TEST_CASE("predictions: another program's file needs little") {
  const MadeFolder folder;
  const Predictions scores =
      read_predictions(folder.write("s.csv",
                                    "file,A target,A score,Brixia score,B score,B target\n"
                                    "1.png,1.0,0.25,12,0.5,0\n2.png,0,1e-3,,0.75,1\n"));
  CHECK(scores.labels == std::vector<std::string>{"A", "B"});
  CHECK(scores.films[0].columns.at("Brixia score") == "12");
  const ScoredImages images = scored_images(scores);
  CHECK(images.exclusive);
  CHECK(images.logits.empty());
  CHECK(images.called.empty());
  CHECK(images.scores[1] == std::vector<float>{0.001f, 0.75f});
  CHECK(images.sources[1].empty());

  const Predictions logits =
      read_predictions(folder.write("l.csv", "file,A target,A logit\n1.png,1,-80\n2.png,,30\n"));
  CHECK(logits.uncalibrated);
  CHECK(logits.films[0].scores[0] == doctest::Approx(1 / (1 + std::exp(80.0))));
  CHECK(logits.films[1].targets[0] == -1.0f);
  CHECK_FALSE(scored_images(logits).exclusive);  // one label excludes nothing
}

TEST_CASE("predictions: the first bad cell is named, by row and column") {
  CHECK(reason_of_row("y,0,-2,0.1,0,30\n").empty());
  CHECK(reason_of_row("y,,,,,\n").empty());
  CHECK(contains(reason_of_row("y,2,-2,0.1,0,\n"),
                 "p.csv: row 3: column 'A target' has '2'; expected 1, 0 or nothing"));
  CHECK(contains(reason_of_row("y,0,inf,0.1,0,\n"), "column 'A logit' has 'inf'"));
  CHECK(contains(reason_of_row("y,0,-2,1.1,0,\n"),
                 "column 'A score' has '1.1'; expected a number from 0 to 1"));
  CHECK(contains(reason_of_row("y,0,-2,nan,0,\n"), "column 'A score' has 'nan'"));
  CHECK(contains(reason_of_row("y,0,-2,,0,\n"), "column 'A score' has ''"));
  CHECK(contains(reason_of_row("y,0,-2,0.1x,0,\n"), "column 'A score' has '0.1x'"));
  CHECK(
      contains(reason_of_row("y,0,-2,0.1,0.5,\n"), "column 'A called' has '0.5'; expected 1 or 0"));
  CHECK(contains(reason_of_row("y,0,-2,0.1,0,old\n"), "column 'age' has 'old'"));
  CHECK(contains(reason_of_row("x,0,-2,0.1,0,\n"), "row 3: 'x' stands in row 2 already"));
  CHECK(contains(reason_of_row(",0,-2,0.1,0,\n"), "column 'file' has ''"));
}

TEST_CASE("predictions: a file without what is needed") {
  CHECK(contains(reason_of("name,A target,A score\nx,1,1\n"), "no column 'file'"));
  CHECK(contains(reason_of("file,A score\nx,1\n"), "no column ends with ' target'"));
  CHECK(contains(reason_of("file,A target,B score\nx,1,1\n"),
                 "neither 'A score' nor 'A logit'; expected one of the two"));
  CHECK(contains(reason_of("file,A target,A score,A score\nx,1,1,1\n"), "two columns are called"));
  CHECK(contains(reason_of("file,A target,A score\n"), "no row"));
}

TEST_CASE("predictions: a column of the data cannot stand for one of the file's own") {
  for (const char* name : {"mass score", "refusal", "age", "tube target"}) {
    Predictions predictions = two_films();
    predictions.films[0].columns[name] = "1";
    CHECK(contains(reason([&] { to_csv(predictions); }), std::string("'") + name + "'"));
  }
}
