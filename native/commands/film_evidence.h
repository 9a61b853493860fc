// Whether a model looks at lungs, on real films of which people drew masks.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "core/screener.h"

namespace thoraxlite {

// Of the test films in lesions.csv (columns mask, kind, file, split; kinds ggo and consolidation):
// how often the evidence of the finding with the highest score has its maximum on a lesion, against
// chance, which is the masks' mean share of the picture. Prints a table. Null where the folder has
// no lesions.csv. Throws std::runtime_error naming a file that cannot be read.
nlohmann::ordered_json measure_lesions(Screener& screener, const std::filesystem::path& data);

// Of the test films in masks.csv: recall of each class as they are, and with all that the mask
// calls lung black, by source. normal: the label of films without a finding. Refused films are
// scored all the same, and counted. Null where the folder has no masks.csv. Throws likewise.
nlohmann::ordered_json measure_black_lungs(Screener& screener, const std::filesystem::path& data,
                                           const std::string& normal);

}  // namespace thoraxlite
