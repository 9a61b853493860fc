#include "commands/dataset_option.h"

#include <torch/torch.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <stdexcept>

#include "data/chexpert.h"
#include "data/equal_files.h"
#include "data/file_bytes.h"
#include "data/film_folder.h"
#include "data/folds.h"
#include "data/hospitals.h"
#include "data/label_match.h"
#include "data/manifest.h"
#include "data/mimic_cxr.h"
#include "data/nih.h"
#include "data/padchest.h"
#include "data/phantom.h"
#include "data/reading.h"
#include "data/rsna_pneumonia.h"
#include "data/unlabelled.h"
#include "data/vindr_cxr.h"
#include "evaluation/subgroups.h"
#include "training/predict.h"

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

// Where no list is known.
const Layout kFilmFolder = {
    "",
    [](const fs::path& where) {
      return has_films(where) ? std::vector<fs::path>{where} : std::vector<fs::path>();
    },
    [](const DataOptions& options) {
      return keep_sources(
          read_film_folder(options.data, options.labels, options.without_list == "one"),
          options.sources, options.data);
    }};

// Null where no list is known.
const Layout* listed_layout(const fs::path& where) {
  for (const Layout& layout : kLayouts) {
    if (!layout.lists(where).empty()) return &layout;
  }
  return nullptr;
}

const Layout& recognise(const DataOptions& options) {
  const fs::path where = options.data;
  if (const Layout* layout = listed_layout(where)) return *layout;
  if (!options.without_list.empty() && has_films(where)) return kFilmFolder;
  std::string expected;
  for (const Layout& layout : kLayouts) {
    expected += std::string(expected.empty() ? "" : "; ") + layout.known_by;
  }
  throw std::runtime_error(where.string() +
                           (fs::is_directory(where) ? ": no dataset" : ": no such folder") +
                           "; expected a csv file, or a folder with one of: " + expected);
}

fs::path first_list(const DataOptions& options) {
  return recognise(options).lists(options.data).front();
}

double gibibytes(std::int64_t count, int size) {
  return static_cast<double>(count) * size * size / kGibibyte;
}

