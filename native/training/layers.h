// A network's layers by their depth, and which of them training leaves as they are.
#pragma once

#include <string>
#include <vector>

#include "models/network.h"

namespace thoraxlite {

// A convolution with its norm, a dense block, a stage, ...; of an ensemble, the members' of one
// depth together.
struct Layer {
  std::string name;                  // of its first module, without a member's name
  std::vector<std::string> modules;  // as named_modules names them
};

// From the images on. The last is what gives the labels, auxiliary heads with it.
std::vector<Layer> layers_of(const Network& network);

// The depth of each parameter, in the order of network.parameters().
std::vector<std::size_t> parameter_depths(const Network& network);

// Holds layers as they are: their weights, and in training their norms' statistics; what they drop
// by chance they keep.
class Frozen {
 public:
  // which: names of layers, of modules in them or of single parameters' modules; or one number, of
  // the first layers. Takes their parameters out of training. Throws std::runtime_error naming what
  // is no layer, with the layers there are, and where nothing would be left to train.
  Frozen(Network& network, const std::vector<std::string>& which);

  // After every network.train().
  void hold(Network& network) const;

 private:
  std::vector<std::string> modules_;
};

}  // namespace thoraxlite
