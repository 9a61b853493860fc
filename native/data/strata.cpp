#include "data/strata.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <stdexcept>

namespace thoraxlite {
namespace {

std::vector<std::string> sources_of(const std::string& hospital) {
  std::vector<std::string> sources;
  std::istringstream stream(hospital);
  for (std::string source; std::getline(stream, source, '+');) sources.push_back(source);
  const bool empty = hospital.empty() || hospital.back() == '+' ||
                     std::count(sources.begin(), sources.end(), "") > 0;
  if (empty || sources.size() < 2) {
    throw std::runtime_error("--same-hospital: '" + hospital +
                             "'; expected sources joined by +, as nih+rsna");
  }
  return sources;
}

// The hospital of each source that is named.
std::map<std::string, std::string> hospitals_of(const std::vector<std::string>& same_hospital) {
  std::map<std::string, std::string> hospitals;
  for (const std::string& hospital : same_hospital) {
    for (const std::string& source : sources_of(hospital)) {
      if (hospitals.emplace(source, hospital).second) continue;
      throw std::runtime_error("--same-hospital names '" + source + "' twice; expected it once");
    }
  }
  return hospitals;
}

std::string view_of(const Sample& sample) {
  const auto found = sample.columns.find("view");
  if (found == sample.columns.end()) return "unknown";
  const std::string projection = found->second.substr(0, found->second.find_first_of("? "));
  return projection == "AP" || projection == "PA" ? projection : found->second;
}

}  // namespace

std::vector<std::string> strata(const std::vector<Sample>& samples,
                                const std::vector<std::string>& same_hospital, bool views) {
  const std::map<std::string, std::string> hospitals = hospitals_of(same_hospital);
  std::vector<std::string> names;
  for (const Sample& sample : samples) {
    const auto found = hospitals.find(sample.source);
    names.push_back(found == hospitals.end() ? sample.source : found->second);
    if (views) names.back() += " " + view_of(sample);
  }
  return names;
}

std::vector<std::string> unknown_hospitals(const std::vector<Sample>& samples,
                                           const std::vector<std::string>& same_hospital) {
  std::vector<std::string> unknown;
  for (const std::string& hospital : same_hospital) {
    for (const std::string& source : sources_of(hospital)) {
      const bool there = std::any_of(samples.begin(), samples.end(),
                                     [&](const Sample& sample) { return sample.source == source; });
      if (!there) unknown.push_back(source);
    }
  }
  return unknown;
}

}  // namespace thoraxlite
