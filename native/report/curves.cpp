#include "report/curves.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <stdexcept>

#include "report/charts.h"
#include "report/html.h"
#include "report/run_curves.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

// Keys with a number in any epoch, in the order in which they first come.
std::vector<std::string> numeric_keys(const std::vector<const Json*>& objects) {
  std::vector<std::string> keys;
  for (const Json* object : objects) {
    for (const auto& [key, value] : object->items()) {
      if (value.is_number() && std::find(keys.begin(), keys.end(), key) == keys.end()) {
        keys.push_back(key);
      }
    }
  }
  return keys;
}

bool has(const std::string& key, const std::vector<const char*>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const char* word) { return key.find(word) != std::string::npos; });
}

// A term that the stage did without.
bool always_zero(const std::vector<Json>& epochs, const std::string& key) {
  return std::all_of(epochs.begin(), epochs.end(),
                     [&](const Json& epoch) { return value_at(epoch, key) == 0; });
}

// objects: one an epoch; keys: a series each.
std::string curve_chart(const std::string& title, const std::string& axis,
                        const std::vector<Json>& epochs, const std::vector<const Json*>& objects,
                        const std::vector<std::string>& keys) {
  if (keys.empty()) return "";
  LineChart chart;
  chart.title = title;
  chart.description = "A line each over the epochs. The numbers stand in the table of epochs.";
  std::vector<double> all;
  for (const std::string& key : keys) {
    Series series{spoken(key), {}};
    for (std::size_t i = 0; i < epochs.size(); ++i) {
      series.points.push_back({value_at(epochs[i], "epoch"), value_at(*objects[i], key)});
      all.push_back(series.points.back().y);
    }
    chart.series.push_back(series);
  }
  const double first = value_at(epochs.front(), "epoch"), last = value_at(epochs.back(), "epoch");
  chart.x = {"epoch", first, std::max(first + 1, last), true};
  chart.y = axis_around(axis, all);
  return to_html(chart);
}

Table epoch_table(const std::string& stage, const std::vector<Json>& epochs,
                  const std::vector<const Json*>& objects) {
  const std::vector<std::string> keys = numeric_keys(objects);
  Table table{stage + ": epochs", {}, {}};
  for (const std::string& key : keys) table.head.push_back(spoken(key));
  for (const Json& epoch : epochs) {
    std::vector<std::string> row;
    for (const std::string& key : keys) {
      const double value = value_at(epoch, key);
      row.push_back(number(value, key == "epoch" ? 0 : key == "seconds" ? 1 : 4));
    }
    table.rows_html.push_back(row);
  }
  return table;
}

}  // namespace

std::vector<Json> read_epochs(const std::filesystem::path& run) {
  const std::filesystem::path file = run / "metrics.jsonl";
  std::ifstream stream(file);
  std::map<std::int64_t, Json> epochs;
  std::string line;
  for (std::int64_t number = 1; std::getline(stream, line); ++number) {
    const Json json = Json::parse(line, nullptr, false);
    // Half a line at the end is one that is being written, or was when the program was killed.
    if (json.is_discarded() && stream.eof()) break;
    const auto epoch = json.is_object() ? json.find("epoch") : json.end();
    if (!json.is_object() || epoch == json.end() || !epoch->is_number_integer()) {
      throw std::runtime_error(file.string() + ": line " + std::to_string(number) +
                               " is not a JSON object with a whole \"epoch\"");
    }
    epochs[epoch->get<std::int64_t>()] = json;
  }
  std::vector<Json> in_order;
  for (auto& [epoch, json] : epochs) in_order.push_back(std::move(json));
  return in_order;
}

std::string curves_html(const std::string& stage, const std::vector<Json>& epochs) {
  if (epochs.empty()) return "";
  static const Json kNone = Json::object();
  std::vector<const Json*> whole, by_source;
  for (const Json& epoch : epochs) {
    whole.push_back(&epoch);
    const auto found = epoch.find("accuracy_by_source");
    by_source.push_back(found != epoch.end() && found->is_object() ? &*found : &kNone);
  }
  std::vector<std::string> losses, terms, figures;
  for (const std::string& key : numeric_keys(whole)) {
    if (key == "training_loss" || key == "validation_loss") {
      losses.push_back(key);
    } else if (has(key, {"loss"})) {
      if (!always_zero(epochs, key)) terms.push_back(key);
    } else if (has(key, {"accuracy", "f1", "auroc", "area_under_roc", "agreement"}) &&
               key.compare(0, 5, "best_") != 0) {
      figures.push_back(key);
    }
  }
  return "<div class=\"charts\">\n" + curve_chart(stage + ": loss", "loss", epochs, whole, losses) +
         curve_chart(stage + ": terms of the training loss", "loss", epochs, whole, terms) +
         curve_chart(stage + ": validation figures", "figure", epochs, whole, figures) +
         curve_chart(stage + ": validation accuracy by source", "accuracy", epochs, by_source,
                     numeric_keys(by_source)) +
         "</div>\n" + details("Table of epochs", to_html(epoch_table(stage, epochs, whole)));
}

}  // namespace thoraxlite
