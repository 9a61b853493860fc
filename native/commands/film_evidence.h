// Whether a model looks at lungs, on real films of which people drew masks.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/screener.h"
#include "data/sample.h"

namespace thoraxlite {

// The masks of each film of a split, by the film's name below the folder, out of a list with the
// columns mask, file and split, and kind where kinds are asked for; none asked for: all. Nothing
// where the folder has no such list. Throws std::runtime_error as read_csv() does.
std::map<std::string, std::vector<std::filesystem::path>> masks_of(
    const std::filesystem::path& data, const char* list, Split split,
    const std::vector<std::string>& kinds = {});

// The patients of films, by the film's name below the data's folder.
std::map<std::string, std::string> patients_of(const SampleList& films, const std::string& data);

// Of the test films in lesions.csv (kinds ggo and consolidation): how often the evidence of the
// finding with the highest score has its maximum on a lesion, against chance, which is the masks'
// mean share of the picture; the interval is by patient. Prints a line. Null where the folder has
// no lesions.csv. Throws std::runtime_error naming a file that cannot be read.
nlohmann::ordered_json measure_lesions(Screener& screener, const std::filesystem::path& data,
                                       const std::map<std::string, std::string>& patients);

// Of the test films in masks.csv: recall of each class as they are, and with all that the mask
// calls lung black, by source. normal: the label of films without a finding. Refused films are
// scored all the same, and counted. Null where the folder has no masks.csv. Throws likewise.
nlohmann::ordered_json measure_black_lungs(Screener& screener, const std::filesystem::path& data,
                                           const std::string& normal);

}  // namespace thoraxlite
