#include "data/whole_patients.h"

#include <map>
#include <string>
#include <utility>

#include "data/hashed_share.h"

namespace thoraxlite {

std::vector<Sample> whole_patients(const std::vector<Sample>& samples, std::size_t films,
                                   std::uint64_t seed) {
  std::vector<Sample> drawn;
  if (samples.empty()) return drawn;
  const std::filesystem::path folder = common_folder(samples);
  std::map<std::pair<std::uint64_t, std::string>, std::vector<const Sample*>> in_order;
  for (const Sample& sample : samples) {
    const std::string whose =
        sample.patient.empty() ? "film " + sample.file.lexically_relative(folder).generic_string()
                               : "patient " + sample.patient;
    in_order[{name_hash(std::to_string(seed) + " " + whose), whose}].push_back(&sample);
  }
  for (const auto& [place, of_patient] : in_order) {
    if (drawn.size() >= films) break;
    for (const Sample* sample : of_patient) drawn.push_back(*sample);
  }
  return drawn;
}

}  // namespace thoraxlite
