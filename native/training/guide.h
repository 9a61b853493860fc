// A trained network that another one learns from: frozen, in evaluation mode.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "data/image_set.h"
#include "models/network.h"
#include "training/film_input.h"
#include "training/run_options.h"

namespace thoraxlite {

struct GuideOutput {
  torch::Tensor logits;                       // float32 [B, labels], of whoever learns
  std::map<std::string, torch::Tensor> maps;  // float32 [B, C, H, W], those that were asked for
};

class Guide {
 public:
  // The best weights of a run. labels: of whoever learns, each one of the run's, which may have
  // more. maps: names of the feature maps that are wanted. Throws std::runtime_error if the folder
  // holds no finished run, if it lacks a label, or if its network has no map of a name.
  Guide(const std::filesystem::path& run, const std::vector<std::string>& labels,
        const std::set<std::string>& maps, torch::Device device);
  ~Guide();

  // Computes everything for every image once and keeps it in `file`, maps in half precision, to be
  // read from there by index. A file of other weights, images or maps is written anew: it begins
  // with a digest of them.
  void cache(const ImageSet& images, const std::filesystem::path& file);

  // images: float32 [B, 1, side, side] in [0, 1], side at least the guide's film_side(). index:
  // int64 [B], which images of the set they are. With a cache, the outputs are those of the images
  // as they are in the set, however `images` were changed.
  GuideOutput outputs(const torch::Tensor& images, const torch::Tensor& index);

  // Of every image of a set, as it is: float32 [N, labels] on the CPU.
  torch::Tensor logits(const ImageSet& images);

  const RunOptions& options() const { return options_; }

 private:
  struct Cache;

  GuideOutput wanted(const ModelOutput& output) const;

  RunOptions options_;
  std::set<std::string> maps_;
  torch::Tensor columns_;  // int64 [labels], of its own; undefined where they are the same
  torch::Device device_;
  std::filesystem::path weights_;
  std::shared_ptr<Network> network_;
  std::unique_ptr<FilmInput> input_;
  std::unique_ptr<Cache> cache_;
};

}  // namespace thoraxlite
