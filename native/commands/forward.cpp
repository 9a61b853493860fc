#include "commands/forward.h"

#include <torch/torch.h>

#include <stdexcept>

#include "export/safetensors_writer.h"
#include "models/architecture.h"
#include "models/pretrained.h"
#include "models/weight_file.h"
#include "training/checkpoint.h"
#include "training/device.h"

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

}  // namespace

void forward_images(const ForwardOptions& options) {
  use_all_cores();
  const torch::NoGradGuard no_grad;
  const torch::Tensor images = read_images(options.input);
  NetworkOptions network_options;
  network_options.architecture = options.architecture;
  network_options.labels = options.labels;
  network_options.channels = images.size(1);
  const auto network = make_network(network_options);
  load_pretrained(*network, options.init);
  network->eval();

  const ModelOutput output = network->forward(images);
  std::vector<NamedTensor> tensors = {named("logits", output.logits)};
  for (const auto& [name, map] : output.features) tensors.push_back(named(name, map));
  const auto file = write_safetensors(tensors, {});
  write_atomically(options.output, {file.begin(), file.end()});
}

}  // namespace thoraxlite
