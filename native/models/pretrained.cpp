#include "models/pretrained.h"

#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <map>
#include <regex>
#include <set>
#include <stdexcept>

#include "models/ensemble.h"
#include "models/weight_file.h"

namespace thoraxlite {
namespace {

// The layers that give the labels, in torchvision's networks and in the student.
constexpr std::array kHeads = {"classifier", "classifier.1", "fc", "AuxLogits.fc", "fc2"};

// How others call that layer: timm, wrappers that put a sigmoid behind it, networks of one's own.
constexpr std::array kHeadsOfOthers = {"classifier", "classifier.0", "classifier.1", "fc",
                                       "fc.0",       "fc.1",         "head",         "head.fc"};

// Known to come beside a network's tensors and to be none of them: TorchXRayVision's operating
// points.
constexpr std::array kExtras = {"op_threshs"};

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

bool starts_with(const std::string& text, const std::string& start) {
  return text.compare(0, start.size(), start) == 0;
}

bool is_head(const std::string& name) {
  for (const std::string head : kHeads) {
    if (name == head + ".weight" || name == head + ".bias") return true;
  }
  return false;
}

std::string shape_text(const torch::Tensor& tensor) {
  std::ostringstream text;
  text << tensor.sizes();
  return text.str();
}

std::string some_of(const TensorsByName& tensors) {
  constexpr std::size_t kShown = 3;
  std::string names;
  std::size_t shown = 0;
  for (const auto& [name, tensor] : tensors) {
    if (shown++ == kShown) break;
    names += (names.empty() ? "" : ", ") + name;
  }
  const std::size_t others = tensors.size() - std::min(tensors.size(), kShown);
  if (others > 0) names += " and " + (others == 1 ? "another" : std::to_string(others) + " others");
  return names;
}

std::vector<std::string> names_of(const Network& network) {
  std::vector<std::string> names;
  for (const auto& parameter : network.named_parameters()) names.push_back(parameter.key());
  for (const auto& buffer : network.named_buffers()) {
    if (!ends_with(buffer.key(), "num_batches_tracked")) names.push_back(buffer.key());
  }
  return names;
}

// Takes off what a program has put in front of every name, as "module." or "model.net.": the words
// by which most names are found. Others, as a loss's weights, are left out.
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
  std::cerr << source << ": names are taken without \"" << prefix << "\"";
  if (!outside.empty()) std::cerr << "; not loaded, as they lack it: " << some_of(outside);
  std::cerr << "\n";
  return inside;
}

// Torchvision's published DenseNet has the names of before 2018: norm.1 for norm1.
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

// The last layer by this network's name, where it has another's.
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

struct Assignment {
  torch::Tensor target, value;
};

// What fits goes from `tensors` to `plan`; what is left out by design is said.
void plan_loading(Network& network, TensorsByName tensors, const std::string& source,
                  std::vector<Assignment>& plan) {
  const std::vector<std::string> wanted = names_of(network);
  rename_dense_layers(tensors);
  if (std::count(wanted.begin(), wanted.end(), "features.8.0.weight") > 0) {
    rename_efficientnet(tensors);
  }
  tensors = without_prefix(std::move(tensors), wanted, source);
  rename_head(tensors, wanted);
  for (const char* extra : kExtras) {
    if (tensors.erase(extra) > 0) {
      std::cerr << source << ": " << extra << " is not loaded, being no weights\n";
    }
  }
  // timm's Inception-V3 and many a trained one come without the auxiliary head.
  const std::string auxiliary = "AuxLogits.";
  const auto after = tensors.lower_bound(auxiliary);
  const bool lacks_auxiliary = after == tensors.end() || !starts_with(after->first, auxiliary);
  const auto parameters = network.named_parameters();
  const std::string first = parameters.front().key();
  const TensorsByName all = tensors;
  std::size_t undrawn = 0;  // of the auxiliary head

  const auto assign = [&](const std::string& name, const torch::Tensor& target) {
    const auto found = tensors.find(name);
    if (found == tensors.end()) {
      if (ends_with(name, "num_batches_tracked")) return;
      if (lacks_auxiliary && starts_with(name, auxiliary)) {
        ++undrawn;
        return;
      }
      if (is_head(name)) {
        std::cerr << source << ": " << name << " is not there: it is newly drawn\n";
        return;
      }
      throw std::runtime_error(source + ": tensor \"" + name + "\" is missing; there are " +
                               some_of(all));
    }
    torch::Tensor value = found->second;
    tensors.erase(found);
    const bool alike =
        value.dim() == target.dim() && value.is_floating_point() == target.is_floating_point();
    if (alike && value.dim() == 4 && name == first && value.size(1) == 3 && target.size(1) == 1) {
      std::cerr << source << ": " << name << " is summed over its 3 channels, for grey images\n";
      value = value.to(torch::kFloat32).sum(1, true);
    }
    if (alike && value.sizes() == target.sizes()) {
      if (value.is_floating_point() && !value.isfinite().all().item<bool>()) {
        throw std::runtime_error(source + ": tensor \"" + name +
                                 "\" holds a value that is not finite");
      }
      plan.push_back({target, value});
    } else if (alike && is_head(name) && value.sizes().slice(1) == target.sizes().slice(1)) {
      std::cerr << source << ": " << name << " is not loaded, since it has " << value.size(0)
                << " labels and not " << target.size(0) << ": it is newly drawn\n";
    } else {
      throw std::runtime_error(source + ": tensor \"" + name + "\" is " + shape_text(value) + " " +
                               torch::toString(value.scalar_type()) + "; expected " +
                               shape_text(target) + " " + torch::toString(target.scalar_type()));
    }
  };
  for (const auto& parameter : parameters) assign(parameter.key(), parameter.value());
  for (const auto& buffer : network.named_buffers()) assign(buffer.key(), buffer.value());
  if (undrawn > 0) {
    std::cerr << source << ": the auxiliary head is not there: it is newly drawn\n";
  }
  if (!tensors.empty()) {
    throw std::runtime_error(source + ": tensor \"" + tensors.begin()->first + "\"" +
                             (tensors.size() == 1
                                  ? " is"
                                  : " and " + std::to_string(tensors.size() - 1) + " others are") +
                             " none of this network's");
  }
}

// The tensors whose names start with `prefix`, which is taken off.
TensorsByName take_prefixed(TensorsByName& tensors, const std::string& prefix) {
  TensorsByName taken;
  for (auto at = tensors.lower_bound(prefix);
       at != tensors.end() && starts_with(at->first, prefix);) {
    taken[at->first.substr(prefix.size())] = at->second;
    at = tensors.erase(at);
  }
  return taken;
}

// A whole network's tensors; an ensemble's have their member's name in front.
std::vector<Assignment> plan_whole(Network& network, TensorsByName tensors,
                                   const std::string& source) {
  std::vector<Assignment> plan;
  const auto* ensemble = dynamic_cast<const Ensemble*>(&network);
  if (!ensemble) {
    plan_loading(network, std::move(tensors), source, plan);
    return plan;
  }
  tensors = without_prefix(std::move(tensors), names_of(network), source);
  for (const auto& [name, member] : ensemble->members) {
    plan_loading(*member, take_prefixed(tensors, name + "."), source + ", " + name, plan);
  }
  if (!tensors.empty()) {
    throw std::runtime_error(source + ": tensor \"" + tensors.begin()->first +
                             "\" is no member's of this ensemble");
  }
  return plan;
}

void carry_out(const std::vector<Assignment>& plan) {
  const torch::NoGradGuard no_grad;
  for (const Assignment& assignment : plan) assignment.target.copy_(assignment.value);
}

}  // namespace

void load_pretrained(Network& network, const std::vector<std::filesystem::path>& files) {
  const auto* ensemble = dynamic_cast<const Ensemble*>(&network);
  const std::size_t members = ensemble ? ensemble->members.size() : 1;
  if (files.size() != 1 && files.size() != members) {
    throw std::runtime_error("there are " + std::to_string(files.size()) +
                             " files of weights; expected 1" +
                             (members > 1 ? " or " + std::to_string(members) : ""));
  }
  if (files.size() == 1) {
    carry_out(plan_whole(network, read_weights(files[0]), files[0].string()));
    return;
  }
  std::vector<Assignment> plan;
  for (std::size_t i = 0; i < members; ++i) {
    plan_loading(*ensemble->members[i].second, read_weights(files[i]), files[i].string(), plan);
  }
  carry_out(plan);
}

void load_pretrained(Network& network, const Network& other, const std::string& source) {
  TensorsByName tensors;
  for (const auto& parameter : other.named_parameters()) {
    tensors[parameter.key()] = parameter.value();
  }
  for (const auto& buffer : other.named_buffers()) tensors[buffer.key()] = buffer.value();
  carry_out(plan_whole(network, std::move(tensors), source));
}

}  // namespace thoraxlite
