// CheXpert (Irvin et al. 2019, arXiv 1901.07031): a folder with train.csv and valid.csv, in the
// full or the small release.
//
// Path may begin with the release's own folder (CheXpert-v1.0, CheXpert-v1.0-small); where that is
// not below the data folder, it is the data folder, and is taken off.
//
// train.csv is labelled from reports: 1 present, 0 absent, -1 uncertain, blank not mentioned. Blank
// is read as absent: reports name what is there. valid.csv is labelled by radiologists.
//
// Splits: valid.csv is test, as in the paper (its 202 frontal images); validation is a twentieth of
// the patients of train.csv (hashed_share.h).
//
// Sources are views: "frontal AP", "frontal PA", "frontal" where the column AP/PA is blank, and
// "lateral".
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "data/sample.h"
#include "data/uncertain.h"

namespace thoraxlite {

// In the order of the files.
inline constexpr std::array<const char*, 14> kCheXpertLabels = {
    "No Finding",       "Enlarged Cardiomediastinum",
    "Cardiomegaly",     "Lung Opacity",
    "Lung Lesion",      "Edema",
    "Consolidation",    "Pneumonia",
    "Atelectasis",      "Pneumothorax",
    "Pleural Effusion", "Pleural Other",
    "Fracture",         "Support Devices"};

// sources: keep only these views; empty: every frontal one. No image file is looked for.
// Throws std::runtime_error naming the file, the row and what was expected: also for a Path that
// stands in two rows or leads out of the folder, a patient in both files, and -1 in valid.csv.
SampleList read_chexpert(const std::filesystem::path& folder, Uncertain uncertain,
                         const std::vector<std::string>& sources = {});

}  // namespace thoraxlite
