// The option --data: a folder in one of the layouts that are known, recognised by the files in it,
// a csv file in the manifest's, or phantoms drawn on the spot.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "data/data_options.h"
#include "data/hospitals.h"
#include "data/image_set.h"

namespace thoraxlite {

struct PhantomData {
  std::int64_t count = 0;    // of the training split; validation and test have a third each
  bool multi_label = false;  // phantom-multi:COUNT
};

// What data asks for; count is 0 where it is a folder's name. Throws std::runtime_error if COUNT is
// not a number from 30 to 1,000,000.
PhantomData phantom_data(const std::string& data);

// Whether it is a folder of films that no list speaks of (data/film_folder.h).
bool is_film_folder(const std::string& data);

// The names of the labels, in order.
std::vector<std::string> load_labels(const DataOptions& options);

// The samples of a folder or csv file, of every split; with options.fold, in the splits of that
// fold (data/folds.h), with options.leave_out in those of data/hospitals.h; with options.reader,
// labelled by readings (data/reading.h). Layouts are looked for in this order: manifest, CheXpert,
// NIH ChestX-ray14, MIMIC-CXR-JPG, PadChest, VinDr-CXR, RSNA pneumonia; with
// options.without_list, any other folder with files. Throws std::runtime_error
// naming what they are known by where it finds none, what the readers throw, and for a patient in
// two splits.
SampleList load_samples(const DataOptions& options);

// The same, with patients as they are.
SampleList read_samples(const DataOptions& options);

// The hospitals of a dataset. Throws std::runtime_error as load_samples() and hospitals_of() do,
// and for phantoms.
std::vector<Hospital> load_hospitals(const DataOptions& options,
                                     const std::vector<std::string>& same);

// Throws std::runtime_error where two splits of a folder hold equal files (data/equal_files.h). Of
// phantoms there is nothing to look at.
void refuse_equal_films(const DataOptions& options);

// What a dataset's lists say before any image is read.
struct DataOutline {
  std::vector<std::string> labels;
  bool exclusive = true;
  std::int64_t training = 0, validation = 0, test = 0;  // images
  torch::Tensor targets;      // float32 [training, labels]; of phantoms, whose kinds take
                              // turns, about a dozen of each are drawn for it
  std::vector<Sample> about;  // of the same images
  bool validation_labelled = true, test_labelled = true;  // whether any label of theirs is known
};

DataOutline outline(const DataOptions& options);

// The images of a split: in memory if they fit options.memory_limit, else streamed. Says on
// standard error how many it has of each label. Throws std::runtime_error also if there is none.
ImageSet load_images(const DataOptions& options, Split split, int size);

// What is dealt out into folds, and by what (fold_unit() of data/folds.h).
std::string describe_folds(const DataOptions& options);

// A sample's file as it is called below the data's folder, which may lie elsewhere on another
// machine; of phantoms as it is.
std::string film_name(const std::string& data, const std::filesystem::path& file);

// The same images with targets in the order of these labels. Throws std::runtime_error
// naming the data and a label that one side lacks.
ImageSet with_labels(ImageSet images, const std::vector<std::string>& labels,
                     const std::string& data);

// Throws std::runtime_error as subgroups_by() (evaluation/subgroups.h) does, from the lists alone:
// by these columns figures of the split could not be given.
void check_subgroups(const std::vector<std::string>& columns, const DataOptions& options,
                     Split split);

// SHA-256 in hex of the files that list a folder's samples, one after the other (a manifest's is
// that of manifest.csv); empty for phantoms.
std::string dataset_digest(const std::string& data);

}  // namespace thoraxlite
