#include "training/guide.h"

#include <torch/torch.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "data/file_bytes.h"
#include "training/memory_layout.h"
#include "training/predict.h"
#include "training/progress.h"
#include "training/run_folder.h"
#include "training/trained_network.h"
#include "training/whole_file.h"

namespace thoraxlite {
namespace {

constexpr std::size_t kDigestBytes = 64;  // of hexadecimal SHA-256

// What the outputs depend on, apart from this program.
std::string digest_of(const std::filesystem::path& weights, const RunOptions& options,
                      const std::set<std::string>& maps, const torch::Tensor& columns,
                      const ImageSet& images) {
  // Not its paths: a run may move.
  std::string text = options.architecture + " " + std::to_string(options.input.size) + " " +
                     std::to_string(options.input.mean) + " " + std::to_string(options.input.std) +
                     " " + std::to_string(options.stride) + " " + std::to_string(images.size());
  for (const auto& map : maps) text += "\n" + map;
  if (columns.defined()) {
    text += "\nlabels";
    for (std::int64_t i = 0; i < columns.numel(); ++i) {
      text += " " + std::to_string(columns[i].item<std::int64_t>());
    }
  }
  if (!options.lungs.empty()) {
    text += "\n" + std::to_string(options.lung_margin) + " " + options.outside + " " +
            sha256_hex(view(require_file(options.lungs)));
  }
  const auto add = [&](const std::vector<std::uint8_t>& bytes) {
    text += "\n" + sha256_hex(view(bytes));
  };
  add(require_file(weights));
  if (images.streams()) {
    // Their contents would take as long to read as the cache saves.
    for (const auto& file : images.files) {
      std::error_code missing;  // a file that is not there is BatchReader's to report
      const auto size = std::filesystem::file_size(file, missing);
      const auto changed = std::filesystem::last_write_time(file, missing).time_since_epoch();
      text +=
          "\n" + file.string() + " " + std::to_string(size) + " " + std::to_string(changed.count());
    }
  } else {
    const auto* first = images.pixels.data_ptr<std::uint8_t>();
    text += "\n" + sha256_hex({first, static_cast<std::size_t>(images.pixels.numel())});
  }
  return sha256_hex({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

// Where each label is among the guide's; undefined where they are the same.
torch::Tensor columns_of(const std::vector<std::string>& labels,
                         const std::vector<std::string>& guide, const std::string& run) {
  if (labels == guide) return {};
  std::vector<std::int64_t> columns;
  for (const std::string& label : labels) {
    const auto found = std::find(guide.begin(), guide.end(), label);
    if (found == guide.end()) {
      throw std::runtime_error(run + ": its labels lack '" + label + "' of the data");
    }
    columns.push_back(found - guide.begin());
  }
  return torch::tensor(columns, torch::kInt64);
}

std::string size_text(std::int64_t bytes) {
  const double mebibytes = static_cast<double>(bytes) / (1024.0 * 1024.0);
  char text[32];
  std::snprintf(text, sizeof text, mebibytes < 1024 ? "%.1f MiB" : "%.1f GiB",
                mebibytes < 1024 ? mebibytes : mebibytes / 1024);
  return text;
}

}  // namespace

// digest | logits, float32 [N, labels] | each map, float16 [N, C, H, W], in the order of its name
struct Guide::Cache {
  torch::Tensor bytes;  // uint8, mapped from the file
  torch::Tensor logits;
  std::map<std::string, torch::Tensor> maps;
};

Guide::Guide(const std::filesystem::path& run, const std::vector<std::string>& labels,
             const std::set<std::string>& maps, torch::Device device)
    : maps_(maps), device_(device), weights_(weights_of(run)) {
  TrainedNetwork trained = load_trained(run);
  columns_ = columns_of(labels, trained.labels, run.string());
  options_ = std::move(trained.options);
  input_ = std::make_unique<FilmInput>(options_);
  network_ = std::move(trained.network);
  network_->to(device_);
  use_channels_last(*network_);
  for (torch::Tensor parameter : network_->parameters()) parameter.requires_grad_(false);

  const torch::NoGradGuard no_grad;
  const int size = options_.input.size;
  const ModelOutput trial =
      network_->forward(torch::zeros({1, 1, size, size}, torch::device(device_)));
  std::set<std::string> there;
  std::string names;
  for (const auto& [name, map] : trial.features) {
    if (map.dim() != 4) continue;
    there.insert(name);
    names += (names.empty() ? "" : ", ") + name;
  }
  for (const auto& name : maps_) {
    if (there.count(name)) continue;
    throw std::runtime_error(run.string() + ": its network has no feature map '" + name +
                             "'; it has " + names);
  }
}

Guide::~Guide() = default;

GuideOutput Guide::wanted(const ModelOutput& output) const {
  GuideOutput result{output.logits.to(torch::kFloat32), {}};
  if (columns_.defined()) {
    result.logits = result.logits.index_select(1, columns_.to(result.logits.device()));
  }
  for (const auto& [name, map] : output.features) {
    if (maps_.count(name)) result.maps[name] = map.to(torch::kFloat32);
  }
  return result;
}

GuideOutput Guide::outputs(const torch::Tensor& images, const torch::Tensor& index) {
  if (cache_) {
    const auto pick = [&](const torch::Tensor& values) {
      return values.index_select(0, index).to(device_).to(torch::kFloat32);
    };
    GuideOutput result{pick(cache_->logits), {}};
    for (const auto& [name, map] : cache_->maps) result.maps[name] = pick(map);
    return result;
  }
  const torch::NoGradGuard no_grad;
  return wanted(network_->forward((*input_)(images)));
}

torch::Tensor Guide::logits(const ImageSet& images) {
  const torch::NoGradGuard no_grad;
  const torch::Tensor all = predict_logits(*network_, images, *input_, device_);
  return columns_.defined() ? all.index_select(1, columns_) : all;
}

void Guide::cache(const ImageSet& images, const std::filesystem::path& file) {
  const std::string digest = digest_of(weights_, options_, maps_, columns_, images);
  const torch::NoGradGuard no_grad;
  const int size = options_.input.size;
  const GuideOutput one =
      wanted(network_->forward(torch::zeros({1, 1, size, size}, torch::device(device_))));
  const std::int64_t count = images.size();
  std::int64_t total = static_cast<std::int64_t>(kDigestBytes) + count * one.logits.numel() * 4;
  for (const auto& [name, map] : one.maps) total += count * map.numel() * 2;

  const auto open = [&](const std::filesystem::path& path, bool create) {
    Cache cache;
    cache.bytes = torch::from_file(path.string(), /*shared=*/create, total, torch::kUInt8);
    std::int64_t begin = static_cast<std::int64_t>(kDigestBytes);
    const auto next = [&](const torch::Tensor& shape, torch::ScalarType type) {
      std::vector<std::int64_t> sizes = shape.sizes().vec();
      sizes[0] = count;
      const std::int64_t bytes =
          count * shape.numel() * static_cast<std::int64_t>(torch::elementSize(type));
      const torch::Tensor part = cache.bytes.narrow(0, begin, bytes).view(type).view(sizes);
      begin += bytes;
      return part;
    };
    cache.logits = next(one.logits, torch::kFloat32);
    for (const auto& [name, map] : one.maps) cache.maps[name] = next(map, torch::kHalf);
    return cache;
  };

  std::string there(kDigestBytes, '\0');
  std::ifstream(file, std::ios::binary).read(there.data(), kDigestBytes);
  std::error_code error;
  const bool fresh = there == digest &&
                     std::filesystem::file_size(file, error) == static_cast<std::uintmax_t>(total);
  if (!fresh) {
    std::filesystem::remove(file);  // a stale one, whose room is needed
    WholeFile whole(file);
    const std::string size = size_text(total);
    try {
      whole.reserve(static_cast<std::size_t>(total));
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(std::string(error.what()) + "; what the guide says of " +
                               std::to_string(count) + " images takes " + size +
                               ": make room, or leave --cache-teacher out");
    }
    std::cerr << file.string() << ": " << size << ", until the run is trained\n";
    {
      const Cache made = open(whole.part(), true);
      Progress progress("caching " + options_.architecture, count);
      predict(*network_, images, *input_, device_,
              [&](std::int64_t begin, const ModelOutput& output) {
                const GuideOutput outputs = wanted(output);
                const std::int64_t batch = outputs.logits.size(0);
                made.logits.narrow(0, begin, batch).copy_(outputs.logits);
                for (const auto& [name, map] : outputs.maps) {
                  made.maps.at(name).narrow(0, begin, batch).copy_(map);
                }
                progress.advance(batch);
              });
      std::copy(digest.begin(), digest.end(), made.bytes.data_ptr<std::uint8_t>());
    }
    whole.publish();
  }
  cache_ = std::make_unique<Cache>(open(file, false));
}

}  // namespace thoraxlite
