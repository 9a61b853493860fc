// VinDr-CXR 1.0.0 (Nguyen et al. 2022, Scientific Data 9:429; physionet.org/content/vindr-cxr): a
// folder with image_labels_train.csv and image_labels_test.csv, also in annotations/, and the
// images train/IMAGE_ID.dicom and test/IMAGE_ID.dicom (or .dcm, .png, .jpg).
//
// Labels are the columns of the lists, 28 of them, 1 or 0. In the training list three radiologists
// read each film, a row each: a finding is there where more than half of a film's readers saw it;
// the test list has their consensus. reader is who they were, as "R8|R9|R10".
//
// Splits: image_labels_test.csv is test; a tenth of the other films is validation (hashed_share.h).
// Patients are not told, so films of one may be on both sides. The source of all is "vindr".
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/sample.h"

namespace thoraxlite {

// The two lists in a folder of this layout, the training one first; empty where there are none.
std::vector<std::filesystem::path> vindr_cxr_lists(const std::filesystem::path& folder);

// Throws std::runtime_error naming the file, the row and what was expected: also for a film that
// one radiologist read twice, one that is in both lists, and lists of other labels.
SampleList read_vindr_cxr(const std::filesystem::path& folder,
                          const std::vector<std::string>& sources = {});

}  // namespace thoraxlite
