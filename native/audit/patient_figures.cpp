#include "audit/patient_figures.h"

#include <limits>

namespace thoraxlite {

Figure share_by_patient(const std::vector<std::string>& patients, const std::vector<bool>& hits) {
  const Clusters clusters = clusters_of(patients, hits.size());
  std::vector<Share> shares(clusters.size());
  double successes = 0;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    Share& share = shares[clusters.of_image[i]];
    share.successes += hits[i];
    share.trials += 1;
    successes += hits[i];
  }
  const auto films = static_cast<double>(hits.size());
  return {films > 0 ? successes / films : std::numeric_limits<double>::quiet_NaN(),
          proportion_interval(shares)};
}

Figure mean_by_patient(const std::vector<std::string>& patients, const std::vector<double>& values,
                       int resamples) {
  const auto mean = [&](const Indices& drawn) {
    double sum = 0;
    for (const auto i : drawn) sum += values[static_cast<std::size_t>(i)];
    return drawn.empty() ? std::numeric_limits<double>::quiet_NaN()
                         : sum / static_cast<double>(drawn.size());
  };
  Indices all;
  for (std::size_t i = 0; i < values.size(); ++i) all.push_back(static_cast<std::int64_t>(i));
  if (all.empty()) return {mean(all), {mean(all), mean(all)}};
  return {mean(all), bootstrap_interval(clusters_of(patients, values.size()), mean, resamples)};
}

}  // namespace thoraxlite
