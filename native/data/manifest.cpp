#include "data/manifest.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

#include "data/csv.h"
#include "data/hashed_share.h"
#include "data/label_names.h"

namespace thoraxlite {
namespace {

namespace fs = std::filesystem;

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

std::string row_name(std::size_t row) {
  return "row " + std::to_string(row + 2);
}

// In small letters (of ASCII), without spaces.
std::string folded(const std::string& name) {
  std::string result;
  for (const char letter : name) {
    if (letter == ' ') continue;
    result += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  return result;
}

struct Columns {
  std::size_t file, split, source, patient, age, label;  // kNone where there is none
  std::vector<std::size_t> labels;                       // where label is kNone

  static constexpr auto kNone = static_cast<std::size_t>(-1);

  bool is_known(std::size_t column) const {
    return column == file || column == split || column == source || column == patient ||
           column == age || column == label ||
           std::find(labels.begin(), labels.end(), column) != labels.end();
  }
};

bool holds_targets(const CsvTable& table, std::size_t column) {
  bool some = false;
  for (const auto& row : table.rows) {
    const std::string& cell = row[column];
    if (cell.empty()) continue;
    static const std::set<std::string> kTargets = {"0", "1", "-1", "0.0", "1.0", "-1.0"};
    if (kTargets.count(cell) == 0) return false;
    some = true;
  }
  return some;
}

Columns find_columns(const CsvTable& table, const ManifestColumns& names) {
  const auto find = [&](const std::string& name) {
    return table.find_column(name).value_or(Columns::kNone);
  };
  Columns columns{table.column(names.file),
                  find("split"),
                  find("source"),
                  find(names.patient),
                  find("age"),
                  Columns::kNone,
                  {}};
  if (names.patient != ManifestColumns{}.patient) columns.patient = table.column(names.patient);
  if (columns.split == Columns::kNone && columns.patient == Columns::kNone) table.column("split");
  // --labels names columns of targets, or some of the names in the column label (keep_labels()).
  const bool names_columns = !names.labels.empty() && table.find_column(names.labels.front());
  if (!names_columns) columns.label = find("label");
  if (columns.label != Columns::kNone) return columns;
  for (const std::string& name : names.labels) columns.labels.push_back(table.column(name));
  if (!columns.labels.empty()) return columns;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    // A code for the sex would become a label unseen.
    const bool is_sex = table.columns[i] == "sex" || table.columns[i] == "gender";
    if (!columns.is_known(i) && !is_sex && holds_targets(table, i)) columns.labels.push_back(i);
  }
  if (columns.labels.empty()) {
    throw std::runtime_error(table.file.string() +
                             ": no column 'label', and none that holds 1, 0, -1 or nothing; "
                             "expected either");
  }
  return columns;
}

// Reads the column label, row by row.
class NamedLabels {
 public:
  explicit NamedLabels(SampleList& list) : list_(list) {}

  void add(const std::string& text, std::size_t row) {
    std::vector<std::size_t> labels;
    for (const std::string& name : split_labels(text)) {
      const auto [found, is_new] = known_.emplace(name, list_.labels.size());
      if (is_new) {
        const auto [other, differs] = spellings_.emplace(folded(name), std::pair(name, row));
        if (!differs) {
          throw std::runtime_error("label '" + name + "' differs from '" + other->second.first +
                                   "' in " + row_name(other->second.second) +
                                   " by capitals or spaces alone; expected one spelling");
        }
        list_.labels.push_back(name);
      }
      labels.push_back(found->second);
    }
    if (labels.size() > 1) list_.exclusive = false;
    if (labels.empty() && !without_label_) without_label_ = row;
    present_.push_back(std::move(labels));
  }

