// MIMIC-CXR-JPG 2.0.0 (Johnson et al. 2019, arXiv 1901.07042; physionet.org/content/mimic-cxr-jpg):
// a folder with mimic-cxr-2.0.0-split.csv, mimic-cxr-2.0.0-chexpert.csv and
// mimic-cxr-2.0.0-metadata.csv, unpacked, and the images in
//
//   files/p10/p10000032/s50414267/DICOM_ID.jpg    or .dcm, as in MIMIC-CXR itself
//
// Labels are CheXpert's 14, by its labeller, of the whole study: 1, 0, -1 uncertain, blank not
// mentioned, which is read as absent. Uncertain counts as told in training and validation, and as
// unknown in the test split. Splits are the published ones. Sources are views, the column
// ViewPosition: AP, PA, LATERAL, LL, ..., "unknown" where it is blank.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/sample.h"
#include "data/uncertain.h"

namespace thoraxlite {

// sources: keep only these views; empty: AP and PA. A few images of studies without labels are left
// out, with a line on standard error. Throws std::runtime_error naming the file, the row and what
// was expected, and where more than one in a hundred has none.
SampleList read_mimic_cxr(const std::filesystem::path& folder, Uncertain uncertain,
                          const std::vector<std::string>& sources = {});

// The lists in a folder of this layout; empty where there is none. Throws std::runtime_error where
// they are there, but packed.
std::vector<std::filesystem::path> mimic_cxr_lists(const std::filesystem::path& folder);

}  // namespace thoraxlite
