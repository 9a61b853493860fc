#include "evaluation/paired_shares.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace thoraxlite {
namespace {

double share(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(part) / static_cast<double>(whole);
}

// What one cluster adds: how many images, and d_k.
struct Part {
  double images = 0;
  std::int64_t difference = 0;
};

Interval adjusted_interval(std::vector<Part> parts) {
  parts.push_back({1, 1});
  parts.push_back({1, -1});
  double images = 0, sum = 0;
  for (const Part& part : parts) {
    images += part.images;
    sum += static_cast<double>(part.difference);
  }
  const double difference = sum / images;
  double squares = 0;
  for (const Part& part : parts) {
    const double error = static_cast<double>(part.difference) - part.images * difference;
    squares += error * error;
  }
  const auto count = static_cast<double>(parts.size());
  const double spread = kNormal975 * std::sqrt(count / (count - 1) * squares) / images;
  return {std::max(-1.0, difference - spread), std::min(1.0, difference + spread)};
}

}  // namespace

double ShareComparison::first() const {
  return share(both + only_first, images);
}

double ShareComparison::second() const {
  return share(both + only_second, images);
}

double sign_flip_p(const std::vector<std::int64_t>& differences) {
  std::int64_t sum = 0, most = 0;
  double squares = 0;
  for (const std::int64_t difference : differences) {
    sum += difference;
    most += std::abs(difference);
    squares += static_cast<double>(difference * difference);
  }
  if (sum == 0) return 1;
  if (most > kMostCounted) {
    return std::erfc(static_cast<double>(std::abs(sum) - 1) / std::sqrt(2 * squares));
  }
  // chances[i]: of the flipped sum so far being i - most.
  std::vector<double> chances(static_cast<std::size_t>(2 * most + 1));
  chances[static_cast<std::size_t>(most)] = 1;
  std::int64_t reach = 0;
  for (const std::int64_t difference : differences) {
    if (difference == 0) continue;
    const std::int64_t step = std::abs(difference);
    std::vector<double> next(chances.size());
    for (std::int64_t at = most - reach; at <= most + reach; ++at) {
      const double half = chances[static_cast<std::size_t>(at)] / 2;
      next[static_cast<std::size_t>(at - step)] += half;
      next[static_cast<std::size_t>(at + step)] += half;
    }
    reach += step;
    chances = std::move(next);
  }
  double p = 0;
  for (std::int64_t at = -most; at <= most; ++at) {
    if (std::abs(at) >= std::abs(sum)) p += chances[static_cast<std::size_t>(at + most)];
  }
  return std::min(1.0, p);
}

ShareComparison compare_shares(const std::vector<bool>& first, const std::vector<bool>& second,
                               const std::vector<std::size_t>& cluster_of, std::size_t clusters) {
  ShareComparison comparison;
  std::vector<Part> all(clusters);
  for (std::size_t i = 0; i < first.size(); ++i) {
    ++comparison.images;
    comparison.both += first[i] && second[i];
    comparison.only_first += first[i] && !second[i];
    comparison.only_second += second[i] && !first[i];
    ++all[cluster_of[i]].images;
    all[cluster_of[i]].difference += static_cast<int>(first[i]) - static_cast<int>(second[i]);
  }
  all.erase(
      std::remove_if(all.begin(), all.end(), [](const Part& part) { return part.images == 0; }),
      all.end());
  if (all.empty()) return comparison;
  comparison.difference.value = comparison.first() - comparison.second();
  std::vector<std::int64_t> differences;
  for (const Part& part : all) differences.push_back(part.difference);
  comparison.difference.p = sign_flip_p(differences);
  if (all.size() >= 2) comparison.difference.interval = adjusted_interval(std::move(all));
  return comparison;
}

}  // namespace thoraxlite
