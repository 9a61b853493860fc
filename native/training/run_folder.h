// A run folder: options.json (options, labels, where the weights come from), metrics.jsonl,
// checkpoint.pt, best.pt (or imported.safetensors of training/imported_run.h), lock, which a
// process holds that trains in it, and lungs.safetensors where the network sees lungs.
//
// Runs may move: options.json has a guide's folder as it lies from this one ("../teacher"), and
// data and weights to start from by absolute paths. Runs made before 2026-11-30 have all of them as
// they were typed.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "training/run_options.h"

namespace thoraxlite {

// Of a network that was trained elsewhere (training/imported_run.h): its weights' file.
inline constexpr const char* kImportedFile = "imported.safetensors";

// The file of the best weights, whether or not it is there.
std::filesystem::path weights_of(const std::filesystem::path& run);

// Whether there are weights in the folder; before there are, other options lose nothing.
bool training_began(const std::filesystem::path& run);

// Makes the folder one of these options. One where training has begun must have the same: throws
// std::runtime_error naming the first that differs. --epochs may be raised; the data, and the
// guides' folders, may lie elsewhere if they are the same. provenance: data_sha256, and guides, the
// digests of their weights, are compared too where both have them.
void claim_run_folder(const std::filesystem::path& run, const RunOptions& options,
                      const std::vector<std::string>& labels,
                      const nlohmann::ordered_json& provenance);

// The same comparison, which leaves everything as it is.
void check_run_folder(const std::filesystem::path& run, const RunOptions& options,
                      const std::vector<std::string>& labels,
                      const nlohmann::ordered_json& provenance);

// Throws std::runtime_error if labels or digest (empty: unknown) are not those of the data that the
// run was trained with.
void check_run_data(const std::filesystem::path& run, const std::vector<std::string>& labels,
                    const std::string& data_sha256);

// These throw std::runtime_error naming the file.
RunOptions read_run_options(const std::filesystem::path& run);  // guides as paths from here
std::vector<std::string> read_run_labels(const std::filesystem::path& run);
nlohmann::ordered_json read_run_file(const std::filesystem::path& run);  // options.json, whole
std::string read_run_digest(const std::filesystem::path& run);  // of its data's lists, or empty

// What of options.json others may see: where things lay on the training machine is nobody's
// business but that machine's, so paths become their last names, and command lines go.
nlohmann::ordered_json without_places(nlohmann::ordered_json file);

// Adds to provenance.sessions of options.json. A folder without one stays without.
void add_session(const std::filesystem::path& run, const nlohmann::ordered_json& session);

// Adds a line to metrics.jsonl. Throws std::runtime_error naming it if it cannot be written.
void add_metrics(const std::filesystem::path& run, const nlohmann::ordered_json& line);

// Keeps of metrics.jsonl the lines of the first `epochs` epochs, each once: a kill may have left an
// epoch that no checkpoint knows, or half a line.
void trim_metrics(const std::filesystem::path& run, std::int64_t epochs);

// Held while a process trains in the folder; the system lets go of it when the process ends.
class RunLock {
 public:
  // Makes the folder if need be. Throws std::runtime_error, naming the process, if another one
  // holds it. A file system without locks is not locked.
  explicit RunLock(const std::filesystem::path& run);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace thoraxlite
