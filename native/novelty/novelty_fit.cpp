#include "novelty/novelty_fit.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace thoraxlite {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

struct Gaussian {
  Vector mean;
  Matrix covariance;
};

Gaussian gaussian(const Matrix& rows, const Vector& weights, double shrinkage) {
  const Vector shares = weights / weights.sum();
  Gaussian result;
  result.mean = rows.transpose() * shares;
  const Matrix centred = rows.rowwise() - result.mean.transpose();
  result.covariance = centred.transpose() * shares.asDiagonal() * centred;
  const double scale = result.covariance.trace() / static_cast<double>(rows.cols());
  result.covariance *= 1 - shrinkage;
  result.covariance.diagonal().array() += shrinkage * scale;
  return result;
}

// To the nearest half; what is beyond the largest becomes the largest. A network that hardly varies
// over films makes other pictures so much wider, and the difference between very far and farther is
// nothing.
float as_half(double value) {
  const double largest = static_cast<float>(std::numeric_limits<Eigen::half>::max());
  return static_cast<float>(Eigen::half(static_cast<float>(std::clamp(value, -largest, largest))));
}

}  // namespace

Novelty fit_novelty(const FeatureRows& films, const std::vector<double>& weights,
                    const FeatureRows& others, const NoveltyOptions& options) {
  if (films.rows() < 2 || others.rows() < 2) {
    throw std::runtime_error("novelty is fitted on at least two films and two other pictures");
  }
  if (!films.allFinite() || !others.allFinite()) {
    throw std::runtime_error("a feature of the training images is not finite");
  }
  const Eigen::Map<const Vector> film_weights(weights.data(), films.rows());
  const Gaussian raw = gaussian(films.cast<double>(), film_weights, 0);
  // A feature that never varies would be divided by nothing.
  const Vector scale = raw.covariance.diagonal().array().sqrt().max(1e-4);
  const auto scaled = [&](const FeatureRows& rows) -> Matrix {
    return (rows.cast<double>().rowwise() - raw.mean.transpose()) *
           scale.cwiseInverse().asDiagonal();
  };
  const Gaussian film = gaussian(scaled(films), film_weights, options.shrinkage);
  const Gaussian other = gaussian(scaled(others), Vector::Ones(others.rows()), options.shrinkage);

  const Eigen::GeneralizedSelfAdjointEigenSolver<Matrix> solver(other.covariance, film.covariance);
  const Vector variances = solver.eigenvalues();
  const Vector means = solver.eigenvectors().transpose() * (other.mean - film.mean);
  const Eigen::ArrayXd apart = variances.array() + variances.array().inverse() +
                               means.array().square() * (1 + variances.array().inverse());
  std::vector<Eigen::Index> order(static_cast<std::size_t>(apart.size()));
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return apart[a] > apart[b]; });
  order.resize(std::min(order.size(), static_cast<std::size_t>(options.directions)));

  Novelty novelty;
  for (Eigen::Index i = 0; i < raw.mean.size(); ++i) novelty.mean.push_back(as_half(raw.mean[i]));
  for (const Eigen::Index k : order) {
    const Vector direction = solver.eigenvectors().col(k).cwiseQuotient(scale);
    for (Eigen::Index i = 0; i < direction.size(); ++i) {
      novelty.directions.push_back(as_half(direction[i]));
    }
    novelty.background_mean.push_back(as_half(means[k]));
    novelty.background_variance.push_back(as_half(variances[k]));
  }
  return novelty;
}

float novelty_threshold(std::vector<float> distances, double refused) {
  std::sort(distances.begin(), distances.end());
  const auto kept =
      static_cast<std::size_t>(std::ceil((1 - refused) * static_cast<double>(distances.size())));
  return distances[std::clamp<std::size_t>(kept, 1, distances.size()) - 1];
}

}  // namespace thoraxlite
