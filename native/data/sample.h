// A dataset as a list of samples, before any image is read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace thoraxlite {

enum class Split { train, validation, test };

// "train", "val" (or "valid", "validation") or "test", also in capitals; throws std::runtime_error.
Split parse_split(const std::string& name);
const char* to_string(Split split);

// A target of which nothing is known: not counted in any loss or figure.
inline constexpr float kUnknown = -1.0f;

struct Sample {
  std::filesystem::path file;
  std::vector<float> targets;  // [labels]: 1 present, 0 absent, or kUnknown
  Split split = Split::train;
  std::string source;        // hospital, collection or view; figures are reported for each
  std::string patient = {};  // whoever has the same is the same one; empty: unknown
  double age_years = std::numeric_limits<double>::quiet_NaN();  // NaN: unknown
  // What else its list says of it, by the names of the columns; of CheXpert, NIH and the like by
  // the names sex (F, M), view (PA, AP, ...) and reader. Empty texts are left out.
  std::map<std::string, std::string> columns = {};
  std::size_t row = 0;  // of its list's file, whose header is row 1; 0: not told

  // Keeps a text under a name, unless it is empty.
  void set_column(const char* name, const std::string& text) {
    if (!text.empty()) columns[name] = text;
  }
};

// Years of "58", "58.0" or "058Y"; NaN of anything else, and of what no person is: lists of
// hospitals have such ages (NIH's has 411), and 0 where none was given.
double plausible_years(const std::string& text);

// Of somebody below 18 years, or of a source of children (Kermany et al. 2018: one to five years).
bool is_of_child(const Sample& sample);

struct SampleList {
  std::vector<std::string> labels;
  bool exclusive = true;  // exactly one label a sample; kUnknown all of them or none
  std::vector<Sample> samples;
};

// The samples of one split, in their order.
SampleList select(SampleList list, Split split);

// The samples of the named sources, in their order; none named: all. Throws std::runtime_error
// naming `file`, where the list was read from, and its sources, if a named one has no sample.
SampleList keep_sources(SampleList list, const std::vector<std::string>& sources,
                        const std::filesystem::path& file);

// The deepest folder that holds all of the samples' files. samples: at least one.
std::filesystem::path common_folder(const std::vector<Sample>& samples);

// Those labels alone, in that order; none named: all. What is exclusive stays so only with every
// label. Throws std::runtime_error naming `file` and its labels, if a named one is none of them.
SampleList keep_labels(SampleList list, const std::vector<std::string>& labels,
                       const std::filesystem::path& file);

// Throws std::runtime_error naming `file`, the patient and both rows, if one is in two splits.
void refuse_shared_patients(const SampleList& list, const std::filesystem::path& file);

// Only what is there, with one line on standard error of how many are not. Looks for every file.
SampleList keep_existing(SampleList list, const std::filesystem::path& file);

// Training images with the labels of about `share` (0 .. 1) of them; the rest becomes kUnknown. A
// file's path below the folder that holds all of the list alone decides, so another seed or machine
// knows the same ones.
SampleList forget_labels(SampleList list, double share);

// folder / name for a name that was read from a file, with / or \ between folders. Throws
// std::runtime_error if it is empty or leads out of the folder: absolute, or with "..".
std::filesystem::path path_below(const std::filesystem::path& folder, const std::string& name);

// What a list lost on the way to samples. More than one in a hundred of `count`: throws
// std::runtime_error; some: one line on standard error; both as "file: lost of count what".
void allow_few(std::int64_t lost, std::int64_t count, const std::string& what,
               const std::filesystem::path& file);

}  // namespace thoraxlite
