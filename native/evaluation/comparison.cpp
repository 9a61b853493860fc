#include "evaluation/comparison.h"

#include <algorithm>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "evaluation/classification.h"

namespace thoraxlite {
namespace {

struct FilmPair {
  const PredictedFilm* first;
  const PredictedFilm* second;
};

// Of one label in either file.
struct LabelPlace {
  std::size_t first, second;
};

using Names = std::vector<std::string>;

Names missing(const Names& from, const Names& in) {
  Names names;
  for (const std::string& name : from) {
    if (std::count(in.begin(), in.end(), name) == 0) names.push_back(name);
  }
  return names;
}

std::string in_words(float target) {
  return target < 0 ? "unknown" : target > 0 ? "1" : "0";
}

std::string listed(const Names& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "'" : ", '") + name + "'";
  return text;
}

void check_targets(const FilmPair& pair, const LabelPlace& place, const std::string& label) {
  const float first = pair.first->targets[place.first];
  const float second = pair.second->targets[place.second];
  if (first == second) return;
  throw std::runtime_error(pair.first->file + ": '" + label + " target' is " + in_words(first) +
                           " in the first file and " + in_words(second) +
                           " in the second; expected the same");
}

// Whose film it is, by whichever file says so.
std::string patient_of(const FilmPair& pair) {
  const std::string& first = pair.first->patient;
  const std::string& second = pair.second->patient;
  if (!first.empty() && !second.empty() && first != second) {
    throw std::runtime_error(pair.first->file + ": its patient is '" + first +
                             "' in the first file and '" + second +
                             "' in the second; expected the same");
  }
  return first.empty() ? second : first;
}

float rank(const PredictedFilm& film, std::size_t label) {
  return film.logits.empty() ? film.scores[label] : film.logits[label];
}

LabelComparison compare_label(const std::vector<FilmPair>& films, const LabelPlace& place,
                              const Clusters& clusters) {
  LabelComparison comparison;
  PairedScores scores;
  std::vector<bool> right[2][2];  // [target][file], of the films with calls in both
  std::vector<std::size_t> whose[2];
  for (std::size_t i = 0; i < films.size(); ++i) {
    const auto& [first, second] = films[i];
    const float target = first->targets[place.first];
    if (target < 0) continue;
    const int present = target > 0;
    ++(present ? comparison.with : comparison.without);
    scores.first.push_back(rank(*first, place.first));
    scores.second.push_back(rank(*second, place.second));
    scores.present.push_back(present);
    scores.cluster_of.push_back(clusters.of_image[i]);
    if (first->called.empty() || second->called.empty()) continue;
    right[present][0].push_back(first->called[place.first] == present);
    right[present][1].push_back(second->called[place.second] == present);
    whose[present].push_back(clusters.of_image[i]);
  }
  comparison.area = compare_areas(scores, clusters.size());
  const auto shares = [&](int target) {
    return compare_shares(right[target][0], right[target][1], whose[target], clusters.size());
  };
  comparison.specificity = shares(0);
  comparison.sensitivity = shares(1);
  for (int file = 0; file < 2; ++file) {
    right[0][file].insert(right[0][file].end(), right[1][file].begin(), right[1][file].end());
  }
  whose[0].insert(whose[0].end(), whose[1].begin(), whose[1].end());
  comparison.right = shares(0);
  return comparison;
}

bool exclusive(const std::vector<FilmPair>& films) {
  return std::all_of(films.begin(), films.end(), [](const FilmPair& pair) {
    const std::vector<float>& targets = pair.first->targets;
    return targets.size() > 1 && is_exclusive(targets);
  });
}

ShareComparison compare_accuracy(const std::vector<FilmPair>& films,
                                 const std::vector<LabelPlace>& places, const Clusters& clusters) {
  std::vector<bool> right[2];
  for (const FilmPair& pair : films) {
    std::vector<std::vector<float>> ranks(2);
    std::size_t truth = 0;
    for (std::size_t label = 0; label < places.size(); ++label) {
      if (pair.first->targets[places[label].first] > 0) truth = label;
      ranks[0].push_back(rank(*pair.first, places[label].first));
      ranks[1].push_back(rank(*pair.second, places[label].second));
    }
    const std::vector<int> called = highest(ranks);
    right[0].push_back(called[0] == static_cast<int>(truth));
    right[1].push_back(called[1] == static_cast<int>(truth));
  }
  return compare_shares(right[0], right[1], clusters.of_image, clusters.size());
}

}  // namespace

Comparison compare(const Predictions& first, const Predictions& second) {
  Comparison comparison;
  comparison.labels_only_first = missing(first.labels, second.labels);
  comparison.labels_only_second = missing(second.labels, first.labels);
  std::vector<LabelPlace> places;
  for (std::size_t label = 0; label < first.labels.size(); ++label) {
    const auto found = std::find(second.labels.begin(), second.labels.end(), first.labels[label]);
    if (found == second.labels.end()) continue;
    places.push_back({label, static_cast<std::size_t>(found - second.labels.begin())});
  }
  if (places.empty()) {
    throw std::runtime_error("no label is in both files; the first has " + listed(first.labels) +
                             ", the second " + listed(second.labels));
  }

  std::unordered_map<std::string, const PredictedFilm*> of_second;
  for (const PredictedFilm& film : second.films) of_second[film.file] = &film;
  std::vector<FilmPair> films;
  Names patients;
  std::int64_t matched = 0;
  for (const PredictedFilm& film : first.films) {
    const auto found = of_second.find(film.file);
    if (found == of_second.end()) continue;
    ++matched;
    const FilmPair pair{&film, found->second};
    for (const LabelPlace& place : places) check_targets(pair, place, first.labels[place.first]);
    const std::string patient = patient_of(pair);
    if (film.scores.empty() || found->second->scores.empty()) continue;
    films.push_back(pair);
    patients.push_back(patient);
  }
  if (films.empty()) {
    throw std::runtime_error("no film is in both files with a score; the first begins with '" +
                             first.films.front().file + "', the second with '" +
                             second.films.front().file + "'");
  }
  comparison.films = static_cast<std::int64_t>(films.size());
  comparison.only_first = static_cast<std::int64_t>(first.films.size()) - matched;
  comparison.only_second = static_cast<std::int64_t>(second.films.size()) - matched;
  comparison.without_score = matched - comparison.films;
  const Clusters clusters = clusters_of(patients, films.size());
  comparison.over = clusters.units;

  std::vector<AreaComparison> areas;
  for (const LabelPlace& place : places) {
    comparison.labels.push_back(compare_label(films, place, clusters));
    comparison.labels.back().label = first.labels[place.first];
    areas.push_back(comparison.labels.back().area);
  }
  comparison.mean_area = compare_mean_areas(areas);
  if (comparison.labels_only_first.empty() && comparison.labels_only_second.empty() &&
      exclusive(films)) {
    comparison.accuracy = compare_accuracy(films, places, clusters);
  }
  return comparison;
}

}  // namespace thoraxlite