ImageSet draw(const PhantomData& phantoms, const DataOptions& options, Split split, int size) {
  if (options.labelled < 1) {
    throw std::runtime_error("--labelled " + std::to_string(options.labelled) + ": '" +
                             options.data + "' are all labelled; expected a folder, or 1");
  }
  if (!options.labels.empty()) {
    throw std::runtime_error("--labels: '" + options.data + "' have labels of their own");
  }
  if (options.reader) {
    throw std::runtime_error("--reader: nobody has read '" + options.data + "'; expected a folder");
  }
  if (!options.leave_out.empty()) {
    throw std::runtime_error("--leave-out: '" + options.data + "' come from no hospital");
  }
  if (!options.unlabelled.empty()) {
    throw std::runtime_error("--unlabelled: '" + options.data + "' are drawn; expected a folder");
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

// The phantoms of training and validation, dealt out as films are.
ImageSet draw_fold(const PhantomData& phantoms, const DataOptions& options, Split split, int size) {
  ImageSet all = draw(phantoms, options, Split::train, size);
  const ImageSet more = draw(phantoms, options, Split::validation, size);
  all.pixels = torch::cat({all.pixels, more.pixels});
  all.targets = torch::cat({all.targets, more.targets});
  all.about.insert(all.about.end(), more.about.begin(), more.about.end());

  SampleList list{all.labels, all.exclusive, all.about};
  const auto targets = to_rows(all.targets);
  for (std::size_t i = 0; i < targets.size(); ++i) list.samples[i].targets = targets[i];
  const Fold fold = parse_fold(options.fold);
  const std::vector<int> folds = deal_into_folds(list, fold.count);
  std::vector<std::int64_t> wanted;
  std::vector<Sample> about;
  for (std::size_t i = 0; i < folds.size(); ++i) {
    if (split_of(folds[i], fold) != split) continue;
    wanted.push_back(static_cast<std::int64_t>(i));
    about.push_back(all.about[i]);
    about.back().split = split;
  }
  all.pixels = all.pixels.index_select(0, torch::tensor(wanted));
  all.targets = all.targets.index_select(0, torch::tensor(wanted));
  all.sources.assign(wanted.size(), all.sources.front());
  all.about = std::move(about);
  return all;
}

SampleList load_unfolded_samples(const DataOptions& options) {
  SampleList list = read_samples(options);
  refuse_shared_patients(list, first_list(options));
  return list;
}

// In a fold's splits, or with hospitals left out; with the labels of the lists.
SampleList load_folded_samples(const DataOptions& options) {
  SampleList list = load_unfolded_samples(options);
  const Fold fold = parse_fold(options.fold);
  if (options.leave_out.empty()) return split_by_fold(std::move(list), fold);
  if (fold.count > 0) {
    throw std::runtime_error("--fold " + options.fold +
                             " with --leave-out: both say what is held out; expected one of them");
  }
  return leave_out(std::move(list), options.leave_out, first_list(options));
}

// The training films of --unlabelled. all: the samples of every split. A line to `told` for each
// folder of which some are left out.
void add_unlabelled(SampleList& training, const SampleList& all, const DataOptions& options,
                    std::FILE* told = nullptr) {
  if (options.unlabelled.empty()) return;
  if (!options.leave_out.empty() || !options.fold.empty()) {
    throw std::runtime_error(
        "--unlabelled with --fold or --leave-out: whether its films are of who is held out is not "
        "known; expected one of them");
  }
  for (const std::string& data : options.unlabelled) {
    DataOptions more;
    more.data = data;
    more.without_list = "findings";
    more.incomplete = options.incomplete;
    const SampleList films = select(load_unfolded_samples(more), Split::train);
    const fs::path inside = fs::is_directory(data) ? fs::path(data) / "list" : fs::path(data);
    const std::size_t left_out =
        add_unlabelled(training, all, films.samples,
                       fs::absolute(inside).lexically_normal().parent_path().filename().string());
    if (left_out == 0 || told == nullptr) continue;
    std::fprintf(told,
                 "%s: %zu of %zu training images left out: their patients' numbers are those of "
                 "validation or test patients of %s\n",
                 data.c_str(), left_out, films.samples.size(), options.data.c_str());
  }
}

ImageSet read(const DataOptions& options, Split split, int size) {
  const SampleList all = load_folded_samples(options);
  SampleList list = select(all, split);
  if (options.reader) {
    const ReadingCounts counts = label_by_reading(list, first_list(options));
    if (split != Split::test) {
      std::fprintf(stderr,
                   "%s: by the radiologists' readings %lld labels changed, %lld images left out\n",
                   to_string(split), static_cast<long long>(counts.changed),
                   static_cast<long long>(counts.left_out));
    }
  }
  if (options.labelled < 1) list = forget_labels(std::move(list), options.labelled);
  if (split == Split::train) add_unlabelled(list, all, options, stderr);
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

bool is_film_folder(const std::string& data) {
  return phantom_data(data).count == 0 && listed_layout(data) == nullptr && has_films(data);
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
  const fs::path list = first_list(options);
  SampleList samples = keep_labels(recognise(options).read(options), options.labels, list);
  if (options.incomplete) samples = keep_existing(std::move(samples), list);
  return samples;
}

void refuse_equal_films(const DataOptions& options) {
  if (phantom_data(options.data).count > 0) return;
  SampleList list = load_samples(options);
  add_unlabelled(list, list, options);
  refuse_equal_files(list, first_list(options));
}

SampleList load_samples(const DataOptions& options) {
  SampleList list = load_folded_samples(options);
  if (options.reader) label_by_reading(list, first_list(options));
  return list;
}

std::vector<Hospital> load_hospitals(const DataOptions& options,
                                     const std::vector<std::string>& same) {
  if (phantom_data(options.data).count > 0) {
    throw std::runtime_error("'" + options.data + "' come from no hospital; expected a dataset");
  }
  return hospitals_of(load_unfolded_samples(options), same, first_list(options));
}

DataOutline outline(const DataOptions& options) {
  const PhantomData phantoms = phantom_data(options.data);
  if (phantoms.count > 0) {
    const ImageSet few = draw({36, phantoms.multi_label}, options, Split::train, kMinPhantomSize);
    const std::int64_t others = phantoms.count / 3;
    const Fold fold = parse_fold(options.fold);
    if (fold.count == 0) {
      return {few.labels, few.exclusive, phantoms.count, others, others, few.targets, few.about};
    }
    const std::int64_t part = (phantoms.count + others) / fold.count;
    return {few.labels, few.exclusive, part * (fold.count - 2), part, part, few.targets, few.about};
  }
  SampleList list = load_samples(options);
  const auto any_label = [&](Split split) {
    return std::any_of(list.samples.begin(), list.samples.end(), [split](const Sample& sample) {
      return sample.split == split && std::any_of(sample.targets.begin(), sample.targets.end(),
                                                  [](float target) { return target >= 0; });
    });
  };
  const bool of_validation = any_label(Split::validation), of_test = any_label(Split::test);
  if (options.labelled < 1) list = forget_labels(std::move(list), options.labelled);
  add_unlabelled(list, list, options);
  const auto count = [&](Split split) {
    return std::count_if(list.samples.begin(), list.samples.end(),
                         [split](const Sample& sample) { return sample.split == split; });
  };
  const std::int64_t training = count(Split::train), validation = count(Split::validation),
                     test = count(Split::test);
  const ImageSet images = stream_images(select(std::move(list), Split::train), kMinPhantomSize);
  return {images.labels,  images.exclusive, training,      validation, test,
          images.targets, images.about,     of_validation, of_test};
}

ImageSet load_images(const DataOptions& options, Split split, int size) {
  const PhantomData phantoms = phantom_data(options.data);
  ImageSet images = phantoms.count == 0    ? read(options, split, size)
                    : options.fold.empty() ? draw(phantoms, options, split, size)
                                           : draw_fold(phantoms, options, split, size);
  std::string counts;
  const auto unlabelled = images.targets.lt(0).all(1).sum().item<std::int64_t>();
  for (std::size_t label = 0; label < images.labels.size(); ++label) {
    if (unlabelled == images.size()) break;
    const auto column = images.targets.select(1, static_cast<std::int64_t>(label));
    counts += ", " + images.labels[label] + " " +
              std::to_string(column.eq(1.0).sum().item<std::int64_t>());
  }
  if (unlabelled > 0) counts += ", no label known " + std::to_string(unlabelled);
  std::fprintf(stderr, "%s: %lld images%s%s\n", to_string(split),
               static_cast<long long>(images.size()), counts.c_str(),
               images.streams() ? "; read from disk as they are needed" : "");
  return images;
}

std::string describe_folds(const DataOptions& options) {
  const PhantomData phantoms = phantom_data(options.data);
  if (phantoms.count == 0) return fold_unit(load_unfolded_samples(options));
  return std::to_string(phantoms.count + phantoms.count / 3) +
         " drawn phantoms, dealt out by image";
}

std::string film_name(const std::string& data, const fs::path& file) {
  if (phantom_data(data).count > 0) return file.generic_string();
  fs::path folder = fs::path(data).lexically_normal();
  if (!folder.has_filename() || fs::is_regular_file(folder)) folder = folder.parent_path();
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
  const Layout* layout = listed_layout(data);
  if (layout == nullptr) return film_folder_digest(data);
  std::vector<std::uint8_t> all;
  for (const fs::path& file : layout->lists(data)) {
    const std::vector<std::uint8_t> bytes = require_file(file);
    all.insert(all.end(), bytes.begin(), bytes.end());
  }
  return sha256_hex(view(all));
}

}  // namespace thoraxlite
