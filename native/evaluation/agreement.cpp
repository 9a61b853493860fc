#include "evaluation/agreement.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <numeric>
#include <stdexcept>

#include "evaluation/figure_json.h"
#include "screen/terminal_text.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

// Places of the same film.
using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

Pairs pairs_of(const ScoredImages& first, const ScoredImages& second) {
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < second.names.size(); ++i) places[second.names[i]] = i;
  Pairs pairs;
  for (std::size_t i = 0; i < first.names.size(); ++i) {
    const auto found = places.find(first.names[i]);
    if (found != places.end()) pairs.emplace_back(i, found->second);
  }
  if (pairs.empty()) throw std::runtime_error("no film has a score by both networks");
  return pairs;
}

Pairs labels_of(const ScoredImages& first, const ScoredImages& second) {
  Pairs pairs;
  for (std::size_t i = 0; i < first.labels.size(); ++i) {
    const auto found = std::find(second.labels.begin(), second.labels.end(), first.labels[i]);
    if (found == second.labels.end()) continue;
    pairs.emplace_back(i, static_cast<std::size_t>(found - second.labels.begin()));
  }
  if (pairs.empty()) throw std::runtime_error("the networks have no label in common");
  return pairs;
}

// Of each value, counted from 1; equal ones share their mean.
std::vector<double> mean_ranks(const std::vector<float>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin + 1;
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    const double mean = (static_cast<double>(begin) + 1 + static_cast<double>(end)) / 2;
    for (; begin < end; ++begin) ranks[order[begin]] = mean;
  }
  return ranks;
}

double mean_of(const std::vector<float>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::size_t highest(const std::vector<float>& scores, const Pairs& labels, bool of_first) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < labels.size(); ++i) {
    const auto place = [&](std::size_t label) {
      return of_first ? labels[label].first : labels[label].second;
    };
    if (scores[place(i)] > scores[place(best)]) best = i;
  }
  return best;
}

Json agreed_json(const Agreed& agreed) {
  return {{"value", number(agreed.value)}, {"value_95", interval_json(agreed.interval)}};
}

std::string agreed_text(const Agreed& agreed) {
  if (!std::isfinite(agreed.value)) return "undefined";
  char text[64];
  std::snprintf(text, sizeof text, "%.3f (%.3f to %.3f)", agreed.value, agreed.interval.low,
                agreed.interval.high);
  return text;
}

}  // namespace

double rank_correlation(const std::vector<float>& first, const std::vector<float>& second) {
  const std::vector<double> a = mean_ranks(first), b = mean_ranks(second);
  const auto count = static_cast<double>(a.size());
  const double mean = (count + 1) / 2;
  double both = 0, of_first = 0, of_second = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    both += (a[i] - mean) * (b[i] - mean);
    of_first += (a[i] - mean) * (a[i] - mean);
    of_second += (b[i] - mean) * (b[i] - mean);
  }
  return of_first > 0 && of_second > 0 ? both / std::sqrt(of_first * of_second) : kUndefined;
}

Agreement agreement_of(const ScoredImages& first, const ScoredImages& second, bool exclusive,
                       bool comparable) {
  check(first);
  check(second);
  const Pairs films = pairs_of(first, second), labels = labels_of(first, second);
  std::vector<std::string> patients;
  for (const auto& pair : films) {
    patients.push_back(first.patients.empty() ? "" : first.patients[pair.first]);
  }
  const Clusters clusters = clusters_of(patients, films.size());

  // [labels] the correlation, [labels] the difference, their mean, and the share.
  const std::size_t count = labels.size();
  const auto figures = [&](const Indices& drawn) {
    std::vector<double> values;
    std::vector<double> differences;
    for (const auto& [own, other] : labels) {
      std::vector<float> a, b;
      double difference = 0;
      for (const std::int64_t i : drawn) {
        const auto& pair = films[static_cast<std::size_t>(i)];
        a.push_back(first.scores[pair.first][own]);
        b.push_back(second.scores[pair.second][other]);
        difference += std::abs(static_cast<double>(a.back()) - b.back());
      }
      values.push_back(rank_correlation(a, b));
      differences.push_back(comparable ? difference / static_cast<double>(drawn.size())
                                       : kUndefined);
    }
    values.insert(values.end(), differences.begin(), differences.end());
    values.push_back(std::accumulate(differences.begin(), differences.end(), 0.0) /
                     static_cast<double>(count));
    double same = 0;
    for (const std::int64_t i : drawn) {
      const auto& pair = films[static_cast<std::size_t>(i)];
      same += highest(first.scores[pair.first], labels, true) ==
              highest(second.scores[pair.second], labels, false);
    }
    values.push_back(same / static_cast<double>(drawn.size()));
    return values;
  };
  Indices all(films.size());
  std::iota(all.begin(), all.end(), std::int64_t{0});
  const std::vector<double> values = figures(all);
  const std::vector<Interval> intervals = bootstrap_intervals(clusters, values.size(), figures);
  const auto agreed = [&](std::size_t i) { return Agreed{values[i], intervals[i]}; };

  Agreement agreement;
  agreement.films = static_cast<std::int64_t>(films.size());
  agreement.over = clusters.units;
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<float> a, b;
    for (const auto& pair : films) {
      a.push_back(first.scores[pair.first][labels[i].first]);
      b.push_back(second.scores[pair.second][labels[i].second]);
    }
    agreement.labels.push_back(
        {first.labels[labels[i].first], agreed(i), agreed(count + i), mean_of(a), mean_of(b)});
  }
  agreement.mean_difference = agreed(2 * count);
  if (exclusive) agreement.same_highest = agreed(2 * count + 1);
  return agreement;
}

Json to_json(const Agreement& agreement) {
  Json json = {{"films", agreement.films},
               {"intervals_over", units_json(agreement.over)},
               {"mean_difference", agreed_json(agreement.mean_difference)}};
  if (agreement.same_highest) json["same_highest"] = agreed_json(*agreement.same_highest);
  for (const LabelAgreement& label : agreement.labels) {
    json["labels"].push_back({{"label", label.label},
                              {"rank_correlation", agreed_json(label.rank_correlation)},
                              {"difference", agreed_json(label.difference)},
                              {"first_mean", number(label.first_mean)},
                              {"second_mean", number(label.second_mean)}});
  }
  return json;
}

std::string to_table(const Agreement& agreement) {
  std::string text = "agreement on " + std::to_string(agreement.films) +
                     " films; 95 % intervals over " + to_string(agreement.over) + "\n";
  if (agreement.same_highest) {
    text += "same highest label: " + agreed_text(*agreement.same_highest) + " of the films\n";
  }
  const bool comparable = std::isfinite(agreement.mean_difference.value);
  text += comparable
              ? "scores differ by " + agreed_text(agreement.mean_difference) + " in the mean\n"
              : "scores are of two kinds: their differences say nothing\n";
  for (const LabelAgreement& label : agreement.labels) {
    text += printable(label.label) + ": rank correlation " + agreed_text(label.rank_correlation);
    if (comparable) text += ", scores differ by " + agreed_text(label.difference);
    text += "\n";
  }
  return text;
}

}  // namespace thoraxlite
