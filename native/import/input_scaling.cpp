#include "import/input_scaling.h"

#include <torch/torch.h>

#include <charconv>
#include <cmath>
#include <map>
#include <numeric>
#include <sstream>
#include <stdexcept>

#include "core/model/graph.h"

namespace thoraxlite {
namespace {

constexpr double kMostScale = 1e6;
constexpr int kDigits = 9;  // of a float32, to the last bit
// Those of a card (core/model/card.cpp).
constexpr double kLeastCardStd = 1e-6, kMostCardValue = 10;

[[noreturn]] void refuse(const std::string& what) {
  throw std::runtime_error("--input: " + what);
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

std::vector<double> numbers(const std::string& key, const std::string& text) {
  std::vector<double> values;
  for (const std::string& part : split(text, ':')) {
    double value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (error != std::errc() || end != part.data() + part.size() ||
        !(std::abs(value) <= kMostScale)) {
      refuse("\"" + part + "\" of " + key + " is no number within a million");
    }
    values.push_back(value);
  }
  if (values.empty()) refuse(key + " has no number");
  return values;
}

std::string joined(const std::vector<double>& values) {
  std::ostringstream text;
  text.precision(kDigits);
  for (std::size_t i = 0; i < values.size(); ++i) text << (i == 0 ? "" : ":") << values[i];
  return text.str();
}

double average(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double of_channel(const std::vector<double>& values, std::size_t channel) {
  return values.size() == 1 ? values[0] : values[channel];
}

}  // namespace

InputScaling imagenet_scaling() {
  return {{0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}};
}

InputScaling parse_input_scaling(const std::string& text,
                                 const std::optional<InputScaling>& known) {
  InputScaling scaling = known.value_or(InputScaling{{0}, {1}});
  std::map<std::string, bool> said;
  for (const std::string& part : split(text, ',')) {
    const std::size_t equals = part.find('=');
    const std::string key = part.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : part.substr(equals + 1);
    if (said[key]) refuse(key + " is there twice");
    said[key] = true;
    if (part == "imagenet") {
      const int size = scaling.size;
      scaling = imagenet_scaling();
      scaling.size = size;
    } else if (key == "mean") {
      scaling.mean = numbers(key, value);
    } else if (key == "std") {
      scaling.std = numbers(key, value);
      for (const double deviation : scaling.std) {
        if (!(deviation > 0)) refuse("a std is not above 0");
      }
    } else if (key == "range") {
      const std::vector<double> ends = numbers(key, value);
      if (ends.size() != 2 || !(ends[0] < ends[1])) {
        refuse("range is \"" + value + "\"; expected what black and white are, as -1024:1024");
      }
      scaling.low = ends[0];
      scaling.high = ends[1];
    } else if (key == "size") {
      const std::vector<double> side = numbers(key, value);
      if (side.size() != 1 || side[0] < 1 || side[0] > kMaxInputSide ||
          side[0] != std::floor(side[0])) {
        refuse("size is \"" + value + "\"; expected 1 to " + std::to_string(kMaxInputSide) +
               " pixels a side");
      }
      scaling.size = static_cast<int>(side[0]);
    } else {
      refuse("\"" + part +
             "\" is not known; expected imagenet, mean=, std=, range= and size=, as in "
             "mean=0.5,std=0.25,range=0:1,size=224");
    }
  }
  if (said["imagenet"] && (said["mean"] || said["std"])) refuse("imagenet says mean and std");
  return scaling;
}

std::string to_text(const InputScaling& scaling) {
  std::ostringstream text;
  text.precision(kDigits);
  text << "mean=" << joined(scaling.mean) << ",std=" << joined(scaling.std)
       << ",range=" << scaling.low << ":" << scaling.high;
  if (scaling.size > 0) text << ",size=" << scaling.size;
  return text.str();
}

InputSpec read_grey(ImportedLayers& network, const InputScaling& scaling) {
  const auto channels = static_cast<std::size_t>(network.channels);
  if (channels != 1 && channels != 3) {
    throw std::runtime_error("the network reads " + std::to_string(channels) +
                             " channels; expected 1 or 3, for grey films");
  }
  std::vector<double> means, deviations;  // of p in [0, 1]
  for (const auto* values : {&scaling.mean, &scaling.std}) {
    if (values->size() != 1 && values->size() != channels) {
      refuse("it has " + std::to_string(values->size()) + " values of mean or std for " +
             std::to_string(channels) + (channels == 1 ? " channel" : " channels"));
    }
  }
  const double span = scaling.high - scaling.low;
  for (std::size_t c = 0; c < channels; ++c) {
    means.push_back((of_channel(scaling.mean, c) - scaling.low) / span);
    deviations.push_back(of_channel(scaling.std, c) / span);
  }
  InputSpec spec;
  spec.size = network.size;
  spec.mean = static_cast<float>(average(means));
  spec.std = static_cast<float>(average(deviations));
  if (!(std::abs(spec.mean) <= kMostCardValue && spec.std >= kLeastCardStd &&
        spec.std <= kMostCardValue)) {
    refuse("of pixels from 0 to 1 that is a mean of " + std::to_string(spec.mean) +
           " and a std of " + std::to_string(spec.std) + ", which no model file has");
  }
  if (channels == 1) return spec;

  ImportedLayer colours{"grey_to_channels", "conv2d", {kNetworkInput}};
  colours.weight = torch::zeros({network.channels, 1, 1, 1}, torch::kDouble);
  colours.bias = torch::zeros({network.channels}, torch::kDouble);
  for (std::size_t c = 0; c < channels; ++c) {
    const auto at = static_cast<std::int64_t>(c);
    // As floats, which is what the card and the core have.
    colours.weight[at] = static_cast<double>(spec.std) / deviations[c];
    const bool same = scaling.mean.size() == 1;
    colours.bias[at] = same ? 0.0 : (static_cast<double>(spec.mean) - means[c]) / deviations[c];
  }
  for (ImportedLayer& layer : network.layers) {
    if (layer.name == colours.name) colours.name += "_";
  }
  for (ImportedLayer& layer : network.layers) {
    for (std::string& input : layer.inputs) {
      if (input == kNetworkInput) input = colours.name;
    }
  }
  network.layers.insert(network.layers.begin(), colours);
  network.channels = 1;
  return spec;
}

}  // namespace thoraxlite
