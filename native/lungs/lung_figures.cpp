#include "lungs/lung_figures.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <random>

namespace thoraxlite {
namespace {

constexpr int kResamples = 1000;

double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const auto at = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
  return values[at];
}

}  // namespace

torch::Tensor dice(const torch::Tensor& found, const torch::Tensor& drawn) {
  const torch::Tensor a = found.flatten(1).to(torch::kFloat64),
                      b = drawn.flatten(1).to(torch::kFloat64);
  return 2 * (a * b).sum(1) / (a.sum(1) + b.sum(1)).clamp_min(1);
}

LungFigures lung_figures(const std::string& films, const std::vector<double>& dice,
                         const std::vector<double>& area_error,
                         const std::vector<std::string>& patients) {
  LungFigures figures;
  figures.films = films;
  figures.count = static_cast<std::int64_t>(dice.size());
  std::map<std::string, std::vector<double>> by_patient;
  for (std::size_t i = 0; i < dice.size(); ++i) {
    figures.dice += dice[i] / static_cast<double>(dice.size());
    figures.area_error += area_error[i] / static_cast<double>(dice.size());
    by_patient[patients[i].empty() ? "\n" + std::to_string(i) : patients[i]].push_back(dice[i]);
  }
  figures.dice_10 = quantile(dice, 0.1);
  std::vector<const std::vector<double>*> clusters;
  for (const auto& [patient, values] : by_patient) clusters.push_back(&values);
  std::mt19937_64 random(1);
  std::vector<double> means;
  for (int resample = 0; resample < kResamples; ++resample) {
    double sum = 0, count = 0;
    for (std::size_t i = 0; i < clusters.size(); ++i) {
      for (const double value : *clusters[random() % clusters.size()]) {
        sum += value;
        ++count;
      }
    }
    means.push_back(sum / count);
  }
  figures.dice_low = quantile(means, 0.025);
  figures.dice_high = quantile(means, 0.975);
  return figures;
}

nlohmann::ordered_json to_json(const LungFigures& figures) {
  const auto rounded = [](double value) { return std::round(value * 1e4) / 1e4; };
  return {{"films", figures.films},
          {"count", figures.count},
          {"dice", rounded(figures.dice)},
          {"dice_95", {rounded(figures.dice_low), rounded(figures.dice_high)}},
          {"dice_10", rounded(figures.dice_10)},
          {"area_error", rounded(figures.area_error)}};
}

std::string to_table(const std::vector<LungFigures>& all) {
  char line[128];
  std::snprintf(line, sizeof line, "%-12s %6s  %-22s  %-15s  %s\n", "", "films", "Dice (95 %)",
                "10th percentile", "area error");
  std::string table = line;
  for (const LungFigures& figures : all) {
    std::snprintf(line, sizeof line, "%-12s %6lld  %.3f (%.3f to %.3f)  %-15.3f  %.1f %%\n",
                  figures.films.c_str(), static_cast<long long>(figures.count), figures.dice,
                  figures.dice_low, figures.dice_high, figures.dice_10, 100 * figures.area_error);
    table += line;
  }
  return table;
}

}  // namespace thoraxlite
