// The pieces of the reports: texts, ticks, charts, epochs, examples.
#include <doctest/doctest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <stdexcept>

#include "report/axes.h"
#include "report/charts.h"
#include "report/curves.h"
#include "report/examples.h"
#include "report/html.h"

using namespace thoraxlite;
using Json = nlohmann::ordered_json;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t times = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) {
    ++times;
  }
  return times;
}

// A folder of the test's own, gone after it.
struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("thoraxlite_report_" + std::to_string(getpid()));
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
};

}  // namespace

TEST_CASE("escape leaves no markup, no control character and only UTF-8") {
  CHECK(escape("a<b>&\"'") == "a&lt;b&gt;&amp;&quot;&#39;");
  CHECK(escape("Lunge \xC3\xA9\xE2\x82\xAC\xF0\x9F\xAB\x81") ==
        "Lunge \xC3\xA9\xE2\x82\xAC\xF0\x9F\xAB\x81");
  const std::string mark = "\xEF\xBF\xBD";
  CHECK(escape(std::string("a\0b\x1B", 4)) == "a" + mark + "b" + mark);
  CHECK(escape("\xC2\x9B") == mark);                                      // C1
  CHECK(escape("\xFF") == mark);                                          // no lead byte
  CHECK(escape("\xC3") == mark);                                          // cut short
  CHECK(escape("\xC0\xBC") == mark + mark);                               // overlong <
  CHECK(escape("\xED\xA0\x80") == mark + mark + mark);                    // surrogate
  CHECK(escape("\xF4\x90\x80\x80x") == mark + mark + mark + mark + "x");  // beyond U+10FFFF
  CHECK(escape("a\nb\tc") == "a\nb\tc");
}

TEST_CASE("what is no number is a dash") {
  CHECK(number(0.12345) == "0.123");
  CHECK(number(kNaN) == "\xE2\x80\x93");
  CHECK(number(std::numeric_limits<double>::infinity()) == number(kNaN));
  CHECK(range({kNaN, 1}) == number(kNaN));
  CHECK(with_range(kNaN, {0, 1}) == number(kNaN));
}

TEST_CASE("keys as people say them") {
  CHECK(spoken("mean_area_under_roc") == "mean AUROC");
  CHECK(spoken("macro_f1") == "macro F1");
  CHECK(spoken("training_loss") == "training loss");
}

TEST_CASE("ticks are round, within the axis, and 0 is 0") {
  CHECK(ticks(0, 1, 5).size() == 6);
  CHECK(ticks(0, 1, 5)[1] == doctest::Approx(0.2));
  CHECK(ticks(1, 3, 6, true) == std::vector<double>{1, 2, 3});
  CHECK_FALSE(std::signbit(ticks(-1, 1, 4)[2]));
  CHECK(tick_text(0.25, 0.05) == "0.25");
  CHECK(tick_text(20, 10) == "20");
  const Axis axis = axis_around("loss", {0.13, kNaN, 0.87});
  CHECK(axis.low == doctest::Approx(0.0));
  CHECK(axis.high == doctest::Approx(1.0));
  const Axis flat = axis_around("loss", {0.5, 0.5});
  CHECK(flat.low < 0.5);
  CHECK(flat.high > 0.5);
  CHECK(axis_around("loss", {kNaN}).high == 1);
}

TEST_CASE("a line is broken where there is no number, and thinned where it would not show") {
  LineChart chart{"t", "d", {"x", 0, 10, false}, {"y", 0, 1, false}, {}, false};
  chart.series = {{"s", {{0, 0.1}, {1, 0.2}, {2, kNaN}, {3, 0.4}, {4, 0.5}}}};
  CHECK(count(to_html(chart), "<polyline") == 2);
  chart.series = {{"s", {}}};
  for (int i = 0; i <= 100000; ++i) {
    chart.series[0].points.push_back({i / 10000.0, i / 100000.0});
  }
  const std::string html = to_html(chart);
  CHECK(html.size() < 20000);
  CHECK(html.find("46.0,250.0 ") != std::string::npos);
  CHECK(html.find(" 448.0,24.0\"") != std::string::npos);
  chart.series = {{"one", {{5, 0.5}}}};
  CHECK(count(to_html(chart), "<circle") == 1);
}

