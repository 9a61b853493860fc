// A network's outputs on a set of images.
#pragma once

#include <functional>
#include <vector>

#include "core/image/prepare.h"
#include "data/image_set.h"
#include "evaluation/scored_images.h"
#include "models/network.h"
#include "training/film_input.h"

namespace thoraxlite {

// pixels: float32 in [0, 1]
torch::Tensor normalise(const torch::Tensor& pixels, const InputSpec& input);

// Gives `use` every batch of the set, in order: the batch's first index, and the network's output
// in float32, in evaluation mode, on `device`.
void predict(Network& network, const ImageSet& images, const FilmInput& input, torch::Device device,
             const std::function<void(std::int64_t, const ModelOutput&)>& use);

// float32 [N, labels] on the CPU.
torch::Tensor predict_logits(Network& network, const ImageSet& images, const FilmInput& input,
                             torch::Device device);

// The logits, and each label's sigmoid(logit / temperature), beside what is known of the images.
ScoredImages score(const torch::Tensor& logits, const ImageSet& images, float temperature = 1.0f);

// The rows of a float32 matrix.
std::vector<std::vector<float>> to_rows(const torch::Tensor& matrix);

}  // namespace thoraxlite
