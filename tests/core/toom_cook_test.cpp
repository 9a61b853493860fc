#include "core/engine/simd/toom_cook.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

using namespace thoraxlite;

namespace {

// Outputs by the definition in toom_cook.h, A^T being powers of the points.
std::vector<double> outputs(const ToomCook& matrices, const std::vector<double>& finite,
                            const std::vector<double>& input, const std::vector<double>& weights) {
  const int count = matrices.points - matrices.taps + 1;
  std::vector<double> result(count);
  for (int point = 0; point < matrices.points; ++point) {
    double weight = 0;
    for (int k = 0; k < matrices.taps; ++k) {
      weight += matrices.weights[point * matrices.taps + k] * weights[k];
    }
    double value = 0;
    for (int k = 0; k < matrices.points; ++k) {
      value += matrices.inputs[point * matrices.points + k] * input[k];
    }
    for (int i = 0; i < count; ++i) {
      const bool infinite = point + 1 == matrices.points;
      const double power = infinite ? (i + 1 == count ? 1 : 0) : std::pow(finite[point], i);
      result[i] += power * weight * value;
    }
  }
  return result;
}

}  // namespace

TEST_CASE("Toom and Cook's matrices convolve") {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> uniform(-1, 1);
  const std::vector<std::vector<double>> point_sets{
      {0, 1}, {0, 1, -1}, {0, 1, -1, 2, -2}, {0, 1, -1, 2, -2, 0.5, -0.5}};
  for (const std::vector<double>& finite : point_sets) {
    const int points = static_cast<int>(finite.size()) + 1;
    for (int taps = 1; taps <= points; ++taps) {
      CAPTURE(points);
      CAPTURE(taps);
      const ToomCook matrices = toom_cook(finite, taps);
      REQUIRE(matrices.points == points);
      std::vector<double> input(points);
      std::vector<double> weights(taps);
      for (double& value : input) value = uniform(random);
      for (double& value : weights) value = uniform(random);
      const std::vector<double> convolved = outputs(matrices, finite, input, weights);
      REQUIRE(static_cast<int>(convolved.size()) == points - taps + 1);
      for (std::size_t i = 0; i < convolved.size(); ++i) {
        double expected = 0;
        for (int k = 0; k < taps; ++k) expected += input[i + k] * weights[k];
        CHECK(convolved[i] == doctest::Approx(expected).epsilon(1e-12));
      }
    }
  }
}

TEST_CASE("the matrices of F(4, 3) are those of the literature") {
  const ToomCook matrices = toom_cook({0, 1, -1, 2, -2}, 3);
  CHECK(matrices.inputs == std::vector<double>{4, 0,  -5, 0,  1, 0,  //
                                               0, -4, -4, 1,  1, 0,  //
                                               0, 4,  -4, -1, 1, 0,  //
                                               0, -2, -1, 2,  1, 0,  //
                                               0, 2,  -1, -2, 1, 0,  //
                                               0, 4,  0,  -5, 0, 1});
  const std::vector<double> weights{6, 0, 0, -4, -4, -4, -4, 4, -4, 1, 2, 4, 1, -2, 4, 0, 0, 24};
  for (std::size_t i = 0; i < weights.size(); ++i) {
    CHECK(24 * matrices.weights[i] == doctest::Approx(weights[i]));
  }
}
