// A run folder: options.json (options, labels, where the weights come from), metrics.jsonl,
// checkpoint.pt, best.pt.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "training/run_options.h"

namespace thoraxlite {

// Makes the folder one of these options. One that is there already must have the same: throws
// std::runtime_error naming the first that differs.
void claim_run_folder(const std::filesystem::path& run, const RunOptions& options,
                      const std::vector<std::string>& labels,
                      const nlohmann::ordered_json& provenance);

// These throw std::runtime_error naming the file.
RunOptions read_run_options(const std::filesystem::path& run);
std::vector<std::string> read_run_labels(const std::filesystem::path& run);
nlohmann::ordered_json read_run_file(const std::filesystem::path& run);  // options.json, whole

// Keeps of metrics.jsonl the lines of the first `epochs` epochs, each once: a kill may have left an
// epoch that no checkpoint knows, or half a line.
void trim_metrics(const std::filesystem::path& run, std::int64_t epochs);

}  // namespace thoraxlite
