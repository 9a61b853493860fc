#include "audit/source_probe.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <stdexcept>

namespace thoraxlite {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kLeastDeviation = 1e-6;  // a feature that is flatter says nothing

std::map<std::string, std::size_t> count_sources(const ProbeFilms& films) {
  std::map<std::string, std::size_t> counts;
  for (const std::string& source : films.sources) ++counts[source];
  return counts;
}

ProbeFilms of_sources(const ProbeFilms& films, const std::vector<std::string>& sources) {
  ProbeFilms kept;
  for (std::size_t i = 0; i < films.size(); ++i) {
    if (!std::binary_search(sources.begin(), sources.end(), films.sources[i])) continue;
    kept.features.push_back(films.features[i]);
    kept.sources.push_back(films.sources[i]);
    kept.patients.push_back(films.patients[i]);
    kept.labels.push_back(films.labels[i]);
  }
  return kept;
}

std::vector<int> places_of(const ProbeFilms& films, const std::vector<std::string>& sources) {
  std::vector<int> places;
  for (const std::string& source : films.sources) {
    const auto found = std::lower_bound(sources.begin(), sources.end(), source);
    places.push_back(static_cast<int>(found - sources.begin()));
  }
  return places;
}

MatrixXd rows_of(const ProbeFilms& films) {
  MatrixXd rows(static_cast<Index>(films.size()), static_cast<Index>(films.features[0].size()));
  for (std::size_t i = 0; i < films.size(); ++i) {
    for (std::size_t j = 0; j < films.features[i].size(); ++j) {
      const double value = films.features[i][j];
      if (!std::isfinite(value)) {
        throw std::runtime_error("a feature of a film is not finite; nothing can be told from it");
      }
      rows(static_cast<Index>(i), static_cast<Index>(j)) = value;
    }
  }
  return rows;
}

// Features to a value for each source.
class Discriminant {
 public:
  Discriminant(const ProbeFilms& films, const std::vector<int>& places, int sources) {
    MatrixXd rows = rows_of(films);
    mean_ = rows.colwise().mean();
    rows.rowwise() -= mean_;
    const auto count = static_cast<double>(rows.rows());
    deviation_ = (rows.colwise().squaredNorm() / count).cwiseSqrt().cwiseMax(kLeastDeviation);
    rows.array().rowwise() /= deviation_.array();

    MatrixXd means = MatrixXd::Zero(sources, rows.cols());
    VectorXd films_of = VectorXd::Zero(sources);
    for (Index i = 0; i < rows.rows(); ++i) {
      means.row(places[static_cast<std::size_t>(i)]) += rows.row(i);
      ++films_of(places[static_cast<std::size_t>(i)]);
    }
    means.array().colwise() /= films_of.array();
    for (Index i = 0; i < rows.rows(); ++i) {
      rows.row(i) -= means.row(places[static_cast<std::size_t>(i)]);
    }
    MatrixXd covariance = (1 - kProbeShrinkage) / count * rows.transpose() * rows;
    covariance.diagonal().array() += kProbeShrinkage;
    weight_ = covariance.ldlt().solve(means.transpose());
    bias_ = (films_of / count).array().log() -
            0.5 * (means.array() * weight_.transpose().array()).rowwise().sum();
  }

  MatrixXd operator()(const ProbeFilms& films) const {
    MatrixXd rows = rows_of(films);
    rows.rowwise() -= mean_;
    rows.array().rowwise() /= deviation_.array();
    MatrixXd values = rows * weight_;
    values.rowwise() += bias_.transpose();
    return values;
  }

