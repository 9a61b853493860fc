#include "evaluation/student_t.h"

#include <cmath>
#include <limits>

namespace thoraxlite {
namespace {

// P(|T| <= t), the finite series for whole degrees of freedom (Abramowitz and Stegun 26.7.3-4).
double within(double t, int degrees) {
  const double angle = std::atan(t / std::sqrt(degrees)), cosine = std::cos(angle);
  const bool odd = degrees % 2 == 1;
  double term = odd ? cosine : 1, sum = 0;
  for (int i = odd ? 3 : 2; i <= degrees; i += 2) {
    sum += term;
    term *= cosine * cosine * (i - 1) / i;
  }
  sum *= std::sin(angle);
  return odd ? 2 / M_PI * (angle + sum) : sum;
}

}  // namespace

double student_t_975(int degrees_of_freedom) {
  double low = 1.9, high = 12.8;  // the percentiles without end and of one degree lie between
  while (high - low > 1e-10) {
    const double middle = (low + high) / 2;
    (within(middle, degrees_of_freedom) < 0.95 ? low : high) = middle;
  }
  return (low + high) / 2;
}

SeedMean mean_over_seeds(const std::vector<double>& values) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  SeedMean result{static_cast<int>(values.size()), 0, kNaN, {kNaN, kNaN}};
  const auto n = static_cast<double>(values.size());
  for (const double value : values) result.mean += value / n;
  if (values.size() < 2) return result;
  double squares = 0;
  for (const double value : values) squares += (value - result.mean) * (value - result.mean);
  result.deviation = std::sqrt(squares / (n - 1));
  const double spread = student_t_975(result.runs - 1) * result.deviation / std::sqrt(n);
  result.interval = {result.mean - spread, result.mean + spread};
  return result;
}

}  // namespace thoraxlite
