// Every network against torchvision's, with random weights and statistics: logits and feature maps
// through `cxr-distill forward`, and a step in training mode.
//   torchvision_test CXR_DISTILL ORACLE    ORACLE: torchvision_oracle.py
// Exit status 77, which CTest counts as skipped, where Debian's Python has no torchvision.
#include <sys/wait.h>
#include <torch/torch.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "data/file_bytes.h"
#include "models/architecture.h"
#include "models/efficientnet.h"
#include "models/pretrained.h"
#include "models/weight_file.h"
#include "training/device.h"

using namespace thoraxlite;
namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

constexpr double kTolerance = 1e-4;  // of the largest value, or of 1 if that is more
// Of the largest value. A gradient comes back through every layer, and each norm of a small batch
// enlarges rounding: 1e-2 was seen. A missing or detached branch changes it altogether.
constexpr double kGradientTolerance = 5e-2;
constexpr int kSkipped = 77;

int run(const std::string& command) {
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

// Whether each tensor of `expected` is among `tensors` and equal, told in a line for the case.
bool agree(const std::string& name, const TensorsByName& expected, const TensorsByName& tensors) {
  double worst = 0;  // in units of what is tolerated
  std::string where;
  for (const auto& [key, wanted] : expected) {
    const auto found = tensors.find(key);
    if (found == tensors.end() || found->second.sizes() != wanted.sizes()) {
      std::printf("%-26s %s is missing or has another shape\n", name.c_str(), key.c_str());
      return false;
    }
    const bool gradient = key.rfind("gradient:", 0) == 0;
    const double largest = wanted.abs().max().item<double>();
    const double difference = (found->second - wanted).abs().max().item<double>();
    const double tolerated =
        gradient ? kGradientTolerance * largest : kTolerance * std::max(1.0, largest);
    const double ratio = difference / tolerated;
    if (!(ratio <= worst)) {
      worst = std::isnan(ratio) ? std::numeric_limits<double>::infinity() : ratio;
      where = key;
    }
  }
  std::printf("%-26s %zu tensors, worst %s: %.3f of what is tolerated\n", name.c_str(),
              expected.size(), where.c_str(), worst);
  return worst <= 1;
}

bool evaluation_agrees(const std::string& distill, const fs::path& folder, const Json& test) {
  const std::string name = test.at("name");
  const fs::path output = folder / (name + ".output");
  std::string weights;
  for (const auto& file : test.at("weights")) {
    weights += (weights.empty() ? "" : ",") + file.get<std::string>();
  }
  const std::string command = "'" + distill + "' forward --arch " +
                              test.at("architecture").get<std::string>() + " --labels " +
                              test.at("labels").dump() + " --init '" + weights + "' --input '" +
                              (folder / (name + ".images")).string() + "' --output '" +
                              output.string() + "' 2>'" + (folder / "stderr").string() + "'";
  if (run(command) != 0) {
    const auto why = require_file(folder / "stderr");
    std::printf("%-26s failed: %s\n", name.c_str(), std::string(why.begin(), why.end()).c_str());
    return false;
  }
  const auto said = require_file(folder / "stderr");
  const std::string text(said.begin(), said.end());
  for (const auto& sentence : test.value("says", Json::array())) {
    if (text.find(sentence.get<std::string>()) != std::string::npos) continue;
    std::printf("%-26s does not say: %s\nbut:\n%s\n", name.c_str(),
                sentence.get<std::string>().c_str(), text.c_str());
    return false;
  }
  return agree(name, read_safetensors(folder / (name + ".expected")), read_safetensors(output));
}

// Without the parts that draw chance.
std::shared_ptr<Network> make_certain(const Json& test) {
  const std::string architecture = test.at("architecture");
  const std::string efficientnet = "efficientnet_b";
  if (architecture.rfind(efficientnet, 0) == 0) {
    EfficientNetOptions options;
    options.variant = std::stoi(architecture.substr(efficientnet.size()));
    options.labels = test.at("labels");
    options.dropout = 0;
    options.stochastic_depth = 0;
    return std::make_shared<EfficientNet>(options);
  }
  NetworkOptions options;
  options.architecture = architecture;
  options.labels = test.at("labels");
  options.channels = 3;
  options.dropout = 0;
  return make_network(options);
}

bool training_agrees(const fs::path& folder, const Json& test) {
  const std::string name = test.at("name");
  const auto network = make_certain(test);
  load_pretrained(*network, {test.at("weights").at(0).get<std::string>()});
  network->train();
  const ModelOutput output =
      network->forward(read_safetensors(folder / (name + ".images")).at("input"));
  const torch::Tensor ramp = torch::linspace(-1, 1, output.logits.numel()).view_as(output.logits);
  torch::Tensor loss = (output.logits * ramp).sum();
  TensorsByName tensors = {{"logits", output.logits.detach()}};
  if (output.auxiliary.defined()) {
    loss = loss + (output.auxiliary * ramp).sum();
    tensors["auxiliary"] = output.auxiliary.detach();
  }
  loss.backward();
  const auto parameters = network->named_parameters();
  tensors["gradient:" + parameters.front().key()] = parameters.front().value().grad();
  for (const auto& buffer : network->named_buffers()) {
    tensors["buffer:" + buffer.key()] = buffer.value();
  }
  return agree(name, read_safetensors(folder / (name + ".expected")), tensors);
}

int compare(const std::string& distill, const std::string& oracle, const fs::path& folder) {
  const int status = run("/usr/bin/python3 '" + oracle + "' '" + folder.string() + "'");
  if (status != 0) return status;
  const auto list = require_file(folder / "cases.json");
  const Json cases = Json::parse(list.begin(), list.end());
  std::size_t disagree = 0;
  for (const Json& test : cases.at("evaluation")) {
    disagree += !evaluation_agrees(distill, folder, test);
  }
  for (const Json& test : cases.at("training")) disagree += !training_agrees(folder, test);
  std::printf("%zu disagree\n", disagree);
  return disagree == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: torchvision_test CXR_DISTILL ORACLE\n");
    return 2;
  }
  if (!fs::exists("/usr/bin/python3")) {
    std::printf("skipped: there is no /usr/bin/python3\n");
    return kSkipped;
  }
  use_all_cores();
  const fs::path folder =
      fs::temp_directory_path() / ("thoraxlite-torchvision-test-" + std::to_string(getpid()));
  fs::create_directories(folder);
  int status = 1;
  try {
    status = compare(argv[1], argv[2], folder);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "torchvision_test: %s\n", error.what());
  }
  fs::remove_all(folder);
  return status;
}
