// Tensors of one network under the names that different programs give them.
#pragma once

#include <string>
#include <vector>

#include "models/state_dict.h"

namespace thoraxlite {

// Takes off what a program has put in front of every name, as "module." or "model.net.": the words
// by which most of the `wanted` names are found. Others, as a loss's weights, are left out;
// standard error says so, with `source` in front.
TensorsByName without_prefix(TensorsByName tensors, const std::vector<std::string>& wanted,
                             const std::string& source);

// Torchvision's published DenseNet has the names of before 2018: norm.1 for norm1.
void rename_dense_layers(TensorsByName& tensors);

// timm's EfficientNet by torchvision's names.
void rename_efficientnet(TensorsByName& tensors);

// The last layer by this network's name, where it has another's.
void rename_head(TensorsByName& tensors, const std::vector<std::string>& wanted);

bool starts_with(const std::string& text, const std::string& start);
bool ends_with(const std::string& text, const std::string& end);

// As in "conv0.weight, norm0.bias and 3 others".
std::string some_of(const TensorsByName& tensors);

}  // namespace thoraxlite
