#include "report/runs_page.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "report/charts.h"
#include "report/html.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kDecideImages[] = {"sources", "uncertain", "fold"};
// Of the provenance, what is shown beside the options.
constexpr const char* kProvenance[] = {"revision", "libtorch", "device", "data_sha256"};

std::string value_text(const Json& value) {
  if (value.is_null()) return "\xE2\x80\x93";
  if (value == "") return "none";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_array()) {
    std::string text;
    for (const Json& one : value) text += (text.empty() ? "" : ", ") + value_text(one);
    return text.empty() ? "none" : text;
  }
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json& at(const Json& object, const std::string& key) {
  static const Json kNothing;
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() ? *found : kNothing;
}

bool all_alike(const std::vector<ComparedRun>& runs,
               const std::function<Json(const ComparedRun&)>& value) {
  return std::all_of(runs.begin(), runs.end(),
                     [&](const ComparedRun& run) { return value(run) == value(runs.front()); });
}

Json option(const ComparedRun& run, const std::string& key) {
  return at(run.options, key);
}

// Every key of any run's options, in the order of their coming.
std::vector<std::string> option_keys(const std::vector<ComparedRun>& runs) {
  std::vector<std::string> keys;
  for (const ComparedRun& run : runs) {
    for (const auto& [key, value] : run.options.items()) {
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    }
  }
  return keys;
}

std::string options_section(const std::vector<ComparedRun>& runs) {
  Table differ{"Options that differ", {"run"}, {}};
  Table alike{"Options that all runs share", {"option", "value"}, {}};
  for (const ComparedRun& run : runs) differ.rows_html.push_back({escape(run.course.name)});
  const auto add = [&](const std::string& name,
                       const std::function<Json(const ComparedRun&)>& value) {
    if (all_alike(runs, value)) {
      alike.rows_html.push_back({escape(name), escape(value_text(value(runs.front())))});
      return;
    }
    differ.head.push_back(name);
    for (std::size_t i = 0; i < runs.size(); ++i) {
      differ.rows_html[i].push_back(escape(value_text(value(runs[i]))));
    }
  };
  for (const std::string& key : option_keys(runs)) {
    add(key, [&](const ComparedRun& run) { return option(run, key); });
  }
  for (const char* key : kProvenance) {
    add(key, [&](const ComparedRun& run) { return at(run.provenance, key); });
  }
  add("labels", [](const ComparedRun& run) { return Json(run.labels); });
  const std::string html =
      differ.head.size() > 1 ? to_html(differ) : "<p>The runs have the same options.</p>\n";
  return "<section><h2>Options</h2>\n" + html +
         details("Options that all runs share", to_html(alike)) + "</section>\n";
}

// Figures of metrics.jsonl that any run has at its best epoch.
constexpr std::pair<const char*, const char*> kFigures[] = {
    {"training_loss", "training loss"},
    {"validation_loss", "validation loss"},
    {"accuracy", "accuracy"},
    {"balanced_accuracy", "balanced accuracy"},
    {"macro_f1", "macro F1"},
    {"mean_area_under_roc", "mean AUROC"},
    {"agreement", "agreement with the guide"}};

std::string minutes_text(const std::vector<Json>& epochs) {
  double sum = 0;
  for (const Json& line : epochs) sum += value_at(line, "seconds");
  return number(sum / 60, 1);
}

