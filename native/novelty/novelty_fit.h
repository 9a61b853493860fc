// The statistics of core/novelty.h, from features. Needs no LibTorch.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "core/model/model.h"

namespace thoraxlite {

using FeatureRows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

struct NoveltyOptions {
  int directions = 32;     // kept; 32 of a student's are 17 KB as float16
  double shrinkage = 0.1;  // of both covariances towards a multiple of the identity, after each
                           // feature was divided by its deviation over the films
  double refused = 0.02;   // share of the validation films that the threshold may refuse
};

// films: features of training films, [images, features], with their weights [images]; a source of
// few films would otherwise be an outlier of the large ones. others: of pictures that are none.
// Throws std::runtime_error if there are fewer than two films or others, or features not finite.
// Everything but threshold and self-test, rounded to float16, as the model file holds it.
//
//   C_f, C_o: shrunk covariances, u: mean of the others less that of the films. Directions w solve
//   C_o w = v C_f w with w' C_f w = 1, and are kept by what they tell the two apart:
//   the symmetric Kullback-Leibler divergence of N(0, 1) and N(w'u, v), v + 1 / v + (w'u)^2 (1 + 1
//   / v)
Novelty fit_novelty(const FeatureRows& films, const std::vector<double>& weights,
                    const FeatureRows& others, const NoveltyOptions& options);

// The least threshold that refuses at most `refused` of the distances, all of which are finite;
// at least one.
float novelty_threshold(std::vector<float> distances, double refused);

}  // namespace thoraxlite
