#include "data/mimic_cxr.h"

#include <array>
#include <stdexcept>
#include <unordered_map>
#include <unordered_set>

#include "data/chexpert.h"
#include "data/csv.h"
#include "data/image_name.h"

namespace thoraxlite {
namespace {

namespace fs = std::filesystem;

constexpr std::array kLists = {"mimic-cxr-2.0.0-split.csv", "mimic-cxr-2.0.0-chexpert.csv",
                               "mimic-cxr-2.0.0-metadata.csv"};

Split split_of(const std::string& name) {
  if (name == "train") return Split::train;
  if (name == "validate") return Split::validation;
  if (name == "test") return Split::test;
  throw std::runtime_error("split is '" + name + "'; expected train, validate or test");
}

const std::string& checked_number(const char* name, const std::string& number) {
  if (number.size() > 2 && number.find_first_not_of("0123456789") == std::string::npos)
    return number;
  throw std::runtime_error(std::string(name) + " is '" + number +
                           "'; expected a number of at least three digits");
}

}  // namespace

std::vector<fs::path> mimic_cxr_lists(const fs::path& folder) {
  if (fs::exists(folder / (std::string(kLists[0]) + ".gz")) && !fs::exists(folder / kLists[0])) {
    throw std::runtime_error(folder.string() + ": its lists are packed; expected " + kLists[0] +
                             " and the others unpacked (gunzip)");
  }
  if (!fs::exists(folder / kLists[0])) return {};
  return {folder / kLists[0], folder / kLists[1], folder / kLists[2]};
}

SampleList read_mimic_cxr(const fs::path& folder, Uncertain uncertain,
                          const std::vector<std::string>& sources) {
  const CsvTable splits = read_csv(folder / kLists[0]);
  const CsvTable studies = read_csv(folder / kLists[1]);
  const CsvTable films = read_csv(folder / kLists[2]);

  std::unordered_map<std::string, std::size_t> study_rows;
  const std::size_t study_of_labels = studies.column("study_id");
  for (std::size_t i = 0; i < studies.rows.size(); ++i) {
    if (study_rows.emplace(studies.rows[i][study_of_labels], i).second) continue;
    throw studies.error(
        i, "study " + studies.rows[i][study_of_labels] + " stands in an earlier row already");
  }
  std::unordered_map<std::string, std::string> views;
  const std::size_t film_id = films.column("dicom_id"), view = films.column("ViewPosition");
  for (const auto& row : films.rows) views.emplace(row[film_id], row[view]);

  SampleList list{{kCheXpertLabels.begin(), kCheXpertLabels.end()}, false, {}};
  std::vector<std::size_t> labels;
  for (const std::string& label : list.labels) labels.push_back(studies.column(label));
  const std::size_t id = splits.column("dicom_id"), study = splits.column("study_id"),
                    subject = splits.column("subject_id"), split = splits.column("split");
  std::unordered_set<std::string> known;
  std::string ending;
  std::int64_t unlabelled = 0;
  list.samples.reserve(splits.rows.size());
  for (std::size_t i = 0; i < splits.rows.size(); ++i) {
    const auto& row = splits.rows[i];
    try {
      const std::string& patient = checked_number("subject_id", row[subject]);
      const fs::path stem =
          path_below(folder, "files/p" + patient.substr(0, 2) + "/p" + patient + "/s" +
                                 checked_number("study_id", row[study]) + "/" + row[id]);
      if (!known.insert(row[id]).second) {
        throw std::runtime_error("'" + row[id] + "' stands in an earlier row already");
      }
      if (ending.empty()) ending = image_ending(stem, {".jpg", ".dcm"});
      const auto labelled = study_rows.find(row[study]);
      if (labelled == study_rows.end()) {
        ++unlabelled;
        continue;
      }
      const auto described = views.find(row[id]);
      if (described == views.end()) {
        throw std::runtime_error("'" + row[id] + "' has no row in " + films.file.string());
      }
      Sample sample{stem.string() + ending,
                    {},
                    split_of(row[split]),
                    described->second.empty() ? "unknown" : described->second};
      sample.row = i + 2;
      sample.patient = patient;
      sample.set_column("view", described->second);
      const Uncertain counts = sample.split == Split::test ? Uncertain::ignore : uncertain;
      const auto& of_study = studies.rows[labelled->second];
      for (std::size_t label = 0; label < labels.size(); ++label) {
        sample.targets.push_back(
            target_of(of_study[labels[label]], list.labels[label], &counts, 0));
      }
      list.samples.push_back(std::move(sample));
    } catch (const std::runtime_error& error) {
      throw splits.error(i, error.what());
    }
  }
  allow_few(unlabelled, static_cast<std::int64_t>(splits.rows.size()),
            "images are of studies without labels", splits.file);
  if (!sources.empty()) return keep_sources(std::move(list), sources, splits.file);
  std::vector<std::string> frontal;
  for (const char* name : {"AP", "PA"}) {
    for (const Sample& sample : list.samples) {
      if (sample.source != name) continue;
      frontal.emplace_back(name);
      break;
    }
  }
  if (frontal.empty()) {
    throw std::runtime_error(splits.file.string() + ": no image is AP or PA; expected some");
  }
  return keep_sources(std::move(list), frontal, splits.file);
}

}  // namespace thoraxlite
