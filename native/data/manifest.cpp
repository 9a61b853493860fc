#include "data/manifest.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

#include "data/csv.h"
#include "data/label_names.h"

namespace thoraxlite {

namespace {

double years(const std::string& text) {
  std::size_t end = 0;
  double value = -1;
  try {
    value = std::stod(text, &end);
  } catch (const std::exception&) {
    end = 0;
  }
  if (end == 0 || end != text.size() || !(value >= 0 && value <= 150)) {
    throw std::runtime_error("age is '" + text + "'; expected years from 0 to 150, or nothing");
  }
  return value;
}

}  // namespace

SampleList read_manifest(const std::filesystem::path& folder,
                         const std::vector<std::string>& sources) {
  const CsvTable table = read_csv(folder / "manifest.csv");
  const std::size_t file = table.column("file"), label = table.column("label"),
                    split = table.column("split"), source = table.column("source");
  if (table.rows.empty()) {
    throw std::runtime_error(table.file.string() + ": no samples; expected at least one row");
  }

  // Of age and patient a manifest need not tell.
  const auto optional_column = [&table](const char* name) {
    const auto found = std::find(table.columns.begin(), table.columns.end(), name);
    return found == table.columns.end() ? std::optional<std::size_t>()
                                        : static_cast<std::size_t>(found - table.columns.begin());
  };
  const auto patient = optional_column("patient"), age = optional_column("age");

  SampleList list;
  std::vector<std::vector<std::size_t>> present;  // labels of each row
  std::unordered_map<std::string, std::size_t> known_labels;
  std::unordered_map<std::string_view, std::size_t> known_files;
  constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::size_t without_label = kNone;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const auto& row = table.rows[i];
    const auto [earlier, is_new] = known_files.emplace(row[file], i);
    if (!is_new) {
      throw table.error(i, "'" + row[file] + "' stands in row " +
                               std::to_string(earlier->second + 2) + " already");
    }
    try {
      std::vector<std::size_t> labels;
      for (const std::string& name : split_labels(row[label])) {
        const auto found = known_labels.emplace(name, list.labels.size());
        if (found.second) list.labels.push_back(name);
        labels.push_back(found.first->second);
      }
      if (labels.size() > 1) list.exclusive = false;
      if (labels.empty() && without_label == kNone) without_label = i;
      present.push_back(std::move(labels));
      list.samples.push_back(
          {path_below(folder, row[file]), {}, parse_split(row[split]), row[source]});
      Sample& sample = list.samples.back();
      if (patient) sample.patient = row[*patient];
      if (age && !row[*age].empty()) sample.age_years = years(row[*age]);
      for (std::size_t column = 0; column < row.size(); ++column) {
        const bool is_known = column == file || column == label || column == split ||
                              column == source || column == patient || column == age;
        if (!is_known && !row[column].empty()) sample.columns[table.columns[column]] = row[column];
      }
    } catch (const std::runtime_error& error) {
      throw table.error(i, error.what());
    }
  }
  if (list.exclusive && without_label != kNone) {
    throw table.error(without_label, "no label; expected one, as no other row has several");
  }
  for (std::size_t i = 0; i < present.size(); ++i) {
    list.samples[i].targets.assign(list.labels.size(), 0.0f);
    for (const std::size_t one : present[i]) list.samples[i].targets[one] = 1.0f;
  }
  return keep_sources(std::move(list), sources, table.file);
}

}  // namespace thoraxlite
