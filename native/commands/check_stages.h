// What can be known to be wrong before days of training.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "training/parallel.h"
#include "training/run_options.h"

namespace thoraxlite {

// A network to train, in a run folder.
struct PlannedStage {
  std::string name;  // for people; empty: it is the only one
  std::filesystem::path run;
  RunOptions options;  // its guides are the folders of stages before it, or runs that are there
};

// Architectures, sizes, device, batches; the data's splits (test: whether one is needed) and
// whether its labels can be balanced; guides, their labels and the levels of their maps; weights to
// start from; run folders that are there already. Nothing is trained, written or decoded. Throws
// std::runtime_error, one sentence that begins with the stage's name.
void check_stages(const std::vector<PlannedStage>& stages, const Parallel& parallel, bool test);

// Whether a network of these options can become a model file.
bool can_export(const RunOptions& options);

// Names of the feature maps that levels may name. run: the folder of a network that is imported.
std::vector<std::string> map_names(const RunOptions& options,
                                   const std::filesystem::path& run = {});

}  // namespace thoraxlite
