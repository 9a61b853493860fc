#include "models/weight_names.h"

#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <map>
#include <regex>
#include <set>

#include "screen/terminal_text.h"

namespace thoraxlite {
namespace {

// How others call that layer: timm, wrappers that put a sigmoid behind it, networks of one's own.
constexpr std::array kHeadsOfOthers = {"classifier", "classifier.0", "classifier.1", "fc",
                                       "fc.0",       "fc.1",         "head",         "head.fc"};

}  // namespace

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

bool starts_with(const std::string& text, const std::string& start) {
  return text.compare(0, start.size(), start) == 0;
}

std::string some_of(const TensorsByName& tensors) {
  constexpr std::size_t kShown = 3;
  std::string names;
  std::size_t shown = 0;
  for (const auto& [name, tensor] : tensors) {
    if (shown++ == kShown) break;
    names += (names.empty() ? "" : ", ") + printable(name);
  }
  const std::size_t others = tensors.size() - std::min(tensors.size(), kShown);
  if (others > 0) names += " and " + (others == 1 ? "another" : std::to_string(others) + " others");
  return names;
}

TensorsByName without_prefix(TensorsByName tensors, const std::vector<std::string>& wanted,
                             const std::string& source) {
  std::string prefix;
  std::size_t most = 0;
  const auto count = [&](const std::string& front) {
    return std::count_if(wanted.begin(), wanted.end(),
                         [&](const std::string& name) { return tensors.count(front + name) > 0; });
  };
  // Shorter ones first, so that a network comes before its average where both are there.
  std::set<std::pair<std::size_t, std::string>> fronts = {{0, ""}};
  for (const auto& [name, tensor] : tensors) {
    if (!ends_with(name, "." + wanted.front())) continue;
    const std::size_t size = name.size() - wanted.front().size();
    fronts.emplace(size, name.substr(0, size));
  }
  for (const auto& [size, front] : fronts) {
    const auto found = static_cast<std::size_t>(count(front));
    if (found <= most) continue;
    most = found;
    prefix = front;
  }
  if (prefix.empty()) return tensors;
  TensorsByName inside, outside;
  for (auto& [name, tensor] : tensors) {
    if (starts_with(name, prefix)) {
      inside[name.substr(prefix.size())] = std::move(tensor);
    } else {
      outside[name] = std::move(tensor);
    }
  }
  std::cerr << source << ": names are taken without \"" << printable(prefix) << "\"";
  if (!outside.empty()) std::cerr << "; not loaded, as they lack it: " << some_of(outside);
  std::cerr << "\n";
  return inside;
}

void rename_dense_layers(TensorsByName& tensors) {
  static const std::regex old("(.*denselayer[0-9]+\\.(?:norm|relu|conv))\\.([12]\\..*)");
  TensorsByName renamed;
  for (auto& [name, tensor] : tensors) {
    renamed[std::regex_replace(name, old, "$1$2")] = std::move(tensor);
  }
  tensors = std::move(renamed);
}

// timm's EfficientNet: the same layers by other names (timm/models/_efficientnet_blocks.py). Its
// blocks are numbered alike; where nothing widens them, as in the first stage, they have two
// convolutions rather than three.
void rename_efficientnet(TensorsByName& tensors) {
  const std::string stem = "conv_stem.weight";
  const auto first = std::find_if(tensors.begin(), tensors.end(),
                                  [&](const auto& item) { return ends_with(item.first, stem); });
  if (first == tensors.end()) return;
  const std::string front = first->first.substr(0, first->first.size() - stem.size());
  static const std::map<std::string, std::string> ends = {{"conv_stem", "features.0.0"},
                                                          {"bn1", "features.0.1"},
                                                          {"conv_head", "features.8.0"},
                                                          {"bn2", "features.8.1"}};
  static const std::map<std::string, std::string> plain = {
      {"conv_dw", "0.0"},          {"bn1", "0.1"},     {"se.conv_reduce", "1.fc1"},
      {"se.conv_expand", "1.fc2"}, {"conv_pw", "2.0"}, {"bn2", "2.1"}};
  static const std::map<std::string, std::string> widened = {
      {"conv_pw", "0.0"},          {"bn1", "0.1"},
      {"conv_dw", "1.0"},          {"bn2", "1.1"},
      {"se.conv_reduce", "2.fc1"}, {"se.conv_expand", "2.fc2"},
      {"conv_pwl", "3.0"},         {"bn3", "3.1"}};
  static const std::regex block("blocks\\.([0-6])\\.([0-9]+)\\.(.+)\\.([a-z_]+)");
  static const std::regex layer("([a-z_0-9]+)\\.([a-z_]+)");
  TensorsByName renamed;
  for (auto& [name, tensor] : tensors) {
    std::string known = name;
    const std::string rest = starts_with(name, front) ? name.substr(front.size()) : "";
    std::smatch part;
    if (std::regex_match(rest, part, block)) {
      const std::string at = "blocks." + part[1].str() + "." + part[2].str() + ".";
      const auto& names = tensors.count(front + at + "conv_pwl.weight") > 0 ? widened : plain;
      const auto found = names.find(part[3]);
      if (found != names.end()) {
        known = front + "features." + std::to_string(std::stoi(part[1]) + 1) + "." + part[2].str() +
                ".block." + found->second + "." + part[4].str();
      }
    } else if (std::regex_match(rest, part, layer) && ends.count(part[1]) > 0) {
      known = front + ends.at(part[1]) + "." + part[2].str();
    }
    renamed[known] = std::move(tensor);
  }
  tensors = std::move(renamed);
}

void rename_head(TensorsByName& tensors, const std::vector<std::string>& wanted) {
  for (const std::string own : {"classifier", "classifier.1", "fc"}) {
    if (std::count(wanted.begin(), wanted.end(), own + ".weight") == 0) continue;
    if (tensors.count(own + ".weight") > 0) return;
    for (const std::string other : kHeadsOfOthers) {
      const auto weight = tensors.find(other + ".weight"), bias = tensors.find(other + ".bias");
      if (weight == tensors.end() || bias == tensors.end() || weight->second.dim() != 2) continue;
      tensors[own + ".weight"] = weight->second;
      tensors[own + ".bias"] = bias->second;
      tensors.erase(other + ".weight");
      tensors.erase(other + ".bias");
      return;
    }
  }
}

}  // namespace thoraxlite
