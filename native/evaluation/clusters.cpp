#include "evaluation/clusters.h"

#include <unordered_map>

namespace thoraxlite {
namespace {

std::string counted(std::int64_t count, const char* one, const char* many) {
  return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

}  // namespace

std::string to_string(const Units& units) {
  const std::string patients = counted(units.patients, "patient", "patients");
  const std::string images = counted(units.images, "image", "images");
  if (units.patients == 0) return images + " (patients unknown)";
  return units.images == 0 ? patients : patients + " and " + images + " of unknown ones";
}

Clusters clusters_of(const std::vector<std::string>& patients, std::size_t images) {
  Clusters clusters;
  std::unordered_map<std::string, std::size_t> known;
  for (std::size_t i = 0; i < images; ++i) {
    std::size_t cluster = clusters.images.size();
    if (patients.empty() || patients[i].empty()) {
      ++clusters.units.images;
    } else {
      cluster = known.emplace(patients[i], cluster).first->second;
    }
    if (cluster == clusters.images.size()) clusters.images.emplace_back();
    clusters.images[cluster].push_back(i);
    clusters.of_image.push_back(cluster);
  }
  clusters.units.patients = static_cast<std::int64_t>(known.size());
  return clusters;
}

}  // namespace thoraxlite
