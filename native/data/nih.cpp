#include "data/nih.h"

#include <algorithm>
#include <iostream>
#include <stdexcept>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "data/csv.h"
#include "data/file_bytes.h"
#include "data/hashed_share.h"
#include "data/label_names.h"

namespace thoraxlite {
namespace {

namespace fs = std::filesystem;

constexpr double kNihValidationShare = 0.1;

// Which images are for training (and validation), and which for testing.
using Lists = std::unordered_map<std::string, Split>;

void read_list(const fs::path& file, Split split, Lists& lists) {
  const std::vector<std::uint8_t> bytes = require_file(file);
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view name = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!name.empty() && name.back() == '\r') name.remove_suffix(1);
    if (name.empty() || lists.emplace(name, split).second) continue;
    throw std::runtime_error(file.string() + ": line " + std::to_string(line) + ": '" +
                             std::string(name) + "' is listed already; expected each image once");
  }
}

// Where each image lies, by its name.
class ImageFolders {
 public:
  explicit ImageFolders(const fs::path& folder) {
    add(folder / "images");
    for (const char* number :
         {"001", "002", "003", "004", "005", "006", "007", "008", "009", "010", "011", "012"}) {
      add(folder / (std::string("images_") + number) / "images");
    }
    if (folders_.empty()) {
      throw std::runtime_error(folder.string() +
                               ": no images; expected images/ or images_001/images to "
                               "images_012/images");
    }
  }

  // Empty for an image that is nowhere.
  fs::path file(const std::string& name) const {
    const auto found = names_.find(name);
    return found == names_.end() ? fs::path() : path_below(folders_[found->second], name);
  }

 private:
  void add(const fs::path& folder) {
    if (!fs::is_directory(folder)) return;
    for (const auto& entry : fs::directory_iterator(folder)) {
      names_.emplace(entry.path().filename().string(), folders_.size());
    }
    folders_.push_back(folder);
  }

  std::vector<fs::path> folders_;
  std::unordered_map<std::string, std::size_t> names_;
};

std::vector<float> targets_of(const std::string& labels) {
  std::vector<float> targets(kNihFindings.size(), 0.0f);
  const std::vector<std::string> names = split_labels(labels);
  if (names.size() == 1 && names.front() == "No Finding") return targets;
  for (const std::string& name : names) {
    const auto found = std::find(kNihFindings.begin(), kNihFindings.end(), name);
    if (found == kNihFindings.end()) break;
    targets[static_cast<std::size_t>(found - kNihFindings.begin())] = 1.0f;
  }
  const auto present = std::count(targets.begin(), targets.end(), 1.0f);
  if (names.empty() || present != static_cast<std::ptrdiff_t>(names.size())) {
    throw std::runtime_error("Finding Labels is '" + labels +
                             "'; expected some of the 14 findings, or 'No Finding' alone");
  }
  return targets;
}

// A name without a folder, so that nothing outside the image folders is read.
const std::string& checked_name(const std::string& name) {
  if (name.find_first_of("/\\") == std::string::npos) return name;
  throw std::runtime_error("Image Index is '" + name + "'; expected a file's name");
}

const std::string& checked_patient(const std::string& id) {
  if (!id.empty() && id.find_first_not_of("0123456789") == std::string::npos) return id;
  throw std::runtime_error("Patient ID is '" + id + "'; expected a number");
}

const std::string& checked_view(const std::string& view) {
  if (view == "AP" || view == "PA") return view;
  throw std::runtime_error("View Position is '" + view + "'; expected AP or PA");
}

}  // namespace

fs::path nih_csv(const fs::path& folder) {
  for (const char* name : {"Data_Entry_2017.csv", "Data_Entry_2017_v2020.csv"}) {
    if (fs::exists(folder / name)) return folder / name;
  }
  return {};
}

SampleList read_nih(const fs::path& folder, const std::vector<std::string>& sources,
                    bool incomplete) {
  const CsvTable table = read_csv(nih_csv(folder));
  const std::size_t name = table.column("Image Index"), labels = table.column("Finding Labels"),
                    patient = table.column("Patient ID"), view = table.column("View Position");
  const auto age = table.find_column("Patient Age"), sex = table.find_column("Patient Gender");
  Lists lists;
  read_list(folder / "train_val_list.txt", Split::train, lists);
  read_list(folder / "test_list.txt", Split::test, lists);
  const ImageFolders images(folder);

  SampleList list{{kNihFindings.begin(), kNihFindings.end()}, false, {}};
  list.samples.reserve(table.rows.size());
  std::unordered_set<std::string_view> known;
  std::unordered_map<std::string_view, Split> side_of;  // of each patient
  std::int64_t unlisted = 0, missing = 0;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const auto& row = table.rows[i];
    try {
      if (!known.insert(checked_name(row[name])).second) {
        throw std::runtime_error("'" + row[name] + "' stands in an earlier row already");
      }
      Sample sample{images.file(row[name]), targets_of(row[labels]), Split::train,
                    checked_view(row[view])};
      const std::string& id = checked_patient(row[patient]);
      const auto listed = lists.find(row[name]);
      if (listed == lists.end()) {
        ++unlisted;
        continue;
      }
      sample.split = listed->second;
      if (side_of.emplace(id, sample.split).first->second != sample.split) {
        throw std::runtime_error("patient " + id + " is in both lists; expected one of them");
      }
      if (sample.split == Split::train && is_in_share(id, kNihValidationShare)) {
        sample.split = Split::validation;
      }
      sample.patient = id;
      sample.row = i + 2;
      if (age) sample.age_years = plausible_years(row[*age]);
      sample.set_column("sex", sex ? row[*sex] : "");
      sample.set_column("view", row[view]);
      if (sample.file.empty()) {
        ++missing;
        continue;
      }
      list.samples.push_back(std::move(sample));
    } catch (const std::runtime_error& error) {
      throw table.error(i, error.what());
    }
  }
  const auto rows = static_cast<std::int64_t>(table.rows.size());
  const auto listed = static_cast<std::int64_t>(lists.size());
  allow_few(unlisted, rows, "rows are in neither train_val_list.txt nor test_list.txt", table.file);
  allow_few(listed - (rows - unlisted), listed, "names of the two lists have no row", table.file);
  if (incomplete && missing > 0) {
    std::cerr << table.file.string() << ": " << missing << " of " << rows
              << " images are in none of its folders. Left out.\n";
  } else {
    allow_few(missing, rows, "images are in none of its folders", table.file);
  }
  if (list.samples.empty()) {
    throw std::runtime_error(table.file.string() + ": no samples; expected at least one row");
  }
  return keep_sources(std::move(list), sources, table.file);
}

}  // namespace thoraxlite
