#include "commands/forward.h"

#include <torch/torch.h>

#include <stdexcept>

#include "export/safetensors_writer.h"
#include "models/architecture.h"
#include "models/pretrained.h"
#include "models/weight_file.h"
#include "training/checkpoint.h"
#include "training/device.h"
#include "training/trained_network.h"

namespace thoraxlite {
namespace {

torch::Tensor read_images(const std::filesystem::path& file) {
  const TensorsByName tensors = read_safetensors(file);
  const auto input = tensors.find("input");
  if (input == tensors.end()) throw std::runtime_error(file.string() + ": there is no \"input\"");
  const torch::Tensor& images = input->second;
  if (images.dim() != 4 || images.numel() == 0 || images.scalar_type() != torch::kFloat32) {
    throw std::runtime_error(file.string() + ": \"input\" is not float32 [B, C, H, W]");
  }
  return images;
}

NamedTensor named(const std::string& name, const torch::Tensor& tensor) {
  const torch::Tensor values = tensor.contiguous();
  const auto* begin = static_cast<const std::uint8_t*>(values.data_ptr());
  return {name, "F32", values.sizes().vec(), {begin, begin + values.nbytes()}};
}

std::shared_ptr<Network> network_of_run(const std::filesystem::path& run,
                                        const ForwardOptions& options,
                                        const torch::Tensor& images) {
  if (!options.architecture.empty() || options.labels || options.stride || options.hidden) {
    throw std::runtime_error(run.string() +
                             ": a run says its own --arch, --labels, --stride and --hidden");
  }
  if (images.size(1) != 1) {
    throw std::runtime_error(options.input.string() + ": \"input\" has " +
                             std::to_string(images.size(1)) + " channels; a run's network takes 1");
  }
  return load_trained(run).network;
}

std::shared_ptr<Network> network_of_files(const ForwardOptions& options,
                                          const torch::Tensor& images) {
  if (options.architecture.empty()) {
    throw std::runtime_error("--arch is missing: files of weights do not say their architecture");
  }
  NetworkOptions network_options;
  network_options.architecture = options.architecture;
  network_options.labels = options.labels.value_or(1000);
  network_options.channels = images.size(1);
  if (options.architecture == "student") {
    if (!options.stride) {
      throw std::runtime_error(
          "--stride is missing: a student's weights fit every stride, and do "
          "not say at which they were trained");
    }
    network_options.stride = *options.stride;
    network_options.hidden = options.hidden.value_or(network_options.hidden);
  } else if (options.stride || options.hidden) {
    throw std::runtime_error("--stride and --hidden are of a student, not of " +
                             options.architecture);
  }
  const auto network = make_network(network_options);
  load_pretrained(*network, options.init);
  return network;
}

}  // namespace

void forward_images(const ForwardOptions& options) {
  use_all_cores();
  const torch::NoGradGuard no_grad;
  const torch::Tensor images = read_images(options.input);
  const auto run = run_of(options.init.front());
  const auto network = options.init.size() == 1 && run ? network_of_run(*run, options, images)
                                                       : network_of_files(options, images);
  network->eval();

  const ModelOutput output = network->forward(images);
  std::vector<NamedTensor> tensors = {named("logits", output.logits)};
  for (const auto& [name, map] : output.features) tensors.push_back(named(name, map));
  const auto file = write_safetensors(tensors, {});
  write_atomically(options.output, {file.begin(), file.end()});
}

}  // namespace thoraxlite
