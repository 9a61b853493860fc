#include "evaluation/paired_difference.h"

#include <unordered_map>

namespace thoraxlite {

Clusters clusters_of(const std::vector<std::string>& patients) {
  Clusters clusters;
  std::unordered_map<std::string, std::size_t> numbers;
  for (const std::string& patient : patients) {
    const auto [found, fresh] = numbers.try_emplace(patient, clusters.count);
    const bool new_one = fresh || patient.empty();
    clusters.of.push_back(new_one ? clusters.count : found->second);
    clusters.count += new_one;
  }
  return clusters;
}

}  // namespace thoraxlite
