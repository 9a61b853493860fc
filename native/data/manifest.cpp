#include "data/manifest.h"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "data/csv.h"

namespace thoraxlite {

SampleList read_manifest(const std::filesystem::path& folder,
                         const std::vector<std::string>& sources) {
  const CsvTable table = read_csv(folder / "manifest.csv");
  const std::size_t file = table.column("file"), label = table.column("label"),
                    split = table.column("split"), source = table.column("source");

  SampleList list;
  std::set<std::string> known_sources;
  for (const auto& row : table.rows) {
    known_sources.insert(row[source]);
    if (std::find(list.labels.begin(), list.labels.end(), row[label]) == list.labels.end()) {
      list.labels.push_back(row[label]);
    }
  }
  for (const auto& wanted : sources) {
    if (known_sources.count(wanted)) continue;
    throw std::runtime_error(table.file.string() + ": no row of source '" + wanted + "'");
  }

  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const auto& row = table.rows[i];
    if (!sources.empty() &&
        std::find(sources.begin(), sources.end(), row[source]) == sources.end()) {
      continue;
    }
    Sample sample{folder / row[file], std::vector<float>(list.labels.size(), 0.0f), Split::train,
                  row[source]};
    const auto found = std::find(list.labels.begin(), list.labels.end(), row[label]);
    sample.targets[static_cast<std::size_t>(found - list.labels.begin())] = 1.0f;
    try {
      sample.split = parse_split(row[split]);
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(table.file.string() + ": row " + std::to_string(i + 2) + ": " +
                               error.what());
    }
    list.samples.push_back(std::move(sample));
  }
  if (list.samples.empty()) {
    throw std::runtime_error(table.file.string() + ": no samples; expected at least one row");
  }
  return list;
}

}  // namespace thoraxlite
