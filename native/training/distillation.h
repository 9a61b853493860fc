// What a network learns from others: the terms of equations 3 and 4 beyond the hard labels.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "training/guide.h"

namespace thoraxlite {

// The side to load images at: the largest input among the network and its guides.
int loading_side(const RunOptions& options);

// Pairs of maps that are compared: own, and the guide's.
using Levels = std::vector<std::pair<std::string, std::string>>;

// Three pairs of the same depth each; an ensemble's maps are those of its first member.
Levels default_levels(const std::string& own, const std::string& guide);

// Those that the options name, else the default ones. guide: the options of the network whose maps
// are followed; run: its folder, which must be there where it is imported. Throws
// std::runtime_error for a level that is not OWN=GUIDE.
Levels levels_of(const RunOptions& options, const RunOptions& guide,
                 const std::filesystem::path& run);

struct DistillationLoss {
  torch::Tensor soft;  // L_soft, reduced as wanted, times its weight; undefined without soft labels
  torch::Tensor maps;  // the mean over the levels times lambda; undefined without maps
};

class Distillation {
 public:
  // Opens the guides that the options name. labels: of the data. Throws std::runtime_error as Guide
  // does.
  Distillation(const RunOptions& options, const std::vector<std::string>& labels,
               torch::Device device);

  // Where the options want it, computes what the guides say of every image of the training set, in
  // files of the run folder; what lies there of the same is taken.
  void cache(const ImageSet& images, const std::filesystem::path& run);

  // Removes those files, which are large: nobody needs them once the run is trained.
  static void remove_cache(const std::filesystem::path& run);

  // What the guide of soft labels gives for every image of a set, as it is: float32 [N, labels] on
  // the CPU; undefined where there is none.
  torch::Tensor taught_logits(const ImageSet& images);

  // L_soft of a whole set, by own and taught logits on the CPU, both float32 [N, labels].
  double soft_loss(const torch::Tensor& own, const torch::Tensor& taught) const;

  // own: of this network for the batch. images: float32 [B, 1, side, side] in [0, 1], augmented.
  // index: which images of the training set. generator: draws the sliced distance's directions.
  DistillationLoss loss(const ModelOutput& own, const torch::Tensor& images,
                        const torch::Tensor& index, torch::Generator generator);

 private:
  torch::Tensor soft_loss_of(const torch::Tensor& own, const torch::Tensor& guide) const;
  torch::Tensor map_loss(const ModelOutput& own, const GuideOutput& guide,
                         torch::Generator generator) const;

  DistillationOptions options_;
  double class_factor_;
  Levels levels_;
  std::shared_ptr<Guide> soft_labels_, features_;  // the same object where the run is the same
};

}  // namespace thoraxlite
