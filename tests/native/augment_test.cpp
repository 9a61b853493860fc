// What happens to training images between decoding and the network.
#include "data/augment.h"

#include <doctest/doctest.h>
#include <torch/torch.h>

#include <cmath>
#include <vector>

#include "core/image/decode.h"
#include "data/image_set.h"
#include "data/jpeg_loss.h"
#include "data/phantom.h"
#include "made_folder.h"
#include "made_generator.h"
#include "phantom/image_writer.h"

using namespace thoraxlite;

namespace {

torch::Tensor some_images(std::int64_t count, int side) {
  return to_unit_range(draw_phantoms(std::max<std::int64_t>(count, 30), side, Split::train, 1)
                           .pixels.narrow(0, 0, count));
}

torch::Tensor as_batch(const GreyImage& image) {
  const std::vector<std::int64_t> pixels(image.pixels.begin(), image.pixels.end());
  return to_unit_range(torch::tensor(pixels).view({1, 1, image.height, image.width}));
}

float largest_difference_of(const torch::Tensor& one, const torch::Tensor& other) {
  return (one - other).abs().max().item<float>();
}

double rough(const torch::Tensor& image) {
  return (image.narrow(1, 1, image.size(1) - 1) - image.narrow(1, 0, image.size(1) - 1))
      .abs()
      .mean()
      .item<double>();
}

}  // namespace

TEST_CASE("what JPEG takes is what a file of that quality lacks") {
  for (const int side : {64, 75}) {
    CAPTURE(side);
    const GreyImage image = draw_phantom({PhantomKind::lobar, side, 8, 5}).image;
    const std::vector<std::uint8_t> file = encode_jpeg(image);  // quality 88
    const Result<GreyImage> decoded = decode_image({file.data(), file.size()});
    REQUIRE(decoded.has_value());
    const torch::Tensor before = as_batch(image), saved = as_batch(decoded.value());
    const torch::Tensor lossy = jpeg_loss(before, torch::full({1}, 88.0f));
    const auto apart = [](const torch::Tensor& one, const torch::Tensor& other) {
      return (one - other).abs().mean().item<double>();
    };
    REQUIRE(apart(before, saved) > 0);
    CHECK(apart(lossy, saved) < 0.1 * apart(before, saved));
    CHECK(apart(jpeg_loss(before, torch::full({1}, 60.0f)), saved) > 0.5 * apart(before, saved));
  }
}

TEST_CASE("JPEG keeps what its table keeps, each image by its own quality") {
  // At quality 50 the first step is 16, of 8 times the mean less 128: even greys are whole steps.
  const torch::Tensor even = torch::full({1, 1, 16, 16}, 100 / 255.0f);
  CHECK(largest_difference_of(jpeg_loss(even, torch::full({1}, 50.0f)), even) < 1e-6f);
  const torch::Tensor images = some_images(3, 64);
  const torch::Tensor lossy = jpeg_loss(images, torch::tensor({95.0f, 50.0f, 10.0f}));
  CHECK(lossy.min().item<float>() >= 0);
  CHECK(lossy.max().item<float>() <= 1);
  CHECK(torch::allclose(lossy * 255, (lossy * 255).round(), 0, 1e-4));
  const auto lost = [&](int image, float quality) {
    const torch::Tensor one = images.narrow(0, image, 1);
    return (jpeg_loss(one, torch::full({1}, quality)) - one).abs().mean().item<double>();
  };
  CHECK(lost(0, 10) > lost(0, 50));
  CHECK(lost(0, 50) > lost(0, 95));
  for (int i = 0; i < 3; ++i) {
    const torch::Tensor one =
        jpeg_loss(images.narrow(0, i, 1), torch::full({1}, std::vector<float>{95, 50, 10}[i]));
    CHECK(torch::allclose(one[0], lossy[i], 0, 1.5 / 255));
  }
}

TEST_CASE("the usual changes draw the chance that they always drew") {
  const torch::Tensor images = some_images(8, 32);
  torch::Generator used = generator(4), counted = generator(4);
  augment(images, augmentation_of("usual", 0.6), used);
  for (int draw = 0; draw < 11; ++draw) torch::rand({8}, counted);
  CHECK(torch::equal(torch::rand({8}, used), torch::rand({8}, counted)));
  CHECK(contains(reason([] { augmentation_of("weak", 1); }), "expected usual or strong"));
}

TEST_CASE("strong changes keep range and shape, and are the same by the generator") {
  const torch::Tensor images = some_images(16, 44);
  const Augmentation strong = augmentation_of("strong", 1);
  const torch::Tensor changed = augment(images, strong, generator(1));
  CHECK(changed.sizes() == images.sizes());
  CHECK(changed.min().item<float>() >= 0);
  CHECK(changed.max().item<float>() <= 1);
  CHECK(torch::equal(changed, augment(images, strong, generator(1))));
  CHECK_FALSE(torch::equal(changed, augment(images, strong, generator(2))));
  const Augmentation never = augmentation_of("strong", 0);
  CHECK(torch::allclose(augment(images, never, generator(1)), images, 0, 2e-5));
  CHECK(strong.scale == 0.25);
  CHECK(strong.gamma == 0.6);
  CHECK(augmentation_of("usual", 0.3).probability == 0.3);
  CHECK(augmentation_of("strong", 0.3).probability == 0.3);
}

TEST_CASE("each strong change is made to some images, and leaves the others as they are") {
  const std::int64_t count = 48;
  const torch::Tensor images = some_images(count, 40);
  const Augmentation usual = augmentation_of("usual", 0.5), strong = augmentation_of("strong", 0.5);
  const torch::Tensor before = augment(images, usual, generator(9));
  // The images that a kind of change alone, beside the usual ones, has changed.
  const auto changed_by = [&](const Augmentation& augmentation, int least, int most,
                              const auto& check) {
    const torch::Tensor after = augment(images, augmentation, generator(9));
    int changed = 0;
    for (std::int64_t i = 0; i < count; ++i) {
      if (torch::equal(before[i], after[i])) continue;
      ++changed;
      check(before[i], after[i]);
    }
    CHECK(changed >= least);
    CHECK(changed <= most);
  };
  Augmentation one = usual;
  one.mirror = strong.mirror;
  changed_by(one, 4, 22, [](const torch::Tensor& was, const torch::Tensor& is) {
    CHECK(torch::equal(is, was.flip(2)));
  });
  one = usual;
  one.softness = strong.softness;
  changed_by(one, 14, 34, [](const torch::Tensor& was, const torch::Tensor& is) {
    CHECK(rough(is) < rough(was));
    CHECK(std::abs((is - was).mean().item<double>()) < 0.01);
  });
  one = usual;
  one.noise = strong.noise;
  changed_by(one, 14, 34, [](const torch::Tensor& was, const torch::Tensor& is) {
    CHECK((is - was).std().item<double>() < 0.044);
    CHECK(std::abs((is - was).mean().item<double>()) < 0.02);  // black and white are bounds
  });
  one = usual;
  one.lowest_quality = strong.lowest_quality;
  changed_by(one, 14, 34, [](const torch::Tensor& was, const torch::Tensor& is) {
    CHECK((is - was).abs().mean().item<double>() < 0.04);
    CHECK(torch::allclose(is * 255, (is * 255).round(), 0, 1e-4));
  });
}
