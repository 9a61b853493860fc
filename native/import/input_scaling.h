// What a network of another program expects of its input, and how a grey film is given to it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/image/prepare.h"
#include "import/layers.h"

namespace thoraxlite {

// Of a pixel p in [0, 1] the network reads, in channel c,
//
//   x_c = (low + p (high - low) - mean_c) / std_c
struct InputScaling {
  std::vector<double> mean, std;  // one for all channels, or one each
  double low = 0, high = 1;
  int size = 0;  // pixels a side; 0: not said
};

// By ImageNet, as torchvision's networks were published.
InputScaling imagenet_scaling();

// "imagenet", or parts of it and "mean=0.485:0.456:0.406,std=0.229:0.224:0.225,range=0:1,size=224",
// in any order, each once; what is not said comes from `known`, and else from mean 0, std 1 and
// range 0:1. Throws std::runtime_error saying what was wrong.
InputScaling parse_input_scaling(const std::string& text, const std::optional<InputScaling>& known);

// As a person may say it again.
std::string to_text(const InputScaling& scaling);

// Turns the network into one that reads a single channel x = (p - mean) / std of the result. One
// that reads three channels gets a convolution of one pixel before it, which carries each channel's
// own scaling: exact also where zeros are padded behind it. simplify() takes it into the first
// convolution where that is exact. Throws std::runtime_error for another number of channels.
InputSpec read_grey(ImportedLayers& network, const InputScaling& scaling);

}  // namespace thoraxlite
