#include "models/architecture.h"

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

std::shared_ptr<Network> make_ensemble(const NetworkOptions& options) {
  std::vector<Ensemble::Member> members;
  for (const std::int64_t variant : {6, 7}) {
    members.emplace_back("efficientnet_b" + std::to_string(variant),
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
          "efficientnet_b" + std::to_string(variant),
          [variant](const NetworkOptions& options) { return make_efficientnet(options, variant); });
    }
    all.emplace_back("efficientnet_b6+b7", make_ensemble);
    return all;
  }();
  return known;
}

}  // namespace

std::vector<std::string> architecture_names() {
  std::vector<std::string> names;
  for (const auto& [name, make] : architectures()) names.push_back(name);
  return names;
}

int smallest_input(const std::string& architecture) {
  if (architecture == "inception_v3") return 75;
  return architecture == "student" ? 16 : 32;
}

std::shared_ptr<Network> make_network(const NetworkOptions& options) {
  if (options.channels != 1 && options.channels != 3) {
    throw std::runtime_error("images have 1 or 3 channels, not " +
                             std::to_string(options.channels));
  }
  std::string known;
  for (const auto& [name, make] : architectures()) {
    if (name == options.architecture) return make(options);
    known += (known.empty() ? "" : ", ") + name;
  }
  throw std::runtime_error("there is no architecture " + options.architecture + "; expected " +
                           known);
}

}  // namespace thoraxlite
