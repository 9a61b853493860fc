// Against imbalance: under- and over-sampling of classes, or a loss that minds it.
#pragma once

#include <torch/types.h>

#include <string>
#include <vector>

namespace thoraxlite {

enum class Balance {
  none,     // every image once
  under,    // every class as often as the smallest: images of larger ones are left out by chance
  over,     // every class as often as the largest: images of smaller ones come again
  mean,     // the paper's: every class as often as the mean, large ones under-, small ones
            // over-sampled
  root,     // shares by the square root of the class's size: half-way between none and mean
  even,     // within each group every class that it has alike; groups by the root of their size
  weights,  // every image once, losses/weighted_label_loss.h
  focal     // every image once, losses/focal_loss.h
};

Balance parse_balance(const std::string& name);  // throws std::runtime_error

// Whether nobody labelled any of these images.
bool no_label_known(const torch::Tensor& targets);

// "auto" as what it means: none where no label is known, mean where labels exclude each other, else
// weights. Others as they are.
std::string resolve_balance(const std::string& name, bool exclusive, const torch::Tensor& targets);

// Throws std::runtime_error, beginning with `data`, for labels that training images cannot teach:
// those that exclude each other and are one alone; and, where classes are sampled, images of
// several labels and a label of no image. targets: float32 [N, labels].
void check_labels(const std::vector<std::string>& labels, bool exclusive,
                  const torch::Tensor& targets, Balance balance, const std::string& data);

// The labels that no image has.
std::vector<std::string> labels_without_image(const std::vector<std::string>& labels,
                                              const torch::Tensor& targets);

// The most that an image is drawn in an epoch by Balance::even.
inline constexpr double kMostDraws = 8;

// One epoch's images in random order. targets: float32 [N, labels], exactly one 1 a row or all
// unknown, where classes are sampled (throws std::runtime_error else). groups: [N], names, and then
// the images of a class that share a group are a class of their own here; or empty: one group.
// Images of which all is unknown are a class of their own where use_unlabelled is true; else none
// of them is drawn, and the others come as often as it takes for an epoch of the same size. A class
// that must come more often than it has images is repeated whole before any image is drawn by
// chance. By Balance::even a class whose images would come more than kMostDraws times gets no more
// than that, and the other classes share what it leaves. Returns int64 [images an epoch].
torch::Tensor draw_epoch(const torch::Tensor& targets, const std::vector<std::string>& groups,
                         Balance balance, bool use_unlabelled, torch::Generator generator);

}  // namespace thoraxlite
