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

// What figures are made of, without what is known of each image, which would be copied as often.
ScoredImages bare(const ScoredImages& images) {
  ScoredImages bare;
  bare.labels = images.labels;
  bare.exclusive = images.exclusive;
  bare.scores = images.scores;
  bare.targets = images.targets;
  bare.logits = images.logits;
  bare.called = images.called;
  return bare;
}

// All pairs see the same drawn images, so that what is hard about an image cancels out.
Interval bootstrap_difference(const std::vector<Pair>& pairs, const std::string& name,
                              int resamples) {
  const ScoredImages& tested = pairs.front().first->images;
  std::vector<std::pair<ScoredImages, ScoredImages>> images;
  for (const auto& [a, b] : pairs) images.emplace_back(bare(a->images), bare(b->images));
  return bootstrap_interval(
      clusters_of(tested.patients, tested.size()),
      [&](const Indices& drawn) {
        const std::vector<std::size_t> places(drawn.begin(), drawn.end());
        double sum = 0;
        for (std::size_t i = 0; i < pairs.size(); ++i) {
          sum += figure(name, pick(images[i].first, places), pairs[i].first->thresholds) -
                 figure(name, pick(images[i].second, places), pairs[i].second->thresholds);
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
  Difference difference{first, second, figure, mean_over_seeds(differences), {kNaN, kNaN}, {}};
  if (!of_images) return difference;
  const ScoredImages& tested = pairs.front().first->images;
  difference.over = clusters_of(tested.patients, tested.size()).units;
  for (const auto& [a, b] : pairs) {
    for (const AblationRun* run : {a, b}) {
      if (run->images.targets == tested.targets && run->images.labels == tested.labels &&
          run->images.patients == tested.patients && run->images.names == a->images.names) {
        continue;
      }
      throw std::runtime_error(name(*run) + ": tested on other images than " +
                               name(*pairs.front().first) + "; expected the same, in one order");
    }
  }
  difference.over_images = bootstrap_difference(pairs, figure, resamples);
  return difference;
}

}  // namespace thoraxlite
