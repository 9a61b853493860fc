// PadChest (Bustos et al. 2020, Medical Image Analysis 66:101797; bimcv.cipf.es/bimcv-projects/
// padchest): a folder with PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv, and the images in
// folders named as the column ImageDir (0, 1, ...), or all in images/ or beside the list.
//
// Labels: names of the dataset's own tree, which has 193. Those below are the ones that it has
// enough of and that others label too; any other of its names may be asked for. 'normal' is none of
// them. Left out, with their number on standard error: films without labels, of studies that its
// readers excluded ('exclude'), and of suboptimal ones ('suboptimal study').
//
// Nobody has published splits: patients are shared out by their names (hashed_share.h). Sources are
// projections, the column Projection: PA, AP, AP_horizontal, L, COSTAL, EXCLUDE. reader is the
// column MethodLabel: Physician, or RNN_model, which read four in five reports; test on the former
// by subgroup.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "data/sample.h"

namespace thoraxlite {

inline constexpr std::array<const char*, 20> kPadChestLabels = {"atelectasis",
                                                                "cardiomegaly",
                                                                "pleural effusion",
                                                                "infiltrates",
                                                                "alveolar pattern",
                                                                "interstitial pattern",
                                                                "mass",
                                                                "nodule",
                                                                "pneumonia",
                                                                "pneumothorax",
                                                                "consolidation",
                                                                "pulmonary edema",
                                                                "emphysema",
                                                                "COPD signs",
                                                                "pulmonary fibrosis",
                                                                "pleural thickening",
                                                                "hiatal hernia",
                                                                "aortic elongation",
                                                                "scoliosis",
                                                                "costophrenic angle blunting"};

// The csv file in a folder of this layout; empty where there is none.
std::filesystem::path padchest_csv(const std::filesystem::path& folder);

// sources: keep only these; empty: PA, AP and AP_horizontal. labels: names of the tree; empty:
// kPadChestLabels. Throws std::runtime_error naming the file, the row and what was expected: also
// for an image in two rows, and for a label that was asked for and that no row has.
SampleList read_padchest(const std::filesystem::path& folder,
                         const std::vector<std::string>& sources = {},
                         const std::vector<std::string>& labels = {});

}  // namespace thoraxlite
