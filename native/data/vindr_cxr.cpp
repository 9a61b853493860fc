#include "data/vindr_cxr.h"

#include <set>
#include <stdexcept>
#include <unordered_map>
#include <unordered_set>

#include "data/csv.h"
#include "data/hashed_share.h"
#include "data/image_name.h"
#include "data/uncertain.h"

namespace thoraxlite {
namespace {

namespace fs = std::filesystem;

constexpr double kVinDrValidationShare = 0.1;

// What the readers of one film said.
struct Readings {
  std::size_t row = 0;
  std::set<std::string> readers;
  std::vector<std::size_t> present;  // readers, of each label
  std::size_t count = 0;
};

std::vector<std::string> labels_of(const CsvTable& table) {
  std::vector<std::string> labels;
  for (const std::string& column : table.columns) {
    if (column != "image_id" && column != "rad_id") labels.push_back(column);
  }
  return labels;
}

// The films in the order of their first rows.
template <class SplitOf>
void add_films(SampleList& list, const CsvTable& table, const fs::path& images,
               const SplitOf& split_of) {
  const std::size_t image = table.column("image_id");
  const auto reader = table.find_column("rad_id");
  std::vector<std::size_t> labels;
  for (const std::string& label : list.labels) labels.push_back(table.column(label));
  std::vector<std::string> order;
  std::unordered_map<std::string, Readings> films;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const auto& row = table.rows[i];
    try {
      Readings& film = films[row[image]];
      if (film.count++ == 0) {
        film.row = i;
        film.present.assign(labels.size(), 0);
        order.push_back(row[image]);
      }
      if (!film.readers.insert(reader ? row[*reader] : "").second) {
        throw std::runtime_error("'" + row[image] + "'" +
                                 (reader ? " by reader '" + row[*reader] + "'" : "") +
                                 " stands in an earlier row already");
      }
      for (std::size_t label = 0; label < labels.size(); ++label) {
        const std::string& cell = row[labels[label]];
        if (cell.empty())
          throw std::runtime_error(list.labels[label] + " is empty; expected 1 or 0");
        film.present[label] += target_of(cell, list.labels[label], nullptr, 0) == 1;
      }
    } catch (const std::runtime_error& error) {
      throw table.error(i, error.what());
    }
  }
  std::string ending;
  for (const std::string& name : order) {
    const Readings& film = films.at(name);
    try {
      const fs::path stem = path_below(images, name);
      if (ending.empty()) ending = image_ending(stem, {".dicom", ".dcm", ".png", ".jpg"});
      Sample sample{stem.string() + ending, {}, split_of(name), "vindr"};
      for (const std::size_t present : film.present) {
        sample.targets.push_back(2 * present > film.count ? 1.0f : 0.0f);
      }
      std::string readers;
      for (const std::string& one : film.readers) readers += (readers.empty() ? "" : "|") + one;
      sample.set_column("reader", readers);
      sample.row = film.row + 2;
      list.samples.push_back(std::move(sample));
    } catch (const std::runtime_error& error) {
      throw table.error(film.row, error.what());
    }
  }
}

}  // namespace

std::vector<fs::path> vindr_cxr_lists(const fs::path& folder) {
  for (const fs::path& place : {folder / "annotations", folder}) {
    if (fs::exists(place / "image_labels_train.csv")) {
      return {place / "image_labels_train.csv", place / "image_labels_test.csv"};
    }
  }
  return {};
}

SampleList read_vindr_cxr(const fs::path& folder, const std::vector<std::string>& sources) {
  const std::vector<fs::path> files = vindr_cxr_lists(folder);
  const CsvTable train = read_csv(files.at(0)), test = read_csv(files.at(1));
  train.column("rad_id");
  SampleList list{labels_of(train), false, {}};
  if (list.labels.empty()) {
    throw std::runtime_error(train.file.string() + ": no column of a label; expected some");
  }
  std::unordered_set<std::string> test_films;
  add_films(list, test, folder / "test", [&](const std::string& name) {
    test_films.insert(name);
    return Split::test;
  });
  add_films(list, train, folder / "train", [&](const std::string& name) {
    if (test_films.count(name) > 0) {
      throw std::runtime_error("'" + name + "' is in " + test.file.filename().string() +
                               " too; expected new films");
    }
    return is_in_share(name, kVinDrValidationShare) ? Split::validation : Split::train;
  });
  return keep_sources(std::move(list), sources, train.file);
}

}  // namespace thoraxlite
