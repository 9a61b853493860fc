#include "training/predict.h"

#include <torch/torch.h>

#include "data/batch_reader.h"

namespace thoraxlite {
namespace {

constexpr std::int64_t kBatch = 64;

}  // namespace

torch::Tensor normalise(const torch::Tensor& pixels, const InputSpec& input) {
  return (pixels - input.mean) / input.std;
}

void predict(Network& network, const ImageSet& images, const FilmInput& input, torch::Device device,
             const std::function<void(std::int64_t, const ModelOutput&)>& use) {
  const torch::NoGradGuard no_grad;
  network.eval();
  BatchReader reader(images, torch::arange(images.size()), kBatch);
  for (std::int64_t begin = 0; const auto batch = reader.next(); begin += kBatch) {
    use(begin, network.forward(input(to_unit_range(batch->pixels.to(device)))));
  }
}

torch::Tensor predict_logits(Network& network, const ImageSet& images, const FilmInput& input,
                             torch::Device device) {
  std::vector<torch::Tensor> logits;
  predict(network, images, input, device,
          [&](std::int64_t, const ModelOutput& output) { logits.push_back(output.logits.cpu()); });
  return torch::cat(logits);
}

ScoredImages score(const torch::Tensor& logits, const ImageSet& images, float temperature) {
  ScoredImages scored{
      images.labels,           images.exclusive, to_rows(torch::sigmoid(logits / temperature)),
      to_rows(images.targets), images.sources,   images.patients};
  scored.logits = to_rows(logits);
  for (const Sample& sample : images.about) {
    scored.ages.push_back(sample.age_years);
    scored.columns.push_back(sample.columns);
    scored.names.push_back(sample.file.generic_string());
  }
  return scored;
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
