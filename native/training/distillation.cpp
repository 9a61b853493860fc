#include "training/distillation.h"

#include <torch/torch.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "losses/map_divergence.h"
#include "losses/soft_label_loss.h"
#include "losses/wasserstein.h"
#include "models/architecture.h"
#include "training/film_input.h"
#include "training/imported_run.h"
#include "training/run_folder.h"

namespace thoraxlite {
namespace {

constexpr const char* kFeaturesCache = "features.cache";
constexpr const char* kSoftLabelsCache = "soft_labels.cache";

// Three maps of rising depth, each as deep as its fellow in the other networks.
std::vector<std::string> depths(const std::string& architecture) {
  if (const auto members = ensemble_members(architecture); !members.empty()) {
    std::vector<std::string> maps = depths(members.front());
    for (std::string& map : maps) map = members.front() + "." + map;
    return maps;
  }
  if (architecture == "student") return {"pool1", "pool2", "pool3"};
  if (architecture == "densenet121") return {"denseblock2", "denseblock3", "denseblock4"};
  if (architecture == "inception_v3") return {"Mixed_5d", "Mixed_6e", "Mixed_7c"};
  if (architecture.rfind("efficientnet_", 0) == 0)
    return {"features.3", "features.5", "features.8"};
  throw std::runtime_error("no default levels for " + architecture + "; name them by --levels");
}

Levels paired(const std::vector<std::string>& own, const std::vector<std::string>& guide) {
  Levels levels;
  for (std::size_t i = 0; i < own.size(); ++i) levels.emplace_back(own[i], guide[i]);
  return levels;
}

Levels parse_levels(const std::vector<std::string>& texts) {
  Levels levels;
  for (const std::string& text : texts) {
    const std::size_t sign = text.find('=');
    if (sign == std::string::npos || sign == 0 || sign + 1 == text.size()) {
      throw std::runtime_error("level '" + text + "': expected OWN=GUIDE, two names of maps");
    }
    levels.emplace_back(text.substr(0, sign), text.substr(sign + 1));
  }
  return levels;
}

}  // namespace

Levels default_levels(const std::string& own, const std::string& guide) {
  return paired(depths(own), depths(guide));
}

Levels levels_of(const RunOptions& options, const RunOptions& guide,
                 const std::filesystem::path& run) {
  const auto& named = options.distillation.levels;
  if (!named.empty()) return parse_levels(named);
  if (guide.architecture != kImported) {
    return default_levels(options.architecture, guide.architecture);
  }
  return paired(depths(options.architecture), maps_by_depth(run));
}

int loading_side(const RunOptions& options) {
  int side = film_side(options);
  for (const auto& run :
       {options.distillation.soft_labels_from, options.distillation.features_from}) {
    if (!run.empty()) side = std::max(side, film_side(read_run_options(run)));
  }
  return side;
}

Distillation::Distillation(const RunOptions& options, const std::vector<std::string>& labels,
                           torch::Device device)
    : options_(options.distillation),
      class_factor_(class_factor(options, static_cast<std::int64_t>(labels.size()))) {
  std::set<std::string> maps;
  if (!options_.features_from.empty()) {
    levels_ = levels_of(options, read_run_options(options_.features_from), options_.features_from);
    for (const auto& level : levels_) maps.insert(level.second);
    features_ = std::make_shared<Guide>(options_.features_from, labels, maps, device);
  }
  if (options_.soft_labels_from == options_.features_from) {
    soft_labels_ = features_;
  } else if (!options_.soft_labels_from.empty()) {
    soft_labels_ =
        std::make_shared<Guide>(options_.soft_labels_from, labels, std::set<std::string>{}, device);
  }
}

void Distillation::cache(const ImageSet& images, const std::filesystem::path& run) {
  if (!options_.cache) return;
  if (features_) features_->cache(images, run / kFeaturesCache);
  if (soft_labels_ && soft_labels_ != features_) {
    soft_labels_->cache(images, run / kSoftLabelsCache);
  }
}

void Distillation::remove_cache(const std::filesystem::path& run) {
  std::filesystem::remove(run / kFeaturesCache);
  std::filesystem::remove(run / kSoftLabelsCache);
}

DistillationLoss Distillation::loss(const ModelOutput& own, const torch::Tensor& images,
                                    const torch::Tensor& index, torch::Generator generator) {
  DistillationLoss loss;
  GuideOutput guide;
  if (features_) {
    guide = features_->outputs(images, index);
    loss.maps = options_.map_weight * map_loss(own, guide, generator);
  }
  if (soft_labels_) {
    if (soft_labels_ != features_) guide = soft_labels_->outputs(images, index);
    loss.soft = soft_loss_of(own.logits.to(torch::kFloat32), guide.logits);
  }
  return loss;
}

torch::Tensor Distillation::soft_loss_of(const torch::Tensor& own,
                                         const torch::Tensor& guide) const {
  const Soften soften = options_.soften == "sigmoid" ? Soften::sigmoid : Soften::softmax;
  const Prediction prediction =
      options_.prediction == "plain" ? Prediction::plain : Prediction::tempered;
  return options_.soft_weight * class_factor_ *
         soft_label_loss(own, guide, options_.temperature, soften, prediction);
}

torch::Tensor Distillation::taught_logits(const ImageSet& images) {
  return soft_labels_ ? soft_labels_->logits(images) : torch::Tensor();
}

double Distillation::soft_loss(const torch::Tensor& own, const torch::Tensor& taught) const {
  return soft_loss_of(own, taught).item<double>();
}

torch::Tensor Distillation::map_loss(const ModelOutput& own, const GuideOutput& guide,
                                     torch::Generator generator) const {
  torch::Tensor sum;
  for (const auto& [mine, theirs] : levels_) {
    const auto found = std::find_if(own.features.begin(), own.features.end(),
                                    [&name = mine](const auto& map) { return map.first == name; });
    if (found == own.features.end() || found->second.dim() != 4) {
      throw std::runtime_error("the network has no feature map '" + mine + "'");
    }
    const torch::Tensor map = found->second.to(torch::kFloat32);
    const torch::Tensor& other = guide.maps.at(theirs);
    torch::Tensor loss;
    if (options_.map_loss == "wasserstein") {
      const std::int64_t grid = options_.grid;
      const torch::Tensor directions =
          random_directions(grid * grid, options_.projections, generator).to(map.device());
      loss = sliced_wasserstein(channel_patterns(map, grid), channel_patterns(other, grid),
                                directions, options_.order)
                 .mean();
    } else {
      loss = map_divergence(map, other, options_.map_loss == "kl");
    }
    sum = sum.defined() ? sum + loss : loss;
  }
  return sum / static_cast<double>(levels_.size());
}

}  // namespace thoraxlite
