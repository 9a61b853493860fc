#include "core/model/operating_points.h"

#include <algorithm>

namespace thoraxlite {

std::vector<std::string> operating_points(const Card& card) {
  std::vector<std::string> names = {kDefaultOperatingPoint};
  for (const OperatingSet& set : card.operating_sets) names.push_back(set.name);
  return names;
}

const std::vector<OperatingPoint>& points_of(const Card& card, std::size_t index) {
  return index == 0 ? card.operating_points : card.operating_sets[index - 1].points;
}

bool has_measured_threshold(const Card& card) {
  for (std::size_t i = 0; i <= card.operating_sets.size(); ++i) {
    const std::vector<OperatingPoint>& points = points_of(card, i);
    if (std::any_of(points.begin(), points.end(),
                    [](const OperatingPoint& point) { return point.is_measured(); })) {
      return true;
    }
  }
  return false;
}

Result<std::size_t> find_operating_point(const Card& card, const std::string& name) {
  if (!has_measured_threshold(card))
    return fail("The model has no operating point: none of its thresholds was measured.");
  const std::vector<std::string> names = operating_points(card);
  std::string all;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return i;
    all += (i == 0 ? "" : ", ") + names[i];
  }
  return fail("The model has no operating point \"" + name + "\"; it has " + all + ".");
}

}  // namespace thoraxlite
