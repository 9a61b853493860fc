// How well lung fields agree with masks that people drew.
#pragma once

#include <torch/types.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace thoraxlite {

// 2 |A and B| / (|A| + |B|) of each film (Dice 1945). masks: [N, ...], 0 or 1. float64 [N].
torch::Tensor dice(const torch::Tensor& found, const torch::Tensor& drawn);

struct LungFigures {
  std::string films;  // "all", "children", "adults", or a source
  std::int64_t count = 0;
  double dice = 0, dice_low = 0, dice_high = 0;  // mean; 95 % by bootstrap of patients
  double dice_10 = 0;                            // tenth percentile
  double area_error = 0;  // mean of |found - drawn| / drawn, of the lungs' area
};

// patients: [N]; empty texts are patients of their own. Deterministic.
LungFigures lung_figures(const std::string& films, const std::vector<double>& dice,
                         const std::vector<double>& area_error,
                         const std::vector<std::string>& patients);

nlohmann::ordered_json to_json(const LungFigures& figures);
std::string to_table(const std::vector<LungFigures>& figures);

}  // namespace thoraxlite
