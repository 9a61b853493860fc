#include "data/film_folder.h"

#include <set>
#include <stdexcept>

#include "data/file_bytes.h"
#include "data/hashed_share.h"
#include "screen/image_files.h"

namespace thoraxlite {
namespace {

namespace fs = std::filesystem;

// Fewer folders are more likely years, wards or kinds than patients.
constexpr std::size_t kFewestPatients = 30;

std::string below(const fs::path& file, const fs::path& folder) {
  return file.lexically_relative(folder).generic_string();
}

}  // namespace

bool has_files(const fs::path& folder) {
  return fs::is_directory(folder) && !find_image_files({folder.string()}).empty();
}

SampleList read_film_folder(const fs::path& folder, const std::vector<std::string>& labels,
                            bool exclusive) {
  const std::vector<std::string> files = find_image_files({folder.string()});
  if (files.empty()) {
    throw std::runtime_error(folder.string() + ": has no file; expected films");
  }
  std::set<std::string> folders;
  bool in_folders = true;
  for (const std::string& file : files) {
    const fs::path parent = fs::path(file).parent_path();
    in_folders = in_folders && parent != folder;
    folders.insert(parent.string());
  }
  const bool of_patients = in_folders && folders.size() >= kFewestPatients;
  const std::string source = fs::absolute(folder / "").parent_path().filename().string();

  SampleList list{labels, exclusive, {}};
  for (const std::string& file : files) {
    Sample sample;
    sample.file = file;
    sample.targets.assign(labels.size(), kUnknown);
    sample.source = source;
    if (of_patients) sample.patient = below(fs::path(file).parent_path(), folder);
    sample.split = hashed_split(of_patients ? sample.patient : below(file, folder));
    list.samples.push_back(std::move(sample));
  }
  return list;
}

std::string film_folder_digest(const fs::path& folder) {
  std::string text;
  for (const std::string& file : find_image_files({folder.string()})) {
    std::error_code missing;  // a file that is gone is BatchReader's to report
    const auto size = fs::file_size(file, missing);
    text += below(file, folder) + " " + std::to_string(missing ? 0 : size) + "\n";
  }
  return sha256_hex({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace thoraxlite
