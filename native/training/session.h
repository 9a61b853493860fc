// When, where and how a run was trained: a session is the work of one start of the program.
#pragma once

#include <nlohmann/json.hpp>

#include "training/parallel.h"

namespace thoraxlite {

// date (UTC, ISO 8601), revision, processor, threads (of each process), processes, command line,
// and from which epoch on until which.
nlohmann::ordered_json session(const Parallel& parallel, std::int64_t epochs_done,
                               std::int64_t epochs);

}  // namespace thoraxlite
