#include "data/equal_files.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "data/file_bytes.h"
#include "data/for_each_index.h"
#include "training/progress.h"

namespace thoraxlite {
namespace {

namespace fs = std::filesystem;

constexpr std::streamoff kTail = 4096;  // bytes

using Indices = std::vector<std::size_t>;

std::string size_of(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  return error ? "" : std::to_string(size);
}

std::string tail_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary | std::ios::ate);
  const std::streamoff size = stream.tellg();
  std::vector<std::uint8_t> tail(
      static_cast<std::size_t>(std::min(std::max<std::streamoff>(size, 0), kTail)));
  const auto bytes = static_cast<std::streamsize>(tail.size());
  stream.seekg(size - bytes);
  // Empty files are no films, and no copies of each other.
  if (bytes == 0 || !stream.read(reinterpret_cast<char*>(tail.data()), bytes)) return "";
  return sha256_hex(view(tail));
}

std::string digest_of(const fs::path& file) {
  const auto bytes = read_file(file);
  return bytes ? sha256_hex(view(*bytes)) : "";
}

// Of each group the parts that have the same key and lie in more than one split.
template <class Key>
std::vector<Indices> divide(const std::vector<Indices>& groups, const SampleList& list,
                            const std::string& title, const Key& key_of) {
  Indices all;
  for (const Indices& group : groups) all.insert(all.end(), group.begin(), group.end());
  std::vector<std::string> keys(all.size());
  Progress progress(title, static_cast<std::int64_t>(all.size()));
  for_each_index(all.size(), [&](std::size_t i) {
    keys[i] = key_of(list.samples[all[i]].file);
    progress.advance(1);
  });
  std::vector<Indices> parts;
  std::size_t next = 0;
  for (const Indices& group : groups) {
    std::map<std::string, Indices> by_key;
    for (const std::size_t index : group) by_key[keys[next++]].push_back(index);
    for (auto& [key, part] : by_key) {
      const Split first = list.samples[part.front()].split;
      const bool spans = std::any_of(part.begin(), part.end(), [&](std::size_t index) {
        return list.samples[index].split != first;
      });
      if (!key.empty() && spans) parts.push_back(std::move(part));
    }
  }
  return parts;
}

}  // namespace

void refuse_equal_files(const SampleList& list, const fs::path& file) {
  Indices all(list.samples.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  std::vector<Indices> groups = {std::move(all)};
  groups = divide(groups, list, "comparing files' sizes", size_of);
  groups = divide(groups, list, "comparing files' ends", tail_of);
  groups = divide(groups, list, "comparing files", digest_of);
  if (groups.empty()) return;
  const Indices& group = groups.front();
  const Sample& first = list.samples[group.front()];
  const Sample& other = list.samples[*std::find_if(group.begin(), group.end(), [&](std::size_t i) {
    return list.samples[i].split != first.split;
  })];
  throw std::runtime_error(file.string() + ": " + first.file.string() + " (" +
                           to_string(first.split) + ") and " + other.file.string() + " (" +
                           to_string(other.split) +
                           ") hold the same bytes; expected no film in two splits (cxr-distill "
                           "check lists all such)");
}

}  // namespace thoraxlite