 private:
  Eigen::RowVectorXd mean_, deviation_;
  MatrixXd weight_;  // [features, sources]
  VectorXd bias_;
};

// The films as classify() takes them.
ScoredImages as_scored(const ProbeFilms& films, const std::vector<std::string>& sources,
                       const MatrixXd& values) {
  ScoredImages images;
  images.labels = sources;
  images.sources = films.sources;
  images.patients = films.patients;
  const std::vector<int> places = places_of(films, sources);
  for (Index i = 0; i < values.rows(); ++i) {
    std::vector<float> targets(sources.size(), 0), scores;
    targets[static_cast<std::size_t>(places[static_cast<std::size_t>(i)])] = 1;
    const double most = values.row(i).maxCoeff();
    const double sum = (values.row(i).array() - most).exp().sum();
    for (Index k = 0; k < values.cols(); ++k) {
      scores.push_back(static_cast<float>(std::exp(values(i, k) - most) / sum));
    }
    images.targets.push_back(std::move(targets));
    images.scores.push_back(std::move(scores));
  }
  return images;
}

// Sources dealt out anew among the clusters of each group.
Dealt deal(const std::vector<std::vector<std::size_t>>& groups, const Clusters& clusters,
           const std::vector<int>& truth, const std::vector<int>& called, int sources, double found,
           std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<double> values;
  std::int64_t at_least = 1;
  std::vector<int> dealt(truth.size());
  for (int i = 0; i < kDeals; ++i) {
    for (const auto& group : groups) {
      std::vector<int> hand;
      for (const std::size_t cluster : group) hand.push_back(truth[clusters.images[cluster][0]]);
      for (std::size_t k = hand.size(); k > 1; --k) std::swap(hand[k - 1], hand[random() % k]);
      for (std::size_t k = 0; k < group.size(); ++k) {
        for (const std::size_t image : clusters.images[group[k]]) dealt[image] = hand[k];
      }
    }
    values.push_back(classify(sources, dealt, called).macro.recall);
    at_least += values.back() >= found;
  }
  std::sort(values.begin(), values.end());
  Dealt result;
  result.mean = std::accumulate(values.begin(), values.end(), 0.0) / kDeals;
  result.high = values[static_cast<std::size_t>(0.975 * (kDeals - 1) + 0.5)];
  result.p = static_cast<double>(at_least) / (kDeals + 1);
  return result;
}

}  // namespace

SourceProbe probe_sources(const ProbeFilms& training, const ProbeFilms& test, std::uint64_t seed,
                          int resamples) {
  SourceProbe probe;
  const auto of_training = count_sources(training), of_test = count_sources(test);
  std::set<std::string> all;
  for (const auto& [source, films] : of_training) all.insert(source);
  for (const auto& [source, films] : of_test) all.insert(source);
  const auto enough = [](const std::map<std::string, std::size_t>& counts,
                         const std::string& name) {
    const auto found = counts.find(name);
    return found != counts.end() && found->second >= kFewestProbeFilms;
  };
  for (const std::string& source : all) {
    const bool kept = enough(of_training, source) && enough(of_test, source);
    (kept ? probe.sources : probe.too_small).push_back(source);
  }
  if (probe.sources.size() < 2) {
    probe.sources.clear();
    return probe;
  }
  const ProbeFilms learned = of_sources(training, probe.sources);
  const ProbeFilms tested = of_sources(test, probe.sources);
  const int sources = static_cast<int>(probe.sources.size());
  const Discriminant discriminant(learned, places_of(learned, probe.sources), sources);
  const ScoredImages images = as_scored(tested, probe.sources, discriminant(tested));
  const Clusters clusters = clusters_of(tested.patients, tested.size());
  probe.training_films = static_cast<std::int64_t>(learned.size());
  probe.over = clusters.units;
  probe.report = classify(images, resamples);
  for (const ClassFigures& one : probe.report.classes) {
    probe.largest_share =
        std::max(probe.largest_share,
                 static_cast<double>(one.support) / static_cast<double>(probe.report.total));
  }

  const std::vector<int> truth = highest(images.targets), called = highest(images.scores);
  std::vector<std::vector<std::size_t>> everybody(1), alike;
  std::map<std::set<std::string>, std::vector<std::size_t>> by_labels;
  for (std::size_t cluster = 0; cluster < clusters.size(); ++cluster) {
    everybody.front().push_back(cluster);
    std::set<std::string> labels;
    for (const std::size_t image : clusters.images[cluster]) labels.insert(tested.labels[image]);
    by_labels[labels].push_back(cluster);
  }
  for (auto& [labels, group] : by_labels) alike.push_back(std::move(group));
  const double found = probe.report.macro.recall;
  probe.among_all = deal(everybody, clusters, truth, called, sources, found, seed);
  probe.among_same_label = deal(alike, clusters, truth, called, sources, found, seed);
  return probe;
}

}  // namespace thoraxlite
