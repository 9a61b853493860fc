#include "data/image_set.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <cmath>
#include <iostream>
#include <iterator>
#include <mutex>
#include <stdexcept>

#include "core/image/decode.h"
#include "core/image/prepare.h"
#include "data/file_bytes.h"
#include "data/phantom.h"

namespace thoraxlite {
namespace {

Result<GreyImage> read_image(const std::filesystem::path& file) {
  const auto bytes = read_file(file);
  if (!bytes) return tl::unexpected(bytes.error());
  return decode_image(view(*bytes));
}

void store(const GreyImage& image, int size, std::uint8_t* pixels) {
  const std::vector<float> resized = resize_area(image, size);
  for (std::size_t i = 0; i < resized.size(); ++i) {
    pixels[i] = static_cast<std::uint8_t>(std::lround(resized[i] * 255.0f));
  }
}

torch::Tensor empty_pixels(std::int64_t count, int size) {
  return torch::empty({count, 1, size, size}, torch::kUInt8);
}

}  // namespace

ImageSet decode_images(const SampleList& list, int size) {
  const auto count = static_cast<std::int64_t>(list.samples.size());
  const auto labels = static_cast<std::int64_t>(list.labels.size());
  ImageSet set{
      list.labels, list.exclusive, empty_pixels(count, size), torch::empty({count, labels}), {}};
  auto* pixels = set.pixels.data_ptr<std::uint8_t>();
  auto* targets = set.targets.data_ptr<float>();
  std::vector<char> readable(list.samples.size(), 0);
  std::mutex print;

  at::parallel_for(0, count, 16, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const Sample& sample = list.samples[static_cast<std::size_t>(i)];
      const Result<GreyImage> image = read_image(sample.file);
      if (!image) {
        const std::lock_guard<std::mutex> lock(print);
        std::cerr << sample.file.string() << ": " << image.error().message << " Left out.\n";
        continue;
      }
      store(*image, size, pixels + i * size * size);
      std::copy(sample.targets.begin(), sample.targets.end(), targets + i * labels);
      readable[static_cast<std::size_t>(i)] = 1;
    }
  });

  std::vector<std::int64_t> kept;
  for (std::int64_t i = 0; i < count; ++i) {
    if (!readable[static_cast<std::size_t>(i)]) continue;
    kept.push_back(i);
    set.sources.push_back(list.samples[static_cast<std::size_t>(i)].source);
  }
  const auto missing = count - static_cast<std::int64_t>(kept.size());
  if (missing * 100 > count || kept.empty()) {
    throw std::runtime_error(std::to_string(missing) + " of " + std::to_string(count) +
                             " images cannot be read; expected at most one in a hundred");
  }
  if (missing > 0) {
    const torch::Tensor index = torch::tensor(kept);
    set.pixels = set.pixels.index_select(0, index);
    set.targets = set.targets.index_select(0, index);
  }
  return set;
}

ImageSet draw_phantoms(std::int64_t count, int size, Split split, std::uint64_t seed) {
  ImageSet set{{std::begin(kPhantomLabels), std::end(kPhantomLabels)},
               true,
               empty_pixels(count, size),
               torch::zeros({count, 3}),
               std::vector<std::string>(static_cast<std::size_t>(count), "phantom")};
  auto* pixels = set.pixels.data_ptr<std::uint8_t>();
  auto* targets = set.targets.data_ptr<float>();
  constexpr PhantomKind kKinds[] = {PhantomKind::normal, PhantomKind::lobar, PhantomKind::diffuse};
  at::parallel_for(0, count, 4, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      PhantomSpec spec;
      spec.kind = kKinds[i % 3];
      spec.size = size;
      spec.bit_depth = 8;
      // Splits take their seeds from intervals that do not meet.
      spec.seed =
          (seed << 40) + (static_cast<std::uint64_t>(split) << 32) + static_cast<std::uint64_t>(i);
      store(draw_phantom(spec).image, size, pixels + i * size * size);
      targets[i * 3 + i % 3] = 1.0f;
    }
  });
  return set;
}

torch::Tensor to_unit_range(const torch::Tensor& pixels) {
  return pixels.to(torch::kFloat32).div_(255.0);
}

}  // namespace thoraxlite
