// Whether a network's features tell which source a film is from. Needs no LibTorch.
//
// A linear discriminant (Fisher 1936; Rao 1948) from training films: with features x divided by
// their deviations, m_k the mean of source k, C the covariance about the means, shrunk to
// (1 - a) C + a I with a = kProbeShrinkage (Friedman 1989), and p_k the source's share of the
// films,
//
//   source = argmax over k of x' C^-1 m_k - m_k' C^-1 m_k / 2 + log p_k
//
// It is what a linear softmax layer would learn if features were normal with one covariance, has
// nothing to be chosen, and is the same everywhere.
//
// Chance, three ways: one over the sources, which is the balanced accuracy of any constant guess;
// the largest share of the test films, which is the accuracy of the best one; and the same calls
// after the sources were dealt out anew among patients, once among all of them, and once among
// those whose films have the same labels (whose labels nobody shares keeps his source). The last is
// what these calls would reach if, given the labels, they had nothing to do with the source.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "evaluation/classification.h"
#include "evaluation/clusters.h"

namespace thoraxlite {

inline constexpr double kProbeShrinkage = 0.1;
inline constexpr std::size_t kFewestProbeFilms = 10;  // of a source, in training and in test
inline constexpr int kDeals = 1000;

// Parallel vectors, one entry a film.
struct ProbeFilms {
  std::vector<std::vector<float>> features;  // all of one length
  std::vector<std::string> sources;
  std::vector<std::string> patients;  // an empty text is unknown
  std::vector<std::string> labels;    // films with the same text have the same labels

  std::size_t size() const { return sources.size(); }
};

// Balanced accuracy after dealing out.
struct Dealt {
  double mean = 0;
  double high = 0;  // 97.5th percentile
  double p = 1;     // share of deals (the one that is among them) with at least the balanced
                    // accuracy that was found
};

struct SourceProbe {
  std::vector<std::string> sources;    // that it tells apart, by name
  std::vector<std::string> too_small;  // with fewer than kFewestProbeFilms films on a side
  std::int64_t training_films = 0;
  Units over;                   // of the test films, and of every interval
  ClassificationReport report;  // its classes are the sources
  double largest_share = 0;     // of a source, among the test films
  Dealt among_all, among_same_label;
};

// Where fewer than two sources have films enough, `sources` is empty and the figures say nothing.
// The same films and seed give the same figures. Throws std::runtime_error if a feature is not
// finite.
SourceProbe probe_sources(const ProbeFilms& training, const ProbeFilms& test, std::uint64_t seed,
                          int resamples = 1000);

}  // namespace thoraxlite
