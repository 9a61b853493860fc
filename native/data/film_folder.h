// A folder of films without a list: nobody's labels, and no split that anybody published.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/sample.h"

namespace thoraxlite {

// The files below a folder, by their first bytes: sorted, hidden ones left out.
struct FolderFiles {
  std::vector<std::filesystem::path> films;  // JPEG, PNG, DICOM
  std::size_t others = 0;                    // notes, archives, a run's own files
};

FolderFiles files_of_folder(const std::filesystem::path& folder);

// Whether it is a folder with a film.
bool has_films(const std::filesystem::path& folder);

// Every film below the folder, of the source that the folder's name is, with every label unknown.
// Where the films lie in folders, and these are at least thirty, each is taken for a patient's,
// whatever folders of studies it has: its films share a split, and its name is the patient. Else
// each film is by itself, and of nobody known. Splits are shared out by these names
// (hashed_share.h). labels: those that a guide tells, or none; exclusive: whether a film has
// exactly one of them. Throws std::runtime_error if the folder has no film.
SampleList read_film_folder(const std::filesystem::path& folder,
                            const std::vector<std::string>& labels, bool exclusive);

// SHA-256 in hex of the films' paths below the folder and their sizes: contents would take as long
// to read as an epoch.
std::string film_folder_digest(const std::filesystem::path& folder);

}  // namespace thoraxlite
