#include "data/label_match.h"

#include <algorithm>
#include <stdexcept>

#include "data/csv.h"
#include "data/sample.h"

namespace thoraxlite {
namespace {

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "'" : ", '") + name + "'";
  return text;
}

std::string both(const std::vector<std::string>& model, const std::vector<std::string>& data) {
  return "the model's labels are " + listed(model) + "; the data's are " + listed(data);
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::size_t place(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

}  // namespace

LabelsMap read_labels_map(const std::filesystem::path& file) {
  const CsvTable table = read_csv(file);
  const std::size_t model = table.column("model"), data = table.column("data");
  LabelsMap map;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    std::pair<std::string, std::string> pair = {table.rows[row][model], table.rows[row][data]};
    if (pair.first.empty()) throw table.error(row, "no label of the model; expected one");
    if (std::find(map.begin(), map.end(), pair) != map.end()) {
      throw table.error(row, "the pair stands there twice; expected it once");
    }
    map.push_back(std::move(pair));
  }
  return map;
}

LabelMatch match_labels(const std::vector<std::string>& model, const std::vector<std::string>& data,
                        const LabelsMap& map, const std::string& where) {
  for (const auto& [of_model, of_data] : map) {
    if (has(model, of_model) && (of_data.empty() || has(data, of_data))) continue;
    throw std::runtime_error(where + ": the labels map pairs '" + of_model + "' with '" + of_data +
                             "'; expected labels that there are: " + both(model, data));
  }
  LabelMatch match;
  std::vector<bool> used(data.size(), false);
  for (const std::string& label : model) {
    std::vector<std::size_t> from;
    bool is_mapped = false;
    for (const auto& [of_model, of_data] : map) {
      if (of_model != label) continue;
      is_mapped = true;
      if (!of_data.empty()) from.push_back(place(data, of_data));
    }
    if (!is_mapped && has(data, label)) from.push_back(place(data, label));
    for (const std::size_t one : from) used[one] = true;
    if (from.empty()) match.unknown.push_back(label);
    match.from.push_back(std::move(from));
  }
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (!used[i]) match.unused.push_back(data[i]);
  }
  if (match.unknown.size() == model.size()) {
    throw std::runtime_error(where +
                             ": none of its labels is one of the model's: " + both(model, data) +
                             "; expected one that is the same, or --labels-map");
  }
  return match;
}

std::vector<float> matched_targets(const LabelMatch& match, const std::vector<float>& targets) {
  std::vector<float> matched;
  for (const std::vector<std::size_t>& from : match.from) {
    float target = from.empty() ? kUnknown : 0.0f;
    for (const std::size_t place : from) {
      if (targets[place] > 0) target = 1;
      if (targets[place] < 0 && target < 1) target = kUnknown;
    }
    matched.push_back(target);
  }
  return matched;
}

}  // namespace thoraxlite