  void finish(const CsvTable& table) {
    if (list_.exclusive && without_label_) {
      throw table.error(*without_label_,
                        "no label; expected one, as no other row has several (a finding that is "
                        "there or not is a column of 1 and 0)");
    }
    for (std::size_t i = 0; i < present_.size(); ++i) {
      list_.samples[i].targets.assign(list_.labels.size(), 0.0f);
      for (const std::size_t one : present_[i]) list_.samples[i].targets[one] = 1.0f;
    }
  }

 private:
  SampleList& list_;
  std::vector<std::vector<std::size_t>> present_;  // labels of each row
  std::unordered_map<std::string, std::size_t> known_;
  std::unordered_map<std::string, std::pair<std::string, std::size_t>> spellings_;
  std::optional<std::size_t> without_label_;
};

bool has_exactly_one(const Sample& sample) {
  return std::count(sample.targets.begin(), sample.targets.end(), 1.0f) == 1 &&
         std::count(sample.targets.begin(), sample.targets.end(), kUnknown) == 0;
}

}  // namespace

fs::path manifest_csv(const fs::path& where) {
  if (fs::is_directory(where)) {
    return fs::exists(where / "manifest.csv") ? where / "manifest.csv" : fs::path();
  }
  return fs::is_regular_file(where) ? where : fs::path();
}

SampleList read_manifest(const fs::path& where, const std::vector<std::string>& sources,
                         const ManifestColumns& names) {
  const CsvTable table = read_csv(fs::is_regular_file(where) ? where : where / "manifest.csv");
  const fs::path folder = table.file.parent_path();
  const Columns columns = find_columns(table, names);
  if (table.rows.empty()) {
    throw std::runtime_error(table.file.string() + ": no samples; expected at least one row");
  }

  SampleList list;
  NamedLabels named(list);
  for (const std::size_t column : columns.labels) list.labels.push_back(table.columns[column]);
  const std::string folder_name =
      fs::absolute(table.file).lexically_normal().parent_path().filename().string();
  std::unordered_map<std::string, std::size_t> known_files;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const auto& row = table.rows[i];
    const auto cell = [&](std::size_t column) {
      return column == Columns::kNone ? std::string() : row[column];
    };
    try {
      Sample sample{path_below(folder, row[columns.file]), {}, Split::train, folder_name};
      const auto [earlier, is_new] =
          known_files.emplace(sample.file.lexically_normal().string(), i);
      if (!is_new) {
        throw std::runtime_error("'" + row[columns.file] + "' stands in " +
                                 row_name(earlier->second) + " already");
      }
      sample.row = i + 2;
      sample.patient = cell(columns.patient);
      if (columns.source != Columns::kNone) sample.source = row[columns.source];
      if (columns.split != Columns::kNone) {
        sample.split = parse_split(row[columns.split]);
      } else if (!sample.patient.empty()) {
        sample.split = hashed_split(sample.patient);
      } else {
        throw std::runtime_error(
            "no " + names.patient +
            "; expected one, or a column 'split' that says train, val or test");
      }
      if (columns.label != Columns::kNone) named.add(row[columns.label], i);
      const Uncertain uncertain = sample.split == Split::test ? Uncertain::ignore : names.uncertain;
      for (const std::size_t column : columns.labels) {
        sample.targets.push_back(
            target_of(row[column], table.columns[column], &uncertain, kUnknown));
      }
      if (const std::string age = cell(columns.age); !age.empty()) sample.age_years = years(age);
      for (std::size_t column = 0; column < row.size(); ++column) {
        if (columns.is_known(column) || row[column].empty()) continue;
        sample.columns[table.columns[column]] = row[column];
      }
      list.samples.push_back(std::move(sample));
    } catch (const std::runtime_error& error) {
      throw table.error(i, error.what());
    }
  }
  if (columns.label != Columns::kNone) {
    named.finish(table);
  } else {
    list.exclusive = list.labels.size() > 1 &&
                     std::all_of(list.samples.begin(), list.samples.end(), has_exactly_one);
  }
  return keep_sources(std::move(list), sources, table.file);
}

}  // namespace thoraxlite
