#include "commands/dataset_option.h"

#include <cstdio>
#include <iterator>
#include <stdexcept>

#include "data/chexpert.h"
#include "data/equal_files.h"
#include "data/file_bytes.h"
#include "data/manifest.h"
#include "data/mimic_cxr.h"
#include "data/nih.h"
#include "data/padchest.h"
#include "data/rsna_pneumonia.h"
#include "data/vindr_cxr.h"

namespace thoraxlite {
namespace {

namespace fs = std::filesystem;

constexpr double kGibibyte = 1024.0 * 1024.0 * 1024.0;

struct Layout {
  const char* known_by;
  std::vector<fs::path> (*lists)(const fs::path& where);  // empty: it is another layout
  SampleList (*read)(const DataOptions& options);
};

std::vector<fs::path> some(const fs::path& file) {
  return file.empty() ? std::vector<fs::path>() : std::vector<fs::path>{file};
}

const Layout kLayouts[] = {
    {"manifest.csv", [](const fs::path& where) { return some(manifest_csv(where)); },
     [](const DataOptions& options) {
       return read_manifest(options.data, options.sources,
                            {options.file_column, options.patient_column, options.labels,
                             parse_uncertain(options.uncertain)});
     }},
    {"CheXpert's train.csv and valid.csv",
     [](const fs::path& where) {
       const bool both = fs::exists(where / "train.csv") && fs::exists(where / "valid.csv");
       return both ? std::vector<fs::path>{where / "train.csv", where / "valid.csv"}
                   : std::vector<fs::path>();
     },
     [](const DataOptions& options) {
       return read_chexpert(options.data, parse_uncertain(options.uncertain), options.sources);
     }},
    {"NIH's Data_Entry_2017.csv",
     [](const fs::path& where) {
       if (nih_csv(where).empty()) return std::vector<fs::path>();
       return std::vector<fs::path>{nih_csv(where), where / "train_val_list.txt",
                                    where / "test_list.txt"};
     },
     [](const DataOptions& options) {
       return read_nih(options.data, options.sources, options.incomplete);
     }},
    {"MIMIC-CXR-JPG's mimic-cxr-2.0.0-split.csv", mimic_cxr_lists,
     [](const DataOptions& options) {
       return read_mimic_cxr(options.data, parse_uncertain(options.uncertain), options.sources);
     }},
    {"PadChest's PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv",
     [](const fs::path& where) { return some(padchest_csv(where)); },
     [](const DataOptions& options) {
       return read_padchest(options.data, options.sources, options.labels);
     }},
    {"VinDr-CXR's image_labels_train.csv", vindr_cxr_lists,
     [](const DataOptions& options) { return read_vindr_cxr(options.data, options.sources); }},
    {"RSNA's stage_2_train_labels.csv", rsna_pneumonia_lists,
     [](const DataOptions& options) { return read_rsna_pneumonia(options.data, options.sources); }},
};

const Layout& recognise(const fs::path& where) {
  std::string expected;
  for (const Layout& layout : kLayouts) {
    if (!layout.lists(where).empty()) return layout;
    expected += std::string(expected.empty() ? "" : "; ") + layout.known_by;
  }
  throw std::runtime_error(where.string() +
                           (fs::is_directory(where) ? ": no dataset" : ": no such folder") +
                           "; expected a csv file, or a folder with one of: " + expected);
}

fs::path first_list(const fs::path& where) {
  return recognise(where).lists(where).front();
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
  return read_samples(options).labels;
}

SampleList read_samples(const DataOptions& options) {
  const fs::path list = first_list(options.data);
  SampleList samples = keep_labels(recognise(options.data).read(options), options.labels, list);
  if (options.incomplete) samples = keep_existing(std::move(samples), list);
  return samples;
}

SampleList load_samples(const DataOptions& options) {
  SampleList list = read_samples(options);
  refuse_shared_patients(list, first_list(options.data));
  return list;
}

void refuse_equal_films(const DataOptions& options) {
  if (phantom_data(options.data).count > 0) return;
  refuse_equal_files(load_samples(options), first_list(options.data));
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

std::string dataset_digest(const std::string& data) {
  if (phantom_data(data).count > 0) return "";
  std::vector<std::uint8_t> all;
  for (const fs::path& file : recognise(data).lists(data)) {
    const std::vector<std::uint8_t> bytes = require_file(file);
    all.insert(all.end(), bytes.begin(), bytes.end());
  }
  return sha256_hex(view(all));
}

}  // namespace thoraxlite
