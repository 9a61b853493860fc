#include "models/architecture.h"

#include <torch/torch.h>

#include <algorithm>
#include <functional>
#include <stdexcept>

#include "models/densenet.h"
#include "models/efficientnet.h"
#include "models/ensemble.h"
#include "models/inception_v3.h"
#include "models/student.h"

namespace thoraxlite {
namespace {

using Make = std::function<std::shared_ptr<Network>(const NetworkOptions&)>;

std::shared_ptr<Network> make_student(const NetworkOptions& options) {
  if (options.channels != 1) {
    throw std::runtime_error("the student takes 1 channel, not " +
                             std::to_string(options.channels));
  }
  StudentOptions student;
  student.labels = options.labels;
  student.hidden = options.hidden;
  student.stride = options.stride;
  student.dropout = options.dropout.value_or(student.dropout);
  return std::make_shared<Student>(student);
}

template <class Options>
Options common_options(const NetworkOptions& options) {
  Options common;
  common.labels = options.labels;
  common.channels = options.channels;
  if (options.dropout) common.dropout = *options.dropout;
  return common;
}

std::shared_ptr<Network> make_efficientnet(const NetworkOptions& options, std::int64_t variant) {
  auto efficientnet = common_options<EfficientNetOptions>(options);
  efficientnet.variant = variant;
  return std::make_shared<EfficientNet>(efficientnet);
}

constexpr const char* kEfficientNet = "efficientnet_b";

// 0 .. 7 of one digit's name; nothing for another.
std::optional<std::int64_t> variant_of(const std::string& digit) {
  if (digit.size() != 1 || digit[0] < '0' || digit[0] > '7') return std::nullopt;
  return digit[0] - '0';
}

// efficientnet_bM+bN, M below N.
std::vector<std::int64_t> joined_variants(const std::string& architecture) {
  const std::string prefix = kEfficientNet;
  const std::size_t sign = architecture.find("+b");
  if (architecture.rfind(prefix, 0) != 0 || sign == std::string::npos) return {};
  const auto first = variant_of(architecture.substr(prefix.size(), sign - prefix.size()));
  const auto second = variant_of(architecture.substr(sign + 2));
  if (!first || !second || *first >= *second) return {};
  return {*first, *second};
}

std::shared_ptr<Network> make_ensemble(const NetworkOptions& options,
                                       const std::vector<std::int64_t>& variants) {
  std::vector<Ensemble::Member> members;
  for (const std::int64_t variant : variants) {
    members.emplace_back(kEfficientNet + std::to_string(variant),
                         make_efficientnet(options, variant));
  }
  return std::make_shared<Ensemble>(std::move(members));
}

const std::vector<std::pair<std::string, Make>>& architectures() {
  static const auto known = [] {
    std::vector<std::pair<std::string, Make>> all = {
        {"student", make_student},
        {"densenet121",
         [](const NetworkOptions& options) {
           return std::make_shared<DenseNet>(common_options<DenseNetOptions>(options));
         }},
        {"inception_v3", [](const NetworkOptions& options) {
           return std::make_shared<InceptionV3>(common_options<InceptionV3Options>(options));
         }}};
    for (std::int64_t variant = 0; variant <= 7; ++variant) {
      all.emplace_back(
          kEfficientNet + std::to_string(variant),
          [variant](const NetworkOptions& options) { return make_efficientnet(options, variant); });
    }
    return all;
  }();
  return known;
}

std::runtime_error unknown(const std::string& architecture) {
  std::string known;
  for (const auto& name : architecture_names()) known += (known.empty() ? "" : ", ") + name;
  return std::runtime_error("there is no architecture " + architecture + "; expected " + known);
}

}  // namespace

std::vector<std::string> architecture_names() {
  std::vector<std::string> names;
  for (const auto& [name, make] : architectures()) names.push_back(name);
  names.emplace_back("efficientnet_b6+b7");
  return names;
}

std::vector<std::string> ensemble_members(const std::string& architecture) {
  std::vector<std::string> members;
  for (const std::int64_t variant : joined_variants(architecture)) {
    members.push_back(kEfficientNet + std::to_string(variant));
  }
  return members;
}

int smallest_input(const std::string& architecture) {
  const std::vector<std::string> names = architecture_names();
  if (std::count(names.begin(), names.end(), architecture) == 0 &&
      joined_variants(architecture).empty()) {
    throw unknown(architecture);
  }
  if (architecture == "inception_v3") return 75;
  return architecture == "student" ? 16 : 32;
}

std::shared_ptr<Network> make_network(const NetworkOptions& options) {
  if (options.channels != 1 && options.channels != 3) {
    throw std::runtime_error("images have 1 or 3 channels, not " +
                             std::to_string(options.channels));
  }
  for (const auto& [name, make] : architectures()) {
    if (name == options.architecture) return make(options);
  }
  const auto variants = joined_variants(options.architecture);
  if (variants.empty()) throw unknown(options.architecture);
  return make_ensemble(options, variants);
}

std::vector<std::string> map_names(Network& network, std::int64_t channels, int size) {
  const torch::NoGradGuard no_grad;
  network.eval();
  std::vector<std::string> names;
  for (const auto& [name, map] :
       network.forward(torch::zeros({1, channels, size, size})).features) {
    if (map.dim() == 4) names.push_back(name);
  }
  return names;
}

}  // namespace thoraxlite
