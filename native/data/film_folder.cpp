#include "data/film_folder.h"

#include <fstream>
#include <set>
#include <stdexcept>
#include <string_view>

#include "core/dicom/is_dicom.h"
#include "data/file_bytes.h"
#include "data/hashed_share.h"
#include "screen/image_files.h"

namespace thoraxlite {
namespace {

namespace fs = std::filesystem;

// Fewer folders are more likely years, wards or kinds than patients.
constexpr std::size_t kFewestPatients = 30;

constexpr std::size_t kFirstBytes = 132;  // that tell a film

std::string below(const fs::path& file, const fs::path& folder) {
  return file.lexically_relative(folder).generic_string();
}

bool is_film(const std::string& file) {
  std::vector<char> bytes(kFirstBytes);
  std::ifstream stream(file, std::ios::binary);
  stream.read(bytes.data(), kFirstBytes);
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  const std::string_view first(bytes.data(), bytes.size());
  return first.substr(0, 3) == "\xFF\xD8\xFF" || first.substr(0, 4) == "\x89PNG" ||
         is_dicom({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

// Without a separator at its end, and by its name where it is ".".
fs::path named(const fs::path& folder) {
  const fs::path whole = fs::absolute(folder).lexically_normal();
  return whole.has_filename() ? whole : whole.parent_path();
}

}  // namespace

FolderFiles files_of_folder(const fs::path& folder) {
  FolderFiles files;
  for (std::string& file : find_image_files({named(folder).string()})) {
    if (is_film(file)) {
      files.films.emplace_back(std::move(file));
    } else {
      ++files.others;
    }
  }
  return files;
}

bool has_films(const fs::path& folder) {
  return fs::is_directory(folder) && !files_of_folder(folder).films.empty();
}

SampleList read_film_folder(const fs::path& where, const std::vector<std::string>& labels,
                            bool exclusive) {
  const fs::path folder = named(where);
  const std::vector<fs::path> films = files_of_folder(folder).films;
  if (films.empty()) {
    throw std::runtime_error(where.string() +
                             ": has no film; expected some, as JPEG, PNG or DICOM");
  }
  // The first folder below, of each film; of a film that lies in none, nothing.
  const auto first_folder = [&](const fs::path& film) {
    const fs::path path = film.lexically_relative(folder);
    return path.has_parent_path() ? path.begin()->string() : std::string();
  };
  std::set<std::string> folders;
  for (const fs::path& film : films) folders.insert(first_folder(film));
  const bool of_patients = folders.count("") == 0 && folders.size() >= kFewestPatients;

  SampleList list{labels, exclusive, {}};
  for (const fs::path& film : films) {
    Sample sample;
    sample.file = film;
    sample.targets.assign(labels.size(), kUnknown);
    sample.source = folder.filename().string();
    if (of_patients) sample.patient = first_folder(film);
    sample.split = hashed_split(of_patients ? sample.patient : below(film, folder));
    list.samples.push_back(std::move(sample));
  }
  return list;
}

std::string film_folder_digest(const fs::path& folder) {
  std::string text;
  for (const fs::path& film : files_of_folder(folder).films) {
    std::error_code missing;  // a file that is gone is BatchReader's to report
    const auto size = fs::file_size(film, missing);
    text += below(film, named(folder)) + " " + std::to_string(missing ? 0 : size) + "\n";
  }
  return sha256_hex({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace thoraxlite