TEST_CASE("an interval chart says where a row has no value and no interval") {
  const IntervalChart chart{"t",
                            "d",
                            "accuracy",
                            {{"a", 0.5, {0.4, 0.6}}, {"b", 0.7, {kNaN, kNaN}}, {"c", kNaN, {}}},
                            false};
  const std::string html = to_html(chart);
  CHECK(count(html, "<circle") == 2);
  CHECK(count(html, "whisker") == 3);
  CHECK(count(html, "not defined") == 1);
}

TEST_CASE("a reliability figure shows the bins that have images") {
  const std::string html = reliability_figure("r", reliability({0.01f, 0.02f, 0.99f}, {0, 0, 1}));
  CHECK(count(html, "<circle") == 2);
  CHECK(count(html, "<rect") == 2);
  CHECK(html.find("<td>2</td><td>0.015</td><td>0</td>") != std::string::npos);
  CHECK(count(reliability_figure("r", reliability({}, {})), "<circle") == 0);
}

TEST_CASE("epochs are read in order; of one that was run again, the later line") {
  const Folder folder;
  CHECK(read_epochs(folder.path).empty());
  std::ofstream(folder.path / "metrics.jsonl")
      << "{\"epoch\":1,\"accuracy\":0.5}\n{\"epoch\":2,\"accuracy\":0.6}\n"
         "{\"epoch\":2,\"accuracy\":0.7}\n{\"epoch\":3,\"accuracy\":null}\n";
  const std::vector<Json> epochs = read_epochs(folder.path);
  REQUIRE(epochs.size() == 3);
  CHECK(epochs[1]["accuracy"] == 0.7);
  const std::string html = curves_html("Student", epochs);
  CHECK(count(html, "<figure") == 1);
  CHECK(html.find("<td>0.7000</td>") != std::string::npos);
  CHECK(curves_html("Student", {}).empty());

  std::vector<Json> with_terms = epochs;
  for (Json& epoch : with_terms) {
    epoch["training_loss"] = 0.7;
    epoch["hard_loss"] = 0.5;
    epoch["map_loss"] = 0.0;
  }
  const std::string terms = curves_html("Student", with_terms);
  CHECK(count(terms, "<figure") == 3);
  CHECK(terms.find("<span>hard loss</span>") != std::string::npos);
  CHECK(terms.find("<span>map loss</span>") == std::string::npos);

  std::ofstream(folder.path / "metrics.jsonl", std::ios::app) << "{\"epoch\":4,";
  CHECK(read_epochs(folder.path).size() == 3);  // half written
  std::ofstream(folder.path / "metrics.jsonl", std::ios::app) << "\n";
  try {
    read_epochs(folder.path);
    FAIL("a broken line was taken");
  } catch (const std::runtime_error& error) {
    CHECK(std::string(error.what()).find("metrics.jsonl: line 5") != std::string::npos);
  }
}

TEST_CASE("examples are drawn from the right and from the wrong") {
  ScoredImages images{{"a", "b"}, true, {}, {}, {}};
  for (int i = 0; i < 40; ++i) {
    images.scores.push_back({0.6f, 0.5f});
    images.targets.push_back({i < 30 ? 1.0f : 0.0f, i < 30 ? 0.0f : 1.0f});
    images.sources.push_back("s");
  }
  const std::vector<float> thresholds = {0.55f, 0.45f};
  const auto drawn = draw_examples(images, thresholds, 12);
  REQUIRE(drawn.size() == 12 + 10);
  for (std::size_t i = 0; i < drawn.size(); ++i) CHECK((drawn[i] < 30) == (i < 12));
  CHECK(drawn == draw_examples(images, thresholds, 12));
  CHECK(drawn != draw_examples(images, thresholds, 12, 2));

  // By thresholds, both are called: an image with one of them is wrong, unless the other is
  // unknown.
  images.exclusive = false;
  CHECK_FALSE(is_right(images, thresholds, 0));
  images.targets[0] = {1, -1};
  CHECK(is_right(images, thresholds, 0));
}

TEST_CASE("an example shows its film, and refuses what is none") {
  const ScoredImages images{{"a"}, true, {{0.6f}}, {{1}}, {"s"}};
  const Example example =
      make_example(images, {0.5f}, 0, {0xFF, 0xD8, 0xFF, 0x00}, "x.jpg", "Student");
  CHECK(examples_html({example}).find("src=\"data:image/jpeg;base64,/9j/AA==\"") !=
        std::string::npos);
  Example broken = example;
  broken.image = {'<', 's', 'v', 'g', '>'};
  CHECK_THROWS_AS(examples_html({broken}), std::runtime_error);
}
