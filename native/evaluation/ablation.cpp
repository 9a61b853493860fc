#include "evaluation/ablation.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "evaluation/figures.h"

namespace thoraxlite {
namespace {

using Pair = std::pair<const AblationRun*, const AblationRun*>;

std::string name(const AblationRun& run) {
  return "row '" + run.row + "', seed " + std::to_string(run.seed);
}

double value_of(const AblationRun& run, const std::string& figure) {
  for (const auto& [known, value] : run.figures) {
    if (known == figure) return value;
  }
  throw std::runtime_error(name(run) + ": no figure '" + figure + "', which is to be compared");
}

std::vector<Pair> pairs_by_seed(const std::vector<AblationRun>& runs, const std::string& first,
                                const std::string& second) {
  std::vector<Pair> pairs;
  for (const AblationRun& a : runs) {
    for (const AblationRun& b : runs) {
      if (a.row == first && b.row == second && a.seed == b.seed) pairs.emplace_back(&a, &b);
    }
  }
  if (pairs.empty()) {
    throw std::runtime_error("rows '" + first + "' and '" + second +
                             "' share no seed; expected at least one to compare them");
  }
  return pairs;
}

ScoredImages pick(const ScoredImages& images, const Indices& drawn) {
  ScoredImages picked{images.labels, images.exclusive, {}, {}, {}};
  for (const auto index : drawn) {
    const auto i = static_cast<std::size_t>(index);
    picked.scores.push_back(images.scores[i]);
    picked.targets.push_back(images.targets[i]);
    picked.sources.push_back(images.sources[i]);
  }
  return picked;
}

// All pairs see the same drawn images, so that what is hard about an image cancels out.
Interval bootstrap_difference(const std::vector<Pair>& pairs, const std::string& name,
                              int resamples) {
  const auto count = static_cast<std::int64_t>(pairs.front().first->images.size());
  return bootstrap_interval(
      count,
      [&](const Indices& drawn) {
        double sum = 0;
        for (const auto& [a, b] : pairs) {
          sum += figure(name, pick(a->images, drawn), a->thresholds) -
                 figure(name, pick(b->images, drawn), b->thresholds);
        }
        return sum / static_cast<double>(pairs.size());
      },
      resamples);
}

}  // namespace

AblationRun ablation_run(const std::string& row, std::uint64_t seed, ScoredImages images,
                         std::vector<float> thresholds) {
  check(images);
  AblationRun run{row, seed, {}, std::move(images), std::move(thresholds)};
  for (const std::string& name : figure_names(run.images.exclusive)) {
    run.figures.emplace_back(name, figure(name, run.images, run.thresholds));
  }
  return run;
}

std::vector<AblationRow> summarise(const std::vector<AblationRun>& runs) {
  if (runs.empty()) throw std::runtime_error("an ablation without runs; expected at least one");
  std::vector<AblationRow> rows;
  for (const AblationRun& run : runs) {
    auto row = std::find_if(rows.begin(), rows.end(),
                            [&](const AblationRow& known) { return known.name == run.row; });
    if (row == rows.end()) row = rows.insert(rows.end(), {run.row, {}, {}});
    if (std::find(row->seeds.begin(), row->seeds.end(), run.seed) != row->seeds.end()) {
      throw std::runtime_error(name(run) + ": there twice; expected one run a seed");
    }
    row->seeds.push_back(run.seed);
  }
  for (AblationRow& row : rows) {
    for (const auto& [figure, unused] : runs.front().figures) {
      std::vector<double> values;
      for (const AblationRun& run : runs) {
        if (run.row == row.name) values.push_back(value_of(run, figure));
      }
      row.figures.emplace_back(figure, mean_over_seeds(values));
    }
  }
  return rows;
}

Difference compare(const std::vector<AblationRun>& runs, const std::string& first,
                   const std::string& second, const std::string& figure, int resamples) {
  const std::vector<Pair> pairs = pairs_by_seed(runs, first, second);
  std::vector<double> differences;
  const std::vector<std::string> names = figure_names(pairs.front().first->images.exclusive);
  bool of_images = std::find(names.begin(), names.end(), figure) != names.end();
  for (const auto& [a, b] : pairs) {
    differences.push_back(value_of(*a, figure) - value_of(*b, figure));
    of_images = of_images && a->images.size() > 0 && b->images.size() > 0;
  }
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  Difference difference{first, second, figure, mean_over_seeds(differences), {kNaN, kNaN}};
  if (!of_images) return difference;
  const ScoredImages& tested = pairs.front().first->images;
  for (const auto& [a, b] : pairs) {
    for (const AblationRun* run : {a, b}) {
      if (run->images.targets == tested.targets && run->images.labels == tested.labels) continue;
      throw std::runtime_error(name(*run) + ": tested on other images than " +
                               name(*pairs.front().first) + "; expected the same, in one order");
    }
  }
  difference.over_images = bootstrap_difference(pairs, figure, resamples);
  return difference;
}

}  // namespace thoraxlite
