#include "models/pretrained.h"

#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <stdexcept>

#include "models/ensemble.h"
#include "models/weight_file.h"
#include "models/weight_names.h"

namespace thoraxlite {
namespace {

// The layers that give the labels, in torchvision's networks and in the student.
constexpr std::array kHeads = {"classifier", "classifier.1", "fc", "AuxLogits.fc", "fc2"};

// Known to come beside a network's tensors and to be none of them: TorchXRayVision's operating
// points.
constexpr std::array kExtras = {"op_threshs"};

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

std::vector<std::string> names_of(const Network& network) {
  std::vector<std::string> names;
  for (const auto& parameter : network.named_parameters()) names.push_back(parameter.key());
  for (const auto& buffer : network.named_buffers()) {
    if (!ends_with(buffer.key(), "num_batches_tracked")) names.push_back(buffer.key());
  }
  return names;
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
