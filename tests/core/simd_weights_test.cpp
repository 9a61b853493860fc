// The simd engine with the released weights, on drawn pictures.
#include <doctest/doctest.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "core/engine/engine.h"
#include "made_images.h"
#include "simd_bound.h"

using namespace thoraxlite;

namespace {

constexpr float kLogitBound = 1e-4f;  // of logits up to 100

std::vector<std::uint8_t> read_bytes(const std::string& name) {
  std::ifstream in(std::string(WEIGHTS_FOLDER) + "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("the released weights give the reference's logits and maps") {
  const auto bytes = read_bytes("covid.safetensors");
  const Result<Model> model = load_model({bytes.data(), bytes.size()});
  REQUIRE_MESSAGE(model.has_value(), model.error().message);
  const InputSpec& spec = model->card.input;
  auto simd = make_simd_engine(model->nodes, square_input(model->card.input.size), 1);
  REQUIRE_MESSAGE(simd.has_value(), simd.error().message);
  auto reference = make_reference_engine(model->nodes, square_input(model->card.input.size));

  std::mt19937 random(7);
  for (int picture = 0; picture < 6; ++picture) {
    GreyImage image;
    image.width = 300 + 10 * picture;
    image.height = 410;
    image.pixels.resize(static_cast<std::size_t>(image.width) * image.height);
    // From a smooth ramp to noise.
    for (std::size_t i = 0; i < image.pixels.size(); ++i) {
      const auto noise = static_cast<std::uint32_t>(random() % 256);
      image.pixels[i] = static_cast<std::uint16_t>((i % 256 * (5 - picture) + noise * picture) / 5);
    }
    std::vector<float> input = resize_area(image, spec.size);
    normalise(input, spec);
    std::vector<NodeOutput> ours;
    std::vector<NodeOutput> theirs;
    const auto logits = (*simd)->run(input, &ours);
    const auto expected = (*reference)->run(input, &theirs);
    REQUIRE(logits.has_value());
    REQUIRE(expected.has_value());
    CHECK(largest_difference(*logits, *expected) <= kLogitBound);
    REQUIRE(ours.size() == theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
      CAPTURE(ours[i].name);
      CHECK(largest_difference(ours[i].values, theirs[i].values) <= simd_bound(theirs[i].values));
    }
  }
}
