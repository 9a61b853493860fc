#include "data/rsna_pneumonia.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <unordered_map>

#include "data/csv.h"
#include "data/hashed_share.h"
#include "data/image_name.h"

namespace thoraxlite {
namespace {

namespace fs = std::filesystem;

constexpr std::array kClasses = {"Normal", "No Lung Opacity / Not Normal", "Lung Opacity"};
constexpr std::size_t kOpacity = 2;

// Of each film one of the values of a column, which all its rows must have.
template <class Parse>
std::unordered_map<std::string, std::size_t> read_column(const CsvTable& table,
                                                         const std::string& name,
                                                         const Parse& parse) {
  const std::size_t film = table.column("patientId"), column = table.column(name);
  std::unordered_map<std::string, std::size_t> values;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const auto& row = table.rows[i];
    const auto value = parse(row[column]);
    if (!value)
      throw table.error(i, name + " is '" + row[column] + "', which is none of its values");
    if (values.emplace(row[film], *value).first->second == *value) continue;
    throw table.error(i, "'" + row[film] + "' has another " + name + " in an earlier row");
  }
  return values;
}

std::optional<std::size_t> parse_target(const std::string& text) {
  if (text == "0") return 0;
  if (text == "1") return 1;
  return std::nullopt;
}

std::optional<std::size_t> parse_class(const std::string& text) {
  const auto found = std::find(kClasses.begin(), kClasses.end(), text);
  if (found == kClasses.end()) return std::nullopt;
  return static_cast<std::size_t>(found - kClasses.begin());
}

}  // namespace

std::vector<fs::path> rsna_pneumonia_lists(const fs::path& folder) {
  const fs::path labels = folder / "stage_2_train_labels.csv";
  const fs::path classes = folder / "stage_2_detailed_class_info.csv";
  if (!fs::exists(labels)) return {};
  if (!fs::exists(classes)) return {labels};
  return {labels, classes};
}

SampleList read_rsna_pneumonia(const fs::path& folder, const std::vector<std::string>& sources) {
  const std::vector<fs::path> files = rsna_pneumonia_lists(folder);
  const CsvTable table = read_csv(files.at(0));
  const auto target = read_column(table, "Target", parse_target);
  const bool has_classes = files.size() > 1;
  std::unordered_map<std::string, std::size_t> classes;
  if (has_classes) classes = read_column(read_csv(files[1]), "class", parse_class);

  SampleList list{{kClasses[kOpacity]}, false, {}};
  if (has_classes) list = {{kClasses.begin(), kClasses.end()}, true, {}};
  const std::size_t film = table.column("patientId");
  std::unordered_map<std::string, std::size_t> known;
  std::string ending;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const std::string& name = table.rows[i][film];
    if (!known.emplace(name, i).second) continue;  // another box
    try {
      const fs::path stem = path_below(folder / "stage_2_train_images", name);
      if (ending.empty()) ending = image_ending(stem, {".dcm", ".png", ".jpg"});
      Sample sample{stem.string() + ending,
                    {static_cast<float>(target.at(name))},
                    hashed_split(name),
                    "rsna"};
      if (has_classes) {
        const auto found = classes.find(name);
        if (found == classes.end() || (found->second == kOpacity) != (target.at(name) == 1)) {
          throw std::runtime_error(
              "'" + name + "' has Target " + std::to_string(target.at(name)) +
              (found == classes.end() ? ", and no row"
                                      : std::string(", and is '") + kClasses[found->second] + "'") +
              " in " + files[1].filename().string());
        }
        sample.targets.assign(kClasses.size(), 0.0f);
        sample.targets[found->second] = 1;
      }
      sample.row = i + 2;
      list.samples.push_back(std::move(sample));
    } catch (const std::runtime_error& error) {
      throw table.error(i, error.what());
    }
  }
  return keep_sources(std::move(list), sources, table.file);
}

}  // namespace thoraxlite
