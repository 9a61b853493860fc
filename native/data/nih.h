// NIH ChestX-ray14 (Wang et al. 2017, arXiv 1705.02315): a folder with Data_Entry_2017.csv (or its
// revision Data_Entry_2017_v2020.csv), train_val_list.txt, test_list.txt, and the images in images/
// or, as they are handed out, in images_001/images to images_012/images.
//
// Splits: test is test_list.txt; validation is a tenth of the patients of train_val_list.txt
// (hashed_share.h), train the others. Sources are views: AP and PA.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "data/sample.h"

namespace thoraxlite {

// In the official order. 'No Finding' is none of them.
inline constexpr std::array<const char*, 14> kNihFindings = {
    "Atelectasis", "Cardiomegaly", "Effusion",           "Infiltration",  "Mass",
    "Nodule",      "Pneumonia",    "Pneumothorax",       "Consolidation", "Edema",
    "Emphysema",   "Fibrosis",     "Pleural_Thickening", "Hernia"};

// The csv file in a folder of this layout; empty where there is none.
std::filesystem::path nih_csv(const std::filesystem::path& folder);

// sources: keep only these views; empty: both. The image folders are listed once, no file is
// opened. A few rows in neither list, names of the lists without a row, and rows without an image
// are left out, with a line on standard error; more than one in a hundred, and it throws
// std::runtime_error. Throws std::runtime_error naming the file, the row and what was expected:
// also for an image that stands in two rows or in two places of the lists, and a patient on both
// sides of the split.
// incomplete: however many images are in none of the folders.
SampleList read_nih(const std::filesystem::path& folder,
                    const std::vector<std::string>& sources = {}, bool incomplete = false);

}  // namespace thoraxlite
