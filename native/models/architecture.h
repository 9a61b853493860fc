// Every network by its name.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/network.h"

namespace thoraxlite {

struct NetworkOptions {
  std::string architecture = "student";
  std::int64_t labels = 3;
  std::int64_t channels = 1;      // of the input: 1 or 3; the student takes 1
  std::optional<double> dropout;  // before the last linear layer, in training; the architecture's
                                  // own unless given
  std::int64_t hidden = 64;       // student only: width of fc1
  std::int64_t stride = 1;        // student only: of conv1
};

// student, densenet121, inception_v3, efficientnet_b0 to efficientnet_b7, efficientnet_b6+b7 (the
// paper's teacher, an Ensemble). Any two EfficientNets can be joined in the same way, the smaller
// first.
std::vector<std::string> architecture_names();

// The members of an ensemble, in their order; none for another architecture, or for no
// architecture.
std::vector<std::string> ensemble_members(const std::string& architecture);

// Pixels a side below which a network has nothing left to convolve or pool. Throws
// std::runtime_error, listing the names, for no architecture.
int smallest_input(const std::string& architecture);

// Throws std::runtime_error, listing the names, for another, and for channels that it does not
// take.
std::shared_ptr<Network> make_network(const NetworkOptions& options);

// The names of a network's feature maps [B, C, H, W], in order of execution.
std::vector<std::string> map_names(Network& network, std::int64_t channels, int size);

}  // namespace thoraxlite
