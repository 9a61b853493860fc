// Training images at the side of a network's input: what is trained is what the core scores.
#include "data/fit.h"

#include <doctest/doctest.h>
#include <torch/torch.h>

#include <utility>
#include <vector>

#include "core/image/prepare.h"
#include "data/image_set.h"
#include "made_folder.h"
#include "made_generator.h"
#include "training/precision.h"

using namespace thoraxlite;

namespace {

GreyImage grainy(int side) {
  GreyImage image{side, side, 255, {}};
  const torch::Tensor noise = torch::randint(256, {side * side}, generator(3), torch::kInt64);
  const auto* first = noise.data_ptr<std::int64_t>();
  image.pixels.assign(first, first + noise.numel());
  return image;
}

torch::Tensor unit_range(const GreyImage& image) {
  const std::vector<std::int64_t> pixels(image.pixels.begin(), image.pixels.end());
  return to_unit_range(torch::tensor(pixels).view({1, 1, image.height, image.width}));
}

}  // namespace

TEST_CASE("images are fitted by the area average that the core scores them by") {
  for (const auto& [side, size] : std::vector<std::pair<int, int>>{
           {224, 128}, {225, 112}, {224, 112}, {100, 64}, {224, 223}, {7, 3}, {64, 64}, {5, 1}}) {
    CAPTURE(side);
    CAPTURE(size);
    const GreyImage image = grainy(side);
    const std::vector<float> exact = resize_area(image, size);
    const torch::Tensor expected = torch::tensor(exact).view({1, 1, size, size});
    const torch::Tensor fitted = fit(unit_range(image), size);
    REQUIRE(fitted.sizes() == expected.sizes());
    CHECK((fitted - expected).abs().max().item<float>() < 1e-6f);
    // Within a step of training in bfloat16 too.
    const Autocast autocast(torch::kCPU, true);
    CHECK(torch::equal(fit(unit_range(image), size), fitted));
  }
  CHECK(contains(reason([] { fit(torch::zeros({1, 1, 64, 64}), 65); }),
                 "images of 64 pixels a side are smaller than the network's input of 65"));
}

TEST_CASE("every image of a batch is fitted by itself, and gradients go through") {
  const torch::Tensor images =
      to_unit_range(draw_phantoms(30, 48, Split::train, 1).pixels.narrow(0, 0, 3));
  const torch::Tensor fitted = fit(images, 32);
  for (int i = 0; i < 3; ++i) {
    CHECK(torch::allclose(fitted[i], fit(images.narrow(0, i, 1), 32)[0], 0, 1e-6));
  }
  torch::Tensor leaf = images.clone().requires_grad_();
  fit(leaf, 32).sum().backward();
  // Each input pixel is in the outputs as often as its share of the area.
  CHECK(torch::allclose(leaf.grad(), torch::full_like(images, 32.0 * 32 / (48.0 * 48)), 1e-5));
}
