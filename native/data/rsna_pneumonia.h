// RSNA Pneumonia Detection Challenge 2018 (Shih et al. 2019, Radiology: Artificial Intelligence
// 1:e180041; kaggle.com/c/rsna-pneumonia-detection-challenge): a folder with
// stage_2_train_labels.csv (a row a box), stage_2_detailed_class_info.csv, and the images
// stage_2_train_images/ID.dcm (or .png, .jpg).
//
// Labels exclude each other: Normal, No Lung Opacity / Not Normal, Lung Opacity. Where the detailed
// list is missing there is one finding, Lung Opacity, which is the column Target.
//
// Nobody has published splits (the challenge's test films have no labels): films are shared out by
// their names (hashed_share.h). patientId names one film each. They are films of NIH ChestX-ray14,
// whose patients these lists do not tell: some of one may be on both sides, and in a model that has
// learned from NIH. The source of all is "rsna".
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/sample.h"

namespace thoraxlite {

// The lists in a folder of this layout, the second where it is there; empty where there are none.
std::vector<std::filesystem::path> rsna_pneumonia_lists(const std::filesystem::path& folder);

// Throws std::runtime_error naming the file, the row and what was expected: also where two rows of
// a film, or the two lists, contradict each other.
SampleList read_rsna_pneumonia(const std::filesystem::path& folder,
                               const std::vector<std::string>& sources = {});

}  // namespace thoraxlite
