#include "training/layers.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "models/ensemble.h"

namespace thoraxlite {
namespace {

bool lies_in(const std::string& name, const std::string& module) {
  return name == module || name.compare(0, module.size() + 1, module + ".") == 0;
}

bool lies_in_any(const std::string& name, const std::vector<std::string>& modules) {
  return std::any_of(modules.begin(), modules.end(),
                     [&](const std::string& module) { return lies_in(name, module); });
}

// features.3 of features.3.0.block..., Mixed_5b of Mixed_5b.branch1x1...
std::string module_of(const std::string& parameter) {
  const std::string features = "features.";
  const std::size_t from =
      parameter.compare(0, features.size(), features) == 0 ? features.size() : 0;
  return parameter.substr(0, parameter.find('.', from));
}

bool gives_labels(const std::string& module) {
  constexpr std::array kHeads = {"classifier", "fc", "fc2", "AuxLogits"};
  return std::count(kHeads.begin(), kHeads.end(), module) > 0;
}

// norm1 belongs to the convolution before it, and features.norm0 too.
bool is_norm(const std::string& module) {
  const std::size_t dot = module.rfind('.');
  return module.compare(dot == std::string::npos ? 0 : dot + 1, 4, "norm") == 0;
}

std::vector<Layer> layers_of_one(const Network& network) {
  std::vector<Layer> layers;
  Layer head;
  for (const auto& parameter : network.named_parameters()) {
    const std::string module = module_of(parameter.key());
    Layer* layer = &head;
    if (!gives_labels(module)) {
      const bool known = !layers.empty() && layers.back().modules.back() == module;
      if (!known && (layers.empty() || !is_norm(module))) layers.push_back({module, {}});
      layer = &layers.back();
    }
    if (layer->modules.empty() || layer->modules.back() != module) layer->modules.push_back(module);
  }
  if (!head.modules.empty()) {
    head.name = head.modules.back();
    layers.push_back(std::move(head));
  }
  return layers;
}

}  // namespace

std::vector<Layer> layers_of(const Network& network) {
  const auto* ensemble = dynamic_cast<const Ensemble*>(&network);
  if (!ensemble) return layers_of_one(network);
  std::vector<Layer> layers;
  for (const auto& [name, member] : ensemble->members) {
    const std::vector<Layer> own = layers_of_one(*member);
    for (std::size_t depth = 0; depth < own.size(); ++depth) {
      if (depth == layers.size()) layers.push_back({own[depth].name, {}});
      for (const std::string& module : own[depth].modules) {
        layers[depth].modules.push_back(name + "." + module);
      }
    }
  }
  return layers;
}

std::vector<std::size_t> parameter_depths(const Network& network) {
  const std::vector<Layer> layers = layers_of(network);
  std::vector<std::size_t> depths;
  for (const auto& parameter : network.named_parameters()) {
    const auto holds = [&](const Layer& layer) {
      return lies_in_any(parameter.key(), layer.modules);
    };
    const auto layer = std::find_if(layers.begin(), layers.end(), holds);
    depths.push_back(static_cast<std::size_t>(layer - layers.begin()));
  }
  return depths;
}

Frozen::Frozen(Network& network, const std::vector<std::string>& which) {
  const std::vector<Layer> layers = layers_of(network);
  std::string names;
  for (const Layer& layer : layers) names += (names.empty() ? "" : ", ") + layer.name;
  const auto add = [&](const Layer& layer) {
    modules_.insert(modules_.end(), layer.modules.begin(), layer.modules.end());
  };
  const auto is_number = [](const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  };
  if (which.size() == 1 && is_number(which[0])) {
    const std::size_t count = which[0].size() > 6 ? layers.size() : std::stoul(which[0]);
    if (count >= layers.size()) {
      throw std::runtime_error("--freeze " + which[0] + ": the network has " +
                               std::to_string(layers.size()) +
                               " layers, of which one must train: " + names);
    }
    for (std::size_t i = 0; i < count; ++i) add(layers[i]);
  } else {
    for (const std::string& name : which) {
      const std::size_t before = modules_.size();
      for (const Layer& layer : layers) {
        if (layer.name == name) add(layer);
      }
      for (const auto& module : network.named_modules("", false)) {
        if (modules_.size() == before && module.key() == name) modules_.push_back(name);
      }
      if (modules_.size() == before) {
        throw std::runtime_error("--freeze " + name + ": the network has no such layer; it has " +
                                 names);
      }
    }
  }
  bool trains = false;
  for (auto& parameter : network.named_parameters()) {
    const bool frozen = lies_in_any(parameter.key(), modules_);
    parameter.value().requires_grad_(!frozen);
    trains = trains || !frozen;
  }
  if (!trains) throw std::runtime_error("--freeze leaves no layer to train; it has " + names);
}

void Frozen::hold(Network& network) const {
  if (modules_.empty()) return;
  for (auto& module : network.named_modules("", false)) {
    if (lies_in_any(module.key(), modules_)) module.value()->eval();
  }
}

}  // namespace thoraxlite
