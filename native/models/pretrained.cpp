#include "models/pretrained.h"

#include <torch/torch.h>

#include <array>
#include <iostream>
#include <regex>
#include <stdexcept>

#include "models/ensemble.h"
#include "models/weight_file.h"

namespace thoraxlite {
namespace {

// The layers that give the labels, in torchvision's networks and in the student.
constexpr std::array kHeads = {"classifier.", "classifier.1.", "fc.", "AuxLogits.fc.", "fc2."};

bool is_head(const std::string& name) {
  for (const std::string head : kHeads) {
    if (name == head + "weight" || name == head + "bias") return true;
  }
  return false;
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

std::string shape_text(const torch::Tensor& tensor) {
  std::ostringstream text;
  text << tensor.sizes();
  return text.str();
}

// Torchvision's published DenseNet has the names of before 2018: norm.1 for norm1.
TensorsByName with_current_names(TensorsByName tensors) {
  static const std::regex old("(.*denselayer[0-9]+\\.(?:norm|relu|conv))\\.([12]\\..*)");
  TensorsByName renamed;
  for (auto& [name, tensor] : tensors) {
    renamed[std::regex_replace(name, old, "$1$2")] = std::move(tensor);
  }
  return renamed;
}

struct Assignment {
  torch::Tensor target, value;
};

// What fits goes from `tensors` to `plan`; what is left out by design is said.
void plan_loading(Network& network, TensorsByName tensors, const std::string& source,
                  std::vector<Assignment>& plan) {
  tensors = with_current_names(std::move(tensors));
  const auto parameters = network.named_parameters();
  const std::string first = parameters.front().key();

  const auto assign = [&](const std::string& name, const torch::Tensor& target) {
    const auto found = tensors.find(name);
    if (found == tensors.end()) {
      if (ends_with(name, "num_batches_tracked")) return;
      throw std::runtime_error(source + ": tensor \"" + name + "\" is missing");
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
      plan.push_back({target, value});
    } else if (alike && is_head(name) && value.sizes().slice(1) == target.sizes().slice(1)) {
      std::cerr << source << ": " << name << " is not loaded, since it has " << value.size(0)
                << " labels and not " << target.size(0) << "\n";
    } else {
      throw std::runtime_error(source + ": tensor \"" + name + "\" is " + shape_text(value) + " " +
                               torch::toString(value.scalar_type()) + "; expected " +
                               shape_text(target) + " " + torch::toString(target.scalar_type()));
    }
  };
  for (const auto& parameter : parameters) assign(parameter.key(), parameter.value());
  for (const auto& buffer : network.named_buffers()) assign(buffer.key(), buffer.value());
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
       at != tensors.end() && at->first.compare(0, prefix.size(), prefix) == 0;) {
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
