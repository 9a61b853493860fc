#include "data/image_set.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <iterator>
#include <mutex>
#include <stdexcept>

#include "data/image_pixels.h"
#include "data/phantom.h"
#include "training/progress.h"

namespace thoraxlite {
namespace {

torch::Tensor empty_pixels(std::int64_t count, int size) {
  return torch::empty({count, 1, size, size}, torch::kUInt8);
}

// Calls work(i) for 0 <= i < count, on every core; says how far it is where it takes long.
template <class Work>
void for_each_image(const std::string& title, std::int64_t count, const Work& work) {
  Progress progress(title, count);
  at::parallel_for(0, count, 4, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      work(i);
      progress.advance(1);
    }
  });
}

ImageSet without_pixels(const SampleList& list, int size) {
  const auto count = static_cast<std::int64_t>(list.samples.size());
  const auto labels = static_cast<std::int64_t>(list.labels.size());
  ImageSet set{list.labels, list.exclusive, size, {}, {}, torch::empty({count, labels}), {}};
  auto* targets = set.targets.data_ptr<float>();
  for (const Sample& sample : list.samples) {
    targets = std::copy(sample.targets.begin(), sample.targets.end(), targets);
    set.sources.push_back(sample.source);
    set.patients.push_back(sample.patient);
    set.about.push_back(sample);
    set.about.back().targets.clear();
  }
  return set;
}

// kinds: image i is of kind i modulo their number, with that row of targets.
ImageSet draw(const std::vector<PhantomKind>& kinds, const torch::Tensor& targets,
              std::vector<std::string> labels, bool exclusive, std::int64_t count, int size,
              Split split, std::uint64_t seed) {
  const torch::Tensor kind_of = torch::arange(count).remainder(targets.size(0));
  ImageSet set{std::move(labels),
               exclusive,
               size,
               empty_pixels(count, size),
               {},
               targets.index_select(0, kind_of),
               std::vector<std::string>(static_cast<std::size_t>(count), "phantom")};
  // Splits take their seeds from intervals that do not meet.
  const auto seed_of = [=](std::int64_t i) {
    return (seed << 40) + (static_cast<std::uint64_t>(split) << 32) + static_cast<std::uint64_t>(i);
  };
  for (std::int64_t i = 0; i < count; ++i) {
    set.about.push_back({"phantom " + std::to_string(seed_of(i)), {}, split, "phantom"});
  }
  auto* pixels = set.pixels.data_ptr<std::uint8_t>();
  for_each_image("drawing phantoms", count, [&](std::int64_t i) {
    PhantomSpec spec;
    spec.kind = kinds[static_cast<std::size_t>(i) % kinds.size()];
    spec.size = size;
    spec.bit_depth = 8;
    spec.seed = seed_of(i);
    store_pixels(draw_phantom(spec).image, size, pixels + i * size * size);
  });
  return set;
}

}  // namespace

ImageSet decode_images(const SampleList& list, int size) {
  ImageSet set = without_pixels(list, size);
  const std::int64_t count = set.size(), area = std::int64_t{size} * size;
  set.pixels = empty_pixels(count, size);
  auto* pixels = set.pixels.data_ptr<std::uint8_t>();
  std::vector<char> readable(list.samples.size(), 0);
  std::atomic<std::int64_t> missing{0};
  std::mutex counting;

  for_each_image("reading images", count, [&](std::int64_t i) {
    if (missing * 100 > count) return;  // it will throw: no use in reading on
    const Sample& sample = list.samples[static_cast<std::size_t>(i)];
    const Result<void> read = read_pixels(sample.file, size, pixels + i * area);
    readable[static_cast<std::size_t>(i)] = read.has_value();
    if (read) return;
    const std::lock_guard<std::mutex> lock(counting);
    if (missing * 100 > count) return;
    ++missing;
    std::cerr << sample.file.string() << ": " << read.error().message << " Left out.\n";
  });
  if (missing * 100 > count || count == 0) {
    throw std::runtime_error("at least " + std::to_string(missing) + " of " +
                             std::to_string(count) +
                             " images cannot be read; expected at most one in a hundred");
  }
  if (missing == 0) return set;

  // Moved up in place, since a copy would need the memory twice.
  std::vector<std::int64_t> kept;
  for (std::int64_t i = 0; i < count; ++i) {
    if (!readable[static_cast<std::size_t>(i)]) continue;
    const auto to = static_cast<std::int64_t>(kept.size());
    if (to != i) std::copy_n(pixels + i * area, area, pixels + to * area);
    std::swap(set.sources[static_cast<std::size_t>(to)], set.sources[static_cast<std::size_t>(i)]);
    std::swap(set.patients[static_cast<std::size_t>(to)],
              set.patients[static_cast<std::size_t>(i)]);
    std::swap(set.about[static_cast<std::size_t>(to)], set.about[static_cast<std::size_t>(i)]);
    kept.push_back(i);
  }
  set.pixels = set.pixels.narrow(0, 0, static_cast<std::int64_t>(kept.size()));
  set.targets = set.targets.index_select(0, torch::tensor(kept));
  set.sources.resize(kept.size());
  set.patients.resize(kept.size());
  set.about.resize(kept.size());
  return set;
}

ImageSet stream_images(SampleList list, int size) {
  ImageSet set = without_pixels(list, size);
  for (Sample& sample : list.samples) set.files.push_back(std::move(sample.file));
  return set;
}

ImageSet draw_phantoms(std::int64_t count, int size, Split split, std::uint64_t seed) {
  return draw({kPhantomKinds.begin(), kPhantomKinds.end()}, torch::eye(3),
              {std::begin(kPhantomLabels), std::end(kPhantomLabels)}, true, count, size, split,
              seed);
}

ImageSet draw_multi_label_phantoms(std::int64_t count, int size, Split split, std::uint64_t seed) {
  return draw({PhantomKind::normal, PhantomKind::lobar, PhantomKind::diffuse, PhantomKind::both},
              torch::tensor({0.0f, 0.0f, 1.0f, 0.0f, 0.0f, 1.0f, 1.0f, 1.0f}).view({4, 2}),
              {std::begin(kMultiLabelPhantomLabels), std::end(kMultiLabelPhantomLabels)}, false,
              count, size, split, seed);
}

torch::Tensor to_unit_range(const torch::Tensor& pixels) {
  return pixels.to(torch::kFloat32).div_(255.0);
}

}  // namespace thoraxlite
