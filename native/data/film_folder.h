// A folder of films without a list: nobody's labels, and no split that anybody published.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/sample.h"

namespace thoraxlite {

// Whether a folder, or one below it, has a file; hidden ones do not count.
bool has_files(const std::filesystem::path& folder);

// Every file below the folder but hidden ones, as a film of the source that the folder's name is,
// with every label unknown. Where the films lie in folders, and in at least thirty, each folder is
// taken for a patient's: its films share a split, and its path is the patient. Else each film is by
// itself, and of nobody known. Splits are shared out by these paths (hashed_share.h). labels: those
// that a guide tells, or none; exclusive: whether a film has exactly one of them. Throws
// std::runtime_error if the folder has no film.
SampleList read_film_folder(const std::filesystem::path& folder,
                            const std::vector<std::string>& labels, bool exclusive);

// SHA-256 in hex of the films' paths below the folder and their sizes: contents would take as long
// to read as an epoch.
std::string film_folder_digest(const std::filesystem::path& folder);

}  // namespace thoraxlite
