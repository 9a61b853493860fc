#include "models/lung_network.h"

#include <torch/torch.h>

#include "models/norm_relu.h"

namespace thoraxlite {

LungNetwork::LungNetwork(const LungNetworkOptions& options) {
  const auto block = [this](const std::string& name, std::int64_t in, std::int64_t out,
                            std::int64_t stride) {
    Block made{name, nullptr, nullptr};
    made.conv = register_module(
        name, torch::nn::Conv2d(
                  torch::nn::Conv2dOptions(in, out, 3).stride(stride).padding(1).bias(false)));
    made.norm = register_module(name + "_norm", torch::nn::BatchNorm2d(out));
    return made;
  };
  const auto& c = options.channels;
  std::int64_t in = 1;
  for (std::size_t i = 0; i < c.size(); ++i) {
    down.push_back(block("down" + std::to_string(i + 1), in, c[i], 2));
    in = c[i];
  }
  for (const char* name : {"deep1", "deep2"}) deep.push_back(block(name, in, in, 1));
  for (std::size_t i = c.size() - 1; i-- > 0;) {
    up.push_back(block("up" + std::to_string(i + 1), in + c[i], c[i], 1));
    in = c[i];
  }
  lungs = register_module("lungs", torch::nn::Conv2d(torch::nn::Conv2dOptions(in, 1, 1)));
}

ModelOutput LungNetwork::forward(const torch::Tensor& images) {
  ModelOutput output;
  const auto run = [&](Block& block, const torch::Tensor& x) {
    const torch::Tensor map = norm_relu(*block.norm, block.conv(x));
    output.features.emplace_back(block.name, map);
    return map;
  };
  std::vector<torch::Tensor> maps;
  torch::Tensor x = images;
  for (Block& block : down) maps.push_back(x = run(block, x));
  for (Block& block : deep) x = run(block, x);
  for (std::size_t i = 0; i < up.size(); ++i) {
    const torch::Tensor& same = maps[maps.size() - 2 - i];
    x = torch::upsample_nearest2d(x, {same.size(2), same.size(3)});
    x = run(up[i], torch::cat({same, x}, 1));
  }
  output.logits = lungs(x);
  return output;
}

}  // namespace thoraxlite