std::string figures_section(const std::vector<ComparedRun>& runs) {
  std::vector<std::pair<const char*, const char*>> shown;
  for (const auto& figure : kFigures) {
    const bool there = std::any_of(runs.begin(), runs.end(), [&](const ComparedRun& run) {
      const Json* best = best_epoch(run.course.epochs);
      return best != nullptr && std::isfinite(value_at(*best, figure.first));
    });
    if (there) shown.push_back(figure);
  }
  Table table{"Each run at its best epoch, on its validation images",
              {"run", "epochs", "best epoch", "selection figure"},
              {}};
  for (const auto& [key, name] : shown) table.head.push_back(name);
  table.head.push_back("minutes of training");
  for (const ComparedRun& run : runs) {
    const std::vector<Json>& epochs = run.course.epochs;
    static const Json kNothing = Json::object();
    const Json* found = best_epoch(epochs);
    const Json& best = found != nullptr ? *found : kNothing;
    std::vector<std::string> row = {
        escape(run.course.name),
        std::to_string(epochs.size()) + " of " + escape(value_text(option(run, "epochs"))),
        number(value_at(best, "epoch"), 0), number(value_at(best, "selection"), 4)};
    for (const auto& [key, name] : shown) row.push_back(number(value_at(best, key), 4));
    row.push_back(epochs.empty() ? number(NAN) : minutes_text(epochs));
    table.rows_html.push_back(row);
  }
  return "<section><h2>Best epochs</h2>\n<p>The best epoch was chosen by these very validation "
         "images, and so, perhaps, is a run by this table: figures of the best are a little too "
         "good. How good it is, only images say that chose nothing.</p>\n" +
         to_html(table) + "</section>\n";
}

std::string selection_title(const std::vector<ComparedRun>& runs) {
  std::string name = selection_name(runs.front().course.epochs);
  for (const ComparedRun& run : runs) {
    if (!run.course.epochs.empty() && selection_name(run.course.epochs) != name) {
      return "Selection figure on validation images";
    }
  }
  return "Selection figure on validation images: " + name;
}

std::string curves_section(const std::vector<ComparedRun>& runs) {
  std::vector<RunCourse> courses;
  for (const ComparedRun& run : runs) courses.push_back(run.course);
  const std::string html =
      run_curves_html(selection_title(runs), "selection figure", courses, "selection") +
      run_curves_html("Validation loss", "loss", courses, "validation_loss") +
      run_curves_html("Training loss", "loss", courses, "training_loss");
  if (html.empty()) return "<section><h2>Curves</h2>\n<p>No run has an epoch yet.</p></section>\n";
  return "<section><h2>Curves</h2>\n<p>The training loss is the sum of all that a run is asked to "
         "learn: it compares runs that learn the same from the same. The validation loss is of "
         "the hard labels alone.</p>\n" +
         html + "</section>\n";
}

}  // namespace

std::vector<std::string> unlike_data(const std::vector<ComparedRun>& runs) {
  std::vector<std::string> unlike;
  const auto digest = [](const ComparedRun& run) { return at(run.provenance, "data_sha256"); };
  // Of the same digest the same data may lie in different places; phantoms have no digest.
  if (!all_alike(runs, digest)) {
    unlike.emplace_back("data_sha256");
  } else if (runs.empty() || digest(runs.front()).is_null()) {
    for (const char* key : {"data", "seed"}) {
      if (!all_alike(runs, [&](const ComparedRun& run) { return option(run, key); })) {
        unlike.emplace_back(key);
      }
    }
  }
  for (const char* key : kDecideImages) {
    if (!all_alike(runs, [&](const ComparedRun& run) { return option(run, key); })) {
      unlike.emplace_back(key);
    }
  }
  if (!all_alike(runs, [](const ComparedRun& run) { return Json(run.labels); })) {
    unlike.emplace_back("labels");
  }
  return unlike;
}

std::string to_html(const std::string& title, const std::vector<ComparedRun>& runs) {
  if (runs.empty()) return page(title, "<p>No runs.</p>\n");
  std::string body;
  const std::vector<std::string> unlike = unlike_data(runs);
  if (!unlike.empty()) {
    body +=
        "<p class=\"notice\">These runs were not validated on the same images: they differ in " +
        listed(unlike) + ". Their figures and losses do not compare.</p>\n";
  }
  return page(title, body + figures_section(runs) + options_section(runs) + curves_section(runs));
}

}  // namespace thoraxlite
