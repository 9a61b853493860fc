// Every network by its name.
#pragma once

#include <memory>
#include <string>

#include "models/network.h"

namespace thoraxlite {

struct NetworkOptions {
  std::string architecture = "student";
  std::int64_t labels = 3;
  std::int64_t channels = 1;  // of the input: 1 or 3
  double dropout = 0.2;       // before the last linear layer, in training
  std::int64_t hidden = 64;   // student only: width of fc1
  std::int64_t stride = 1;    // student only: of conv1
};

// student, densenet121, inception_v3. Throws std::runtime_error, listing the names, for another.
std::shared_ptr<Network> make_network(const NetworkOptions& options);

}  // namespace thoraxlite
