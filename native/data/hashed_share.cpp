#include "data/hashed_share.h"

#include <string>

namespace thoraxlite {

std::uint64_t name_hash(std::string_view name) {
  std::uint64_t hash = 0xCBF29CE484222325u;  // FNV-1a
  for (const char letter : name) {
    hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001B3u;
  }
  // splitmix64's finish: FNV's high bits hardly change with the last letters of an id.
  hash = (hash ^ hash >> 30) * 0xBF58476D1CE4E5B9u;
  hash = (hash ^ hash >> 27) * 0x94D049BB133111EBu;
  return hash ^ hash >> 31;
}

bool is_in_share(std::string_view name, double share) {
  return static_cast<double>(name_hash(name) >> 11) * 0x1p-53 < share;
}

Split hashed_split(std::string_view patient) {
  // Of other names, so that the two shares are drawn apart.
  if (is_in_share("test " + std::string(patient), 0.2)) return Split::test;
  return is_in_share(patient, 0.125) ? Split::validation : Split::train;
}

}  // namespace thoraxlite
