#include "training/predict.h"

#include <torch/torch.h>

namespace thoraxlite {
namespace {

constexpr std::int64_t kBatch = 64;

}  // namespace

torch::Tensor normalise(const torch::Tensor& pixels, const InputSpec& input) {
  return (pixels - input.mean) / input.std;
}

torch::Tensor predict(Network& network, const ImageSet& images, const InputSpec& input,
                      torch::Device device) {
  const torch::NoGradGuard no_grad;
  network.eval();
  std::vector<torch::Tensor> logits;
  for (std::int64_t begin = 0; begin < images.size(); begin += kBatch) {
    const std::int64_t count = std::min(kBatch, images.size() - begin);
    const torch::Tensor pixels = images.pixels.narrow(0, begin, count).to(device);
    logits.push_back(network.forward(normalise(to_unit_range(pixels), input)).logits.cpu());
  }
  return torch::cat(logits);
}

std::vector<std::vector<float>> to_rows(const torch::Tensor& matrix) {
  const torch::Tensor values = matrix.to(torch::kFloat32).contiguous();
  const float* first = values.data_ptr<float>();
  std::vector<std::vector<float>> rows;
  for (std::int64_t i = 0; i < values.size(0); ++i, first += values.size(1)) {
    rows.emplace_back(first, first + values.size(1));
  }
  return rows;
}

}  // namespace thoraxlite
