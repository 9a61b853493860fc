#include "data/chexpert.h"

#include <set>
#include <stdexcept>
#include <string_view>
#include <unordered_set>

#include "data/csv.h"
#include "data/hashed_share.h"

namespace thoraxlite {
namespace {

constexpr double kCheXpertValidationShare = 0.05;
constexpr std::string_view kRelease = "CheXpert-v1.0";

// Turns Path into a file. Looks at the disk once for each release that paths begin with.
class ImageFolder {
 public:
  explicit ImageFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path file(const std::string& path) {
    const std::size_t slash = path.find('/');
    if (path.compare(0, kRelease.size(), kRelease) != 0 || slash == std::string::npos) {
      return path_below(folder_, path);
    }
    if (path.compare(0, slash, release_) != 0) {
      release_ = path.substr(0, slash);
      release_is_below_ = std::filesystem::is_directory(folder_ / release_);
    }
    return path_below(folder_, release_is_below_ ? path : path.substr(slash + 1));
  }

 private:
  std::filesystem::path folder_;
  std::string release_;
  bool release_is_below_ = false;
};

// patientNNNNN, one of the folders of a path.
std::string_view patient_of(std::string_view path) {
  const std::size_t begin = path.find("/patient") + 1;
  const std::size_t end = path.find('/', begin);
  constexpr std::size_t kWord = 7;  // "patient"
  if (begin == 0 || end == std::string_view::npos || end == begin + kWord ||
      path.substr(begin + kWord, end - begin - kWord).find_first_not_of("0123456789") !=
          std::string_view::npos) {
    throw std::runtime_error("Path '" + std::string(path) +
                             "' names no patient; expected .../patientNNNNN/studyN/FILE");
  }
  return path.substr(begin, end - begin);
}

std::string source_of(const std::string& view, const std::string& direction) {
  if (view == "Lateral") return "lateral";
  if (view != "Frontal") {
    throw std::runtime_error("Frontal/Lateral is '" + view + "'; expected Frontal or Lateral");
  }
  if (direction.empty()) return "frontal";
  for (const char* known : {"AP", "PA", "LL", "RL"}) {
    if (direction == known) return "frontal " + direction;
  }
  throw std::runtime_error("AP/PA is '" + direction + "'; expected AP, PA, LL, RL or nothing");
}

// "Unknown" is neither.
std::string sex_of(const std::string& sex) {
  return sex == "Female" ? "F" : sex == "Male" ? "M" : "";
}

// Makes samples of a file's rows. split_of(patient) may throw.
template <class SplitOf>
void add_rows(SampleList& list, const CsvTable& table, ImageFolder& images,
              const Uncertain* uncertain, const SplitOf& split_of) {
  const std::size_t path = table.column("Path"), view = table.column("Frontal/Lateral"),
                    direction = table.column("AP/PA");
  const auto sex = table.find_column("Sex"), age = table.find_column("Age");
  std::vector<std::size_t> labels;
  for (const char* label : kCheXpertLabels) labels.push_back(table.column(label));

  std::unordered_set<std::string_view> known;
  list.samples.reserve(list.samples.size() + table.rows.size());
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const auto& row = table.rows[i];
    try {
      if (!known.insert(row[path]).second) {
        throw std::runtime_error("Path '" + row[path] + "' stands in an earlier row already");
      }
      Sample sample{images.file(row[path]),
                    {},
                    split_of(patient_of(row[path])),
                    source_of(row[view], row[direction])};
      sample.row = i + 2;
      sample.patient = patient_of(row[path]);
      if (age) sample.age_years = plausible_years(row[*age]);
      sample.set_column("sex", sex ? sex_of(row[*sex]) : "");
      sample.set_column("view", row[view] == "Lateral" ? "lateral" : row[direction]);
      sample.targets.reserve(labels.size());
      for (std::size_t label = 0; label < labels.size(); ++label) {
        sample.targets.push_back(
            target_of(row[labels[label]], kCheXpertLabels[label], uncertain, 0));
      }
      list.samples.push_back(std::move(sample));
    } catch (const std::runtime_error& error) {
      throw table.error(i, error.what());
    }
  }
}

}  // namespace

SampleList read_chexpert(const std::filesystem::path& folder, Uncertain uncertain,
                         const std::vector<std::string>& sources) {
  const CsvTable valid = read_csv(folder / "valid.csv");
  const CsvTable train = read_csv(folder / "train.csv");
  SampleList list{{kCheXpertLabels.begin(), kCheXpertLabels.end()}, false, {}};
  ImageFolder images(folder);

  std::unordered_set<std::string_view> test_patients;
  add_rows(list, valid, images, nullptr, [&](std::string_view patient) {
    test_patients.insert(patient);
    return Split::test;
  });
  add_rows(list, train, images, &uncertain, [&](std::string_view patient) {
    if (test_patients.count(patient)) {
      throw std::runtime_error(std::string(patient) +
                               " is in valid.csv too; expected new patients");
    }
    return is_in_share(patient, kCheXpertValidationShare) ? Split::validation : Split::train;
  });

  std::vector<std::string> wanted = sources;
  if (wanted.empty()) {
    std::set<std::string> views;
    for (const Sample& sample : list.samples) views.insert(sample.source);
    views.erase("lateral");
    wanted.assign(views.begin(), views.end());
    if (wanted.empty()) {
      throw std::runtime_error(train.file.string() + ": no frontal image; expected at least one");
    }
  }
  return keep_sources(std::move(list), wanted, train.file);
}

}  // namespace thoraxlite
