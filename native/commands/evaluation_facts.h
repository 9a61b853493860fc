// What an evaluation says of itself beside its figures.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "data/data_options.h"

namespace thoraxlite {

// {"date" (UTC, ISO 8601), "version" and "revision" of this program}
nlohmann::ordered_json program_facts();

// {"dataset" (the folder's own name, or phantom:N), "dataset_sha256" (of its lists; null of
// phantoms), "sources"}, then program_facts(). Throws std::runtime_error if a list cannot be read.
nlohmann::ordered_json data_facts(const DataOptions& data);

}  // namespace thoraxlite
