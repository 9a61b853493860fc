#include "evaluation/subgroups.h"

#include <cmath>
#include <map>
#include <set>
#include <stdexcept>

namespace thoraxlite {
namespace {

constexpr const char* kUnknownValue = "unknown";

std::string band_of(double years) {
  if (std::isnan(years)) return "";
  if (years < 18) return "0-17";
  if (years < 40) return "18-39";
  return years < 65 ? "40-64" : "65+";
}

std::string value_of(const std::string& column, const ScoredImages& images, std::size_t image) {
  if (column == "source") return images.sources[image];
  if (column == "age") return images.ages.empty() ? "" : band_of(images.ages[image]);
  if (images.columns.empty()) return "";
  const auto found = images.columns[image].find(column);
  return found == images.columns[image].end() ? "" : found->second;
}

std::string known_columns(const ScoredImages& images) {
  std::set<std::string> names;
  for (const auto& columns : images.columns) {
    for (const auto& [name, value] : columns) names.insert(name);
  }
  for (std::size_t i = 0; i < images.size(); ++i) {
    for (const char* own : {"age", "source"}) {
      if (!value_of(own, images, i).empty()) names.insert(own);
    }
  }
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none" : text;
}

}  // namespace

std::vector<Subgroup> subgroups_by(const std::string& column, const ScoredImages& images) {
  std::map<std::string, std::vector<std::size_t>> places;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const std::string value = value_of(column, images, i);
    places[value.empty() ? kUnknownValue : value].push_back(i);
  }
  const auto without = places.extract(kUnknownValue);
  if (places.empty()) {
    throw std::runtime_error(
        "subgroups by '" + column +
        "': no image has a value of it; expected a column of the data: " + known_columns(images));
  }
  if (places.size() > kMaxSubgroups) {
    throw std::runtime_error("subgroups by '" + column + "': " + std::to_string(places.size()) +
                             " values; expected at most " + std::to_string(kMaxSubgroups));
  }
  std::vector<Subgroup> groups;
  for (const auto& [value, of_value] : places) groups.push_back({value, pick(images, of_value)});
  if (!without.empty()) groups.push_back({kUnknownValue, pick(images, without.mapped())});
  return groups;
}

}  // namespace thoraxlite
