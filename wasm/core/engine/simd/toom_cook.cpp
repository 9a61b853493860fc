#include "core/engine/simd/toom_cook.h"

#include <array>
#include <cstddef>

namespace thoraxlite {
namespace {

constexpr std::size_t kMaxPoints = 8;

// Coefficients, lowest first, of the product of (x - root) over all roots but the one at `skipped`.
std::array<double, kMaxPoints> monic_polynomial(const std::vector<double>& roots,
                                                std::size_t skipped) {
  std::array<double, kMaxPoints> coefficients{1};
  for (std::size_t i = 0; i < roots.size(); ++i) {
    if (i == skipped) continue;
    for (std::size_t k = kMaxPoints; k-- > 0;) {
      const double shifted = k > 0 ? coefficients[k - 1] : 0;
      coefficients[k] = shifted - roots[i] * coefficients[k];
    }
  }
  return coefficients;
}

}  // namespace

ToomCook toom_cook(const std::vector<double>& finite, int taps) {
  const std::size_t points = finite.size() + 1;
  const auto width = static_cast<std::size_t>(taps);
  ToomCook matrices;
  matrices.points = static_cast<int>(points);
  matrices.taps = taps;
  matrices.weights.assign(points * width, 0);
  matrices.inputs.assign(points * points, 0);
  for (std::size_t point = 0; point < points; ++point) {
    // Of a finite point Lagrange's polynomial, of infinity the one that is 0 at all others.
    const std::array<double, kMaxPoints> polynomial = monic_polynomial(finite, point);
    for (std::size_t k = 0; k < points; ++k) {
      matrices.inputs[point * points + k] = polynomial[k];
    }
    if (point == finite.size()) {
      matrices.weights[point * width + width - 1] = 1;
      continue;
    }
    double value = 0;  // of the polynomial at its point
    for (std::size_t k = polynomial.size(); k-- > 0;) value = value * finite[point] + polynomial[k];
    double power = 1;
    for (std::size_t k = 0; k < width; ++k) {
      matrices.weights[point * width + k] = power / value;
      power *= finite[point];
    }
  }
  return matrices;
}

}  // namespace thoraxlite
