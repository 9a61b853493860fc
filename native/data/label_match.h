// Labels of a dataset for a model that was trained on another one: by name, or as a file says.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace thoraxlite {

// Pairs of a model's label and a dataset's label that stands for it; the second is empty where
// nothing does.
using LabelsMap = std::vector<std::pair<std::string, std::string>>;

// A csv file with the columns model and data, one pair a row. A label may stand in several rows.
// Throws std::runtime_error naming file and row: a label of the model that is empty, a pair that
// stands there twice.
LabelsMap read_labels_map(const std::filesystem::path& file);

struct LabelMatch {
  std::vector<std::vector<std::size_t>> from;  // [model's labels]: places among the data's; or none
  std::vector<std::string> unknown;            // the model's, of which the data says nothing
  std::vector<std::string> unused;             // the data's that the model lacks
};

// Of a label that the map names, what the map says; of all others the same name. Throws
// std::runtime_error with both lists, naming `where`: a label of the map that is none of the
// model's or the data's, and where no label matches.
LabelMatch match_labels(const std::vector<std::string>& model, const std::vector<std::string>& data,
                        const LabelsMap& map, const std::string& where);

// Targets of the model's labels: 1 where any of the data's that stand for it is 1, else unknown
// where any is unknown or none stands for it, else 0.
std::vector<float> matched_targets(const LabelMatch& match, const std::vector<float>& targets);

}  // namespace thoraxlite
