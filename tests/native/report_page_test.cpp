// Whole reports, read strictly: well-formed, closed to hostile names, without a false number.
#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "data/phantom.h"
#include "phantom/image_writer.h"
#include "report/ablation_page.h"
#include "report/folds_page.h"
#include "report/left_out_page.h"
#include "report/run_report.h"
#include "report/runs_page.h"
#include "search/search_page.h"
#include "strict_markup.h"

using namespace thoraxlite;

namespace {

const char* const kHostile[] = {"</title><script>alert(1)</script>",
                                "\"><img src=x onerror=alert(1)>",
                                "' style='x",
                                "a & b < c",
                                "\xC0\xBCscript\xFF\x1B[2J",
                                "]]><!--"};

ScoredImages scored(bool exclusive, bool hostile) {
  ScoredImages images{{"normal", "pneumonia", "covid"}, exclusive, {}, {}, {}};
  if (hostile) images.labels = {kHostile[0], kHostile[1], kHostile[4]};
  for (int i = 0; i < 60; ++i) {
    const int truth = i % 2;  // the third label has no image
    images.targets.push_back({truth == 0 ? 1.0f : 0.0f, truth == 1 ? 1.0f : 0.0f, 0.0f});
    const float right = 0.4f + 0.01f * static_cast<float>(i % 40);
    images.scores.push_back({truth == 0 ? right : 0.5f, truth == 1 ? right : 0.5f, 0.1f});
    images.sources.push_back(hostile ? kHostile[i % 6] : i % 3 == 0 ? "kermany" : "nih");
    if (!exclusive && i % 7 == 0) images.targets.back()[1] = -1;
  }
  return images;
}

RunReport report(bool exclusive, bool hostile) {
  RunReport run;
  run.title = hostile ? kHostile[0] : "A run";
  run.provenance = {{"revision", hostile ? kHostile[5] : "abc"}};
  for (const char* name : {"Teacher", "Student"}) {
    StageReport stage;
    stage.name = hostile ? kHostile[1] : name;
    stage.options = {{hostile ? kHostile[2] : "epochs", 3},
                     {"data", {{"folder", hostile ? kHostile[4] : "covid"}, {"none", nullptr}}}};
    for (int epoch = 1; epoch <= 3; ++epoch) {
      stage.epochs.push_back({{"epoch", epoch},
                              {"training_loss", 1.0 / epoch},
                              {"macro_f1", nullptr},
                              {"accuracy_by_source", {{hostile ? kHostile[3] : "nih", 0.5}}}});
    }
    stage.scored = {{hostile ? kHostile[3] : "test", scored(exclusive, hostile)}};
    stage.thresholds = {0.5f, 0.55f, 0.5f};
    run.stages.push_back(stage);
  }
  return run;
}

void add_examples(RunReport& run) {
  const ScoredImages& images = run.stages[1].scored[0].second;
  for (const std::size_t i : draw_examples(images, run.stages[1].thresholds, 2)) {
    PhantomSpec spec;
    spec.size = 32;
    run.examples.push_back(make_example(images, run.stages[1].thresholds, i,
                                        encode_jpeg(draw_phantom(spec).image), kHostile[1],
                                        run.stages[1].name));
  }
}

// Words such as nan and inf, as printf writes them, anywhere that is shown.
bool shows_no_number(const Markup& markup) {
  std::string text = markup.text;
  for (const Element& element : markup.elements) {
    for (const auto& attribute : element.attributes) {
      const auto& key = attribute.first;
      const auto& value = attribute.second;
      if (key != "src") text += " " + value;
    }
  }
  std::string word;
  for (const char c : text + " ") {
    if (std::isalpha(static_cast<unsigned char>(c))) {
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      continue;
    }
    if (word == "nan" || word == "inf" || word == "infinity" || word == "null") return true;
    word.clear();
  }
  return false;
}

// Nothing runs, nothing is loaded, nothing leads away.
void check_closed(const Markup& markup) {
  const std::set<std::string> elements = {
      "a",          "bdi",    "body",  "br",    "caption", "circle", "desc",  "details",  "div",
      "figcaption", "figure", "g",     "h1",    "h2",      "h3",     "head",  "header",   "html",
      "img",        "li",     "line",  "main",  "meta",    "nav",    "p",     "polyline", "rect",
      "section",    "small",  "span",  "style", "summary", "svg",    "table", "tbody",    "td",
      "text",       "th",     "thead", "title", "tr",      "ul"};
  for (const Element& element : markup.elements) {
    CHECK_MESSAGE(elements.count(element.name) == 1, element.name);
    for (const auto& attribute : element.attributes) {
      const auto& key = attribute.first;
      const auto& value = attribute.second;
      CHECK_MESSAGE(key.compare(0, 2, "on") != 0, key);
      if (key == "href") CHECK_MESSAGE(value[0] == '#', value);
      if (key == "src") CHECK_MESSAGE(value.compare(0, 11, "data:image/") == 0, value);
      if (key == "style") CHECK_MESSAGE(value.compare(0, 8, "--share:") == 0, value);
    }
  }
}

bool shown(const Markup& markup, const std::string& text) {
  return markup.text.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("a report of a run says what the evaluation says") {
  RunReport run = report(true, false);
  const std::string html = to_html(run);
  const Markup markup = read_strictly(html);
  check_closed(markup);
  CHECK(html == to_html(run));
  CHECK(shown(markup, "Research software. Not a medical device."));
  CHECK(html.find("default-src 'none'") != std::string::npos);
  for (std::size_t at = 0; (at = html.find("://", at)) != std::string::npos; ++at) {
    CHECK(html.compare(at, 22, "://www.w3.org/2000/svg") == 0);  // a name space, not loaded
  }
  CHECK(shown(markup, "Student, test: 60 images"));
  CHECK(shown(markup, "data.folder"));
  CHECK(shown(markup, "Without positives, hence not in macro and weighted: covid."));
  CHECK(shown(markup, "no curve: one side has no image"));
  CHECK_FALSE(shown(markup, "This file contains films"));
}

TEST_CASE("a report says its policy, over whom its intervals are, and has the subgroups") {
  for (const bool exclusive : {true, false}) {
    RunReport run = report(exclusive, true);
    run.policy = std::string("all alike ") + kHostile[0];
    run.subgroups = {"age", kHostile[1]};
    for (StageReport& stage : run.stages) {
      stage.options.erase("data");
      ScoredImages& images = stage.scored[0].second;
      for (std::size_t i = 0; i < images.size(); ++i) {
        images.patients.push_back("p" + std::to_string(i / 4));
        images.ages.push_back(static_cast<double>(i));
        images.columns.push_back({});
        if (i < 20) images.columns.back()[kHostile[1]] = kHostile[2];
      }
    }
    const Markup markup = read_strictly(to_html(run));
    check_closed(markup);
    CHECK_FALSE(shows_no_number(markup));
    CHECK(shown(markup, "95% intervals over 15 patients"));
    CHECK(shown(markup, "Policy: " + run.policy + "."));
    CHECK(shown(markup, "subgroups by age"));
    CHECK(shown(markup, "40-64"));
    CHECK(shown(markup, "subgroups by " + std::string(kHostile[1])));
    CHECK(shown(markup, "unknown"));
    CHECK(shown(markup, "Brier score"));
  }
}

TEST_CASE("hostile names stay texts") {
  for (const bool exclusive : {true, false}) {
    RunReport run = report(exclusive, true);
    add_examples(run);
    const Markup markup = read_strictly(to_html(run));
    check_closed(markup);
    for (const int name : {0, 1, 2, 3, 5}) CHECK(shown(markup, kHostile[name]));
    CHECK(shown(markup, "This file contains films"));
    const auto films = std::count_if(markup.elements.begin(), markup.elements.end(),
                                     [](const Element& element) { return element.name == "img"; });
    CHECK(films == static_cast<std::ptrdiff_t>(run.examples.size()));
  }
}

TEST_CASE("no figure that the images do not define is shown as a number") {
  for (const bool exclusive : {true, false}) {
    RunReport run = report(exclusive, false);
    run.stages[0].options.erase("data");
    run.stages[1].options.erase("data");
    // One image, one source, one side of every label.
    ScoredImages& images = run.stages[0].scored[0].second;
    images = {{"normal", "covid"}, exclusive, {{0.2f, 0.1f}}, {{1, 0}}, {"nih"}};
    run.stages[0].thresholds = {0.5f, 0.5f};
    const Markup markup = read_strictly(to_html(run));
    CHECK_FALSE(shows_no_number(markup));
    CHECK(shown(markup, "\xE2\x80\x93"));
  }
}

TEST_CASE("a report without stages is still a page") {
  RunReport run;
  run.title = "Empty";
  CHECK(shown(read_strictly(to_html(run)), "Empty"));
}

TEST_CASE("an ablation's page gives rows, differences and what they show") {
  std::vector<AblationRun> runs;
  const double gain[] = {0.04, 0.05, 0.06};
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    const double alone = 0.8 + 0.01 * static_cast<double>(seed);
    runs.push_back({"alone", seed, {{"macro_f1", alone}}, {}, {}});
    runs.push_back({kHostile[1], seed, {{"macro_f1", alone + gain[seed]}}, {}, {}});
  }
  runs.push_back({"once", 0, {{"macro_f1", 0.7}}, {}, {}});
  const Ablation ablation{summarise(runs),
                          {compare(runs, kHostile[1], "alone", "macro_f1"),
                           compare(runs, "once", "alone", "macro_f1")}};
  const std::string html = to_html("Ablation", ablation);
  const Markup markup = read_strictly(html);
  check_closed(markup);
  CHECK_FALSE(shows_no_number(markup));
  CHECK(html == to_html("Ablation", ablation));
  CHECK(shown(markup, "+0.0500"));
  CHECK(shown(markup, "beyond chance of seeds, not shown for images"));
  CHECK(to_html("Ablation", {ablation.rows, {}, "all alike"}).find("Policy: all alike.") !=
        std::string::npos);
  CHECK(shown(markup, "not shown"));
  CHECK(shown(markup, kHostile[1]));
}

namespace {

std::vector<nlohmann::ordered_json> epochs_of(int count, double first) {
  std::vector<nlohmann::ordered_json> epochs;
  for (int epoch = 1; epoch <= count; ++epoch) {
    epochs.push_back({{"epoch", epoch},
                      {"training_loss", 1.0 / epoch},
                      {"validation_loss", 0.7},
                      {"macro_f1", first + 0.01 * epoch},
                      {"selection", first + 0.01 * epoch},
                      {"seconds", 30.0}});
  }
  return epochs;
}

ComparedRun compared(const std::string& name, int epochs, double rate) {
  return {{name, epochs_of(epochs, rate)},
          {{"data", "phantom:30"},
           {"fold", ""},
           {"seed", 1},
           {"epochs", 4},
           {"learning_rate", rate},
           {"levels", nlohmann::ordered_json::array()}},
          {{"revision", kHostile[5]}},
          {"normal", kHostile[0]}};
}

std::size_t count_of(const Markup& markup, const std::string& element) {
  return static_cast<std::size_t>(
      std::count_if(markup.elements.begin(), markup.elements.end(),
                    [&](const Element& one) { return one.name == element; }));
}

}  // namespace

TEST_CASE("a page of runs has what differs, a line a run, and figures at the best epochs") {
  std::vector<ComparedRun> runs = {compared("a", 3, 0.5), compared(kHostile[1], 2, 0.25),
                                   compared("not begun", 0, 0.5)};
  const std::string html = to_html("Runs", runs);
  const Markup markup = read_strictly(html);
  check_closed(markup);
  CHECK_FALSE(shows_no_number(markup));
  CHECK(html == to_html("Runs", runs));
  CHECK(count_of(markup, "polyline") == 6);  // two runs that have epochs in three charts
  CHECK(shown(markup, "0.5300"));            // the best of a
  CHECK(shown(markup, "2 of 4"));
  CHECK(shown(markup, "Selection figure on validation images: macro F1"));
  CHECK(html.find("<th scope=\"col\">learning_rate</th>") != std::string::npos);
  CHECK(html.find("<th scope=\"col\">epochs</th>") != std::string::npos);
  CHECK(html.find("<th scope=\"row\">data</th>") != std::string::npos);  // which all share
  CHECK_FALSE(shown(markup, "not validated on the same images"));

  runs[1].options["fold"] = "2/5";
  CHECK(unlike_data(runs) == std::vector<std::string>{"fold"});
  CHECK(shown(read_strictly(to_html("Runs", runs)), "not validated on the same images"));
}

TEST_CASE("runs of the same lists in another place were validated on the same images") {
  std::vector<ComparedRun> runs = {compared("a", 1, 0.5), compared("b", 1, 0.5)};
  runs[1].options["data"] = "elsewhere";
  CHECK(unlike_data(runs) == std::vector<std::string>{"data"});
  for (ComparedRun& run : runs) run.provenance["data_sha256"] = "1234";
  CHECK(unlike_data(runs).empty());
  runs[1].options["seed"] = 2;  // draws no phantoms here
  CHECK(unlike_data(runs).empty());
  runs[1].provenance["data_sha256"] = "5678";
  CHECK(unlike_data(runs) == std::vector<std::string>{"data_sha256"});
}

TEST_CASE("more runs than lines can be told apart share their charts out, on the same axes") {
  std::vector<ComparedRun> runs;
  for (int i = 0; i < 14; ++i) runs.push_back(compared("run " + std::to_string(i), 2, 0.03 * i));
  const Markup markup = read_strictly(to_html("Runs", runs));
  CHECK(count_of(markup, "figure") == 9);
  CHECK(shown(markup, "Validation loss, 3 of 3"));
}

TEST_CASE("a page of a search ranks its trials and says by what") {
  SearchResult search{
      {{"seed", 7}, {"space", {{"balance", {kHostile[0], "root"}}}}}, {{1, 2}, {3, 1}}, {}};
  for (std::int64_t number = 1; number <= 3; ++number) {
    Trial trial;
    trial.number = number;
    trial.options = {{"balance", number == 1 ? kHostile[0] : "root"}};
    trial.rungs = number == 2 ? 2 : number == 1 ? 1 : 0;
    trial.epochs = epochs_of(number == 2 ? 3 : number == 1 ? 1 : 0, 0.5);
    if (number == 3) trial.diverged = "the loss is no longer a number in epoch 1";
    search.trials.push_back(trial);
  }
  const std::string html = to_html("Search", search);
  const Markup markup = read_strictly(html);
  check_closed(markup);
  CHECK_FALSE(shows_no_number(markup));
  CHECK(html == to_html("Search", search));
  CHECK(shown(markup, "trained to the end"));
  CHECK(shown(markup, "came to rung 1 of 2"));
  CHECK(shown(markup, "the loss is no longer a number in epoch 1"));
  CHECK(shown(markup, "the test images were not read"));
  CHECK(shown(markup, kHostile[0]));
  CHECK(html.find("<th scope=\"row\">2</th>") < html.find("<th scope=\"row\">1</th>"));
}

TEST_CASE("a page of folds has every fold, all together, and what was dealt out") {
  for (const bool exclusive : {true, false}) {
    std::vector<ScoredImages> folds = {scored(exclusive, false), scored(exclusive, true)};
    folds[1].labels = folds[0].labels;
    for (ScoredImages& images : folds) {
      for (const auto& scores : images.scores) {
        std::vector<int> called;
        for (const float score : scores) called.push_back(score >= 0.5f ? 1 : 0);
        images.called.push_back(called);
      }
    }
    const CrossValidation result = cross_validate(kHostile[0], folds);
    const std::string html = to_html("Folds", result, folds);
    const Markup markup = read_strictly(html);
    check_closed(markup);
    CHECK_FALSE(shows_no_number(markup));
    CHECK(html == to_html("Folds", result, folds));
    CHECK(shown(markup, kHostile[0]));
    CHECK(shown(markup, "fold 2"));
    CHECK(shown(markup, "120 images (patients unknown)"));
    CHECK(shown(markup, "mean of the folds, lowest to highest"));
  }
}

TEST_CASE("a page of hospitals that were left out compares settings, and says who looked at what") {
  // Of 24 films half are normal; the first `right` of each half are called as they are.
  const auto films = [](const std::string& hospital, int right) {
    LeftOutFilms left{hospital, {}};
    left.images.labels = {"normal", "covid"};
    for (int i = 0; i < 24; ++i) {
      const bool normal = i % 2 == 0, called_normal = normal == (i / 2 < right);
      left.images.targets.push_back({normal ? 1.0f : 0.0f, normal ? 0.0f : 1.0f});
      left.images.scores.push_back({called_normal ? 0.75f : 0.25f, called_normal ? 0.25f : 0.75f});
      left.images.sources.push_back(hospital);
    }
    return left;
  };
  LeftOutFilms one_class = films("cxnet", 12);
  for (auto& targets : one_class.images.targets) targets = {0, 1};
  std::vector<SettingFigures> settings;
  for (const auto& [name, right] : {std::pair("whole", 7), std::pair("<lungs>", 11)}) {
    settings.push_back(
        {name,
         left_out_figures({films("nih<b>", right), one_class, films("kermany", 9)}, "normal")});
  }
  settings.push_back({"fast", {}, "nih left out: the loss is no longer a number"});
  const std::string html = to_html("Left out", settings, std::nullopt);
  CHECK(html == to_html("Left out", settings, std::nullopt));
  const Markup markup = read_strictly(html);
  CHECK(shown(markup, "Chosen: <lungs>") == false);  // the name is an element of its own
  CHECK(html.find("Chosen: <strong>&lt;lungs&gt;</strong>") != std::string::npos);
  CHECK(html.find("<b>") == std::string::npos);
  CHECK(shown(markup, "nih<b>, whole"));
  CHECK(shown(markup, "no film"));
  CHECK(shown(markup, "the loss is no longer a number"));
  CHECK(shown(markup, "They were not looked at."));
  CHECK(html.find("0.917<small>") != std::string::npos);  // recall of eleven in twelve
  const std::string tested =
      to_html("Left out", settings, left_out_figures({films("kermany", 6)}, "normal"));
  CHECK(shown(read_strictly(tested), "Test films of hospitals that were left out"));
  CHECK(tested.find("They were not looked at") == std::string::npos);
}
