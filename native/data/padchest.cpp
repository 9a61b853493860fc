#include "data/padchest.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <set>
#include <stdexcept>
#include <unordered_set>

#include "data/csv.h"
#include "data/hashed_share.h"

namespace thoraxlite {
namespace {

namespace fs = std::filesystem;

constexpr char kName[] = "PADCHEST_chest_x_ray_images_labels_160K";

// ['pleural effusion', "kerley's lines"]: a list of texts as Python writes it.
std::vector<std::string> names_of(const std::string& text) {
  std::vector<std::string> names;
  const auto malformed = [&text] {
    return std::runtime_error("Labels is '" + text +
                              "'; expected a list in brackets of names in quotes");
  };
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') throw malformed();
  for (std::size_t at = 1; at + 1 < text.size(); ++at) {
    if (text[at] == ',' || text[at] == ' ') continue;
    if (text[at] != '\'' && text[at] != '"') throw malformed();
    const std::size_t end = text.find(text[at], at + 1);
    if (end == std::string::npos) throw malformed();
    std::string name = text.substr(at + 1, end - at - 1);
    name.erase(0, name.find_first_not_of(' '));
    name.erase(name.find_last_not_of(' ') + 1);
    if (!name.empty()) names.push_back(name);
    at = end;
  }
  return names;
}

// From the year of birth and the study's date, as 1930.0 and 20140915.
double age_of(const std::string& birth, const std::string& study) {
  const double born = std::strtod(birth.c_str(), nullptr);
  const double year = std::strtod(study.substr(0, 4).c_str(), nullptr);
  if (born < 1880 || year < born) return std::numeric_limits<double>::quiet_NaN();
  return plausible_years(std::to_string(year - born));
}

// Where the images lie.
class PadChestImages {
 public:
  explicit PadChestImages(const fs::path& folder)
      : folder_(fs::is_directory(folder / "images") ? folder / "images" : folder) {}

  fs::path file(const std::string& directory, const std::string& name) {
    const fs::path beside = path_below(folder_, name);
    if (directory.empty()) return beside;
    if (directories_.count(directory) == 0 &&
        (absent_.count(directory) > 0 || !fs::is_directory(path_below(folder_, directory)))) {
      absent_.insert(directory);
      return beside;
    }
    directories_.insert(directory);
    return path_below(folder_, directory + "/" + name);
  }

 private:
  fs::path folder_;
  std::set<std::string> directories_, absent_;
};

}  // namespace

fs::path padchest_csv(const fs::path& folder) {
  if (!fs::is_directory(folder)) return {};
  std::set<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.rfind(kName, 0) == 0 && entry.path().extension() == ".csv") found.insert(entry.path());
  }
  return found.empty() ? fs::path() : *found.rbegin();
}

SampleList read_padchest(const fs::path& folder, const std::vector<std::string>& sources,
                         const std::vector<std::string>& labels) {
  const CsvTable table = read_csv(padchest_csv(folder));
  const std::size_t image = table.column("ImageID"), directory = table.column("ImageDir"),
                    patient = table.column("PatientID"), birth = table.column("PatientBirth"),
                    sex = table.column("PatientSex_DICOM"), study = table.column("StudyDate_DICOM"),
                    projection = table.column("Projection"), names = table.column("Labels"),
                    reader = table.column("MethodLabel");
  SampleList list{labels, false, {}};
  if (labels.empty()) list.labels.assign(kPadChestLabels.begin(), kPadChestLabels.end());
  const std::unordered_set<std::string> unusable = {"exclude", "suboptimal study"};
  PadChestImages images(folder);
  std::unordered_set<std::string> known;
  std::set<std::string> tree;
  std::size_t without_labels = 0, excluded = 0;
  list.samples.reserve(table.rows.size());
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const auto& row = table.rows[i];
    try {
      if (!known.insert(row[image]).second) {
        throw std::runtime_error("'" + row[image] + "' stands in an earlier row already");
      }
      if (row[patient].empty()) throw std::runtime_error("no PatientID; expected one");
      if (row[names].empty() || row[names] == "nan") {
        ++without_labels;
        continue;
      }
      const std::vector<std::string> present = names_of(row[names]);
      if (std::any_of(present.begin(), present.end(),
                      [&](const std::string& name) { return unusable.count(name) > 0; })) {
        ++excluded;
        continue;
      }
      tree.insert(present.begin(), present.end());
      Sample sample{images.file(row[directory], row[image]),
                    {},
                    hashed_split(row[patient]),
                    row[projection].empty() ? "unknown" : row[projection]};
      for (const std::string& label : list.labels) {
        sample.targets.push_back(
            std::find(present.begin(), present.end(), label) == present.end() ? 0.0f : 1.0f);
      }
      sample.row = i + 2;
      sample.patient = row[patient];
      sample.age_years = age_of(row[birth], row[study]);
      if (row[sex] == "M" || row[sex] == "F") sample.set_column("sex", row[sex]);
      sample.set_column("view", row[projection]);
      sample.set_column("reader", row[reader]);
      list.samples.push_back(std::move(sample));
    } catch (const std::runtime_error& error) {
      throw table.error(i, error.what());
    }
  }
  for (const std::string& label : labels) {
    if (tree.count(label) > 0) continue;
    throw std::runtime_error(table.file.string() + ": no row has the label '" + label +
                             "'; expected one of its names, in its spelling");
  }
  if (without_labels + excluded > 0) {
    std::cerr << table.file.string() << ": " << without_labels << " images without labels and "
              << excluded << " of studies that its readers excluded. Left out.\n";
  }
  std::vector<std::string> wanted = sources;
  if (wanted.empty()) {
    for (const char* name : {"PA", "AP", "AP_horizontal"}) {
      if (std::any_of(list.samples.begin(), list.samples.end(),
                      [&](const Sample& sample) { return sample.source == name; })) {
        wanted.emplace_back(name);
      }
    }
    if (wanted.empty()) {
      throw std::runtime_error(table.file.string() + ": no frontal image; expected at least one");
    }
  }
  return keep_sources(std::move(list), wanted, table.file);
}

}  // namespace thoraxlite
