#include "commands/dataset_option.h"

#include <torch/torch.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <stdexcept>

#include "data/chexpert.h"
#include "data/file_bytes.h"
#include "data/label_match.h"
#include "data/manifest.h"
#include "data/nih.h"
#include "data/phantom.h"
#include "evaluation/subgroups.h"

namespace thoraxlite {
namespace {

namespace fs = std::filesystem;

constexpr double kGibibyte = 1024.0 * 1024.0 * 1024.0;

enum class DatasetKind { manifest, chexpert, nih };

DatasetKind recognise(const fs::path& folder) {
  if (fs::exists(folder / "manifest.csv")) return DatasetKind::manifest;
  if (fs::exists(folder / "train.csv") && fs::exists(folder / "valid.csv"))
    return DatasetKind::chexpert;
  if (!nih_csv(folder).empty()) return DatasetKind::nih;
  throw std::runtime_error(folder.string() +
                           (fs::is_directory(folder) ? ": no dataset" : ": no such folder") +
                           "; expected a folder with manifest.csv, or CheXpert's train.csv and "
                           "valid.csv, or NIH's Data_Entry_2017.csv");
}

std::vector<fs::path> listing_files(const fs::path& folder) {
  switch (recognise(folder)) {
    case DatasetKind::manifest:
      return {folder / "manifest.csv"};
    case DatasetKind::chexpert:
      return {folder / "train.csv", folder / "valid.csv"};
    case DatasetKind::nih:
      break;
  }
  return {nih_csv(folder), folder / "train_val_list.txt", folder / "test_list.txt"};
}

double gibibytes(std::int64_t count, int size) {
  return static_cast<double>(count) * size * size / kGibibyte;
}

ImageSet draw(const PhantomData& phantoms, const DataOptions& options, Split split, int size) {
  if (options.labelled < 1) {
    throw std::runtime_error("--labelled " + std::to_string(options.labelled) + ": '" +
                             options.data + "' are all labelled; expected a folder, or 1");
  }
  const std::int64_t count = split == Split::train ? phantoms.count : phantoms.count / 3;
  if (gibibytes(count, size) > options.memory_limit) {
    throw std::runtime_error(
        "'" + options.data + "' needs " + std::to_string(gibibytes(count, size)) +
        " GiB of memory; expected at most " + std::to_string(options.memory_limit));
  }
  return phantoms.multi_label ? draw_multi_label_phantoms(count, size, split, options.seed)
                              : draw_phantoms(count, size, split, options.seed);
}

ImageSet read(const DataOptions& options, Split split, int size) {
  SampleList list = select(load_samples(options), split);
  if (options.labelled < 1) list = forget_labels(std::move(list), options.labelled);
  if (list.samples.empty()) {
    throw std::runtime_error(options.data + ": no image of split " + to_string(split) +
                             "; expected at least one");
  }
  const auto count = static_cast<std::int64_t>(list.samples.size());
  return gibibytes(count, size) > options.memory_limit ? stream_images(std::move(list), size)
                                                       : decode_images(list, size);
}

}  // namespace

PhantomData phantom_data(const std::string& data) {
  const std::string kind = data.substr(0, data.find(':') + 1);
  if (kind != "phantom:" && kind != "phantom-multi:") return {};
  const std::string digits = data.substr(kind.size());
  const bool number = !digits.empty() && digits.size() < 8 &&
                      digits.find_first_not_of("0123456789") == std::string::npos;
  const std::int64_t count = number ? std::stoll(digits) : 0;
  if (count < 30 || count > 1'000'000) {
    throw std::runtime_error("'" + data + "': expected " + kind +
                             "COUNT, COUNT from 30 to 1000000");
  }
  return {count, kind == "phantom-multi:"};
}

std::vector<std::string> load_labels(const DataOptions& options) {
  const PhantomData phantoms = phantom_data(options.data);
  if (phantoms.multi_label) {
    return {std::begin(kMultiLabelPhantomLabels), std::end(kMultiLabelPhantomLabels)};
  }
  if (phantoms.count > 0) return {std::begin(kPhantomLabels), std::end(kPhantomLabels)};
  switch (recognise(options.data)) {
    case DatasetKind::manifest:
      return read_manifest(options.data).labels;
    case DatasetKind::chexpert:
      return {kCheXpertLabels.begin(), kCheXpertLabels.end()};
    case DatasetKind::nih:
      break;
  }
  return {kNihFindings.begin(), kNihFindings.end()};
}

SampleList load_samples(const DataOptions& options) {
  switch (recognise(options.data)) {
    case DatasetKind::manifest:
      return read_manifest(options.data, options.sources);
    case DatasetKind::chexpert:
      return read_chexpert(options.data, parse_uncertain(options.uncertain), options.sources);
    case DatasetKind::nih:
      break;
  }
  return read_nih(options.data, options.sources);
}

DataOutline outline(const DataOptions& options) {
  const PhantomData phantoms = phantom_data(options.data);
  if (phantoms.count > 0) {
    const ImageSet few = draw({36, phantoms.multi_label}, options, Split::train, kMinPhantomSize);
    const std::int64_t others = phantoms.count / 3;
    return {few.labels, phantoms.count, others, others, few.targets, few.sources};
  }
  SampleList list = load_samples(options);
  if (options.labelled < 1) list = forget_labels(std::move(list), options.labelled);
  const auto count = [&](Split split) {
    return std::count_if(list.samples.begin(), list.samples.end(),
                         [split](const Sample& sample) { return sample.split == split; });
  };
  const std::int64_t training = count(Split::train), validation = count(Split::validation),
                     test = count(Split::test);
  const ImageSet images = stream_images(select(std::move(list), Split::train), kMinPhantomSize);
  return {images.labels, training, validation, test, images.targets, images.sources};
}

ImageSet load_images(const DataOptions& options, Split split, int size) {
  const PhantomData phantoms = phantom_data(options.data);
  ImageSet images =
      phantoms.count > 0 ? draw(phantoms, options, split, size) : read(options, split, size);
  std::string counts;
  for (std::size_t label = 0; label < images.labels.size(); ++label) {
    const auto column = images.targets.select(1, static_cast<std::int64_t>(label));
    counts += ", " + images.labels[label] + " " +
              std::to_string(column.eq(1.0).sum().item<std::int64_t>());
  }
  const auto unlabelled = images.targets.lt(0).all(1).sum().item<std::int64_t>();
  if (unlabelled > 0) counts += ", no label known " + std::to_string(unlabelled);
  std::fprintf(stderr, "%s: %lld images%s%s\n", to_string(split),
               static_cast<long long>(images.size()), counts.c_str(),
               images.streams() ? "; read from disk as they are needed" : "");
  return images;
}

std::string film_name(const std::string& data, const fs::path& file) {
  if (phantom_data(data).count > 0) return file.generic_string();
  fs::path folder = fs::path(data).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();
  return file.lexically_normal().lexically_relative(folder).generic_string();
}

ImageSet with_labels(ImageSet images, const std::vector<std::string>& labels,
                     const std::string& data) {
  if (images.labels == labels) return images;
  const LabelMatch match = match_labels(labels, images.labels, {}, data);
  if (!match.unknown.empty() || !match.unused.empty()) {
    const std::string& other = match.unknown.empty() ? match.unused.front() : match.unknown.front();
    throw std::runtime_error(data + ": its labels are not those that the run was trained with: '" +
                             other + "' is one of " +
                             (match.unknown.empty() ? "its" : "the run's") + " alone");
  }
  std::vector<std::int64_t> order;
  for (const auto& from : match.from) order.push_back(static_cast<std::int64_t>(from.front()));
  images.targets = images.targets.index_select(1, torch::tensor(order));
  images.labels = labels;
  return images;
}

void check_subgroups(const std::vector<std::string>& columns, const DataOptions& options,
                     Split split) {
  if (columns.empty()) return;
  ScoredImages images;
  if (phantom_data(options.data).count > 0) {
    images.scores.emplace_back();
    images.sources.emplace_back("phantom");
  } else {
    for (const Sample& sample : select(load_samples(options), split).samples) {
      images.scores.emplace_back();
      images.sources.push_back(sample.source);
      images.ages.push_back(sample.age_years);
      images.columns.push_back(sample.columns);
    }
  }
  for (const std::string& column : columns) subgroups_by(column, images);
}

std::string dataset_digest(const std::string& data) {
  if (phantom_data(data).count > 0) return "";
  std::vector<std::uint8_t> all;
  for (const fs::path& file : listing_files(data)) {
    const std::vector<std::uint8_t> bytes = require_file(file);
    all.insert(all.end(), bytes.begin(), bytes.end());
  }
  return sha256_hex(view(all));
}

}  // namespace thoraxlite
