#include "core/evidence.h"

#include <algorithm>
#include <cmath>

namespace thoraxlite {
namespace {

// For every finding what is shown: weights of the logits.
std::vector<float> logit_weights(std::size_t labels, std::size_t finding, Activation activation) {
  const bool contrast = activation == Activation::softmax && labels > 1;
  std::vector<float> weights(labels, contrast ? -1.0f / static_cast<float>(labels - 1) : 0.0f);
  weights[finding] = 1;
  return weights;
}

// The pixels of a mask, [first, end), that a position of a map lies over; at least one.
struct Span {
  int first = 0;
  int end = 0;
};

Span span_of(int position, int positions, int side) {
  const int first = position * side / positions;
  return {first, std::max(first + 1, (position + 1) * side / positions)};
}

// The share of a position's pixels that are 1.
float coverage(const std::vector<std::uint8_t>& mask, int side, Span rows, Span columns) {
  int inside = 0;
  for (int y = rows.first; y < rows.end; ++y) {
    for (int x = columns.first; x < columns.end; ++x) {
      inside += mask[static_cast<std::size_t>(y) * side + x];
    }
  }
  const int pixels = (rows.end - rows.first) * (columns.end - columns.first);
  return static_cast<float>(inside) / static_cast<float>(pixels);
}

// Of a line of `positions` over [first, first + length) of `side` pixels, and of `wanted` positions
// over all of it: add(own, of the film's, share of own that lies there). In whole numbers, of which
// positions * wanted are a pixel: rounding would lose a position that begins where another ends.
template <class Add>
void for_each_share(int positions, int first, int length, int wanted, int side, const Add& add) {
  const std::int64_t own = std::int64_t{length} * wanted;
  const std::int64_t others = std::int64_t{side} * positions;
  std::int64_t begin = std::int64_t{first} * positions * wanted;
  for (int i = 0; i < positions; ++i, begin += own) {
    for (std::int64_t k = begin / others; k * others < begin + own; ++k) {
      const std::int64_t overlap =
          std::min(begin + own, (k + 1) * others) - std::max(begin, k * others);
      add(i, static_cast<int>(k), static_cast<double>(overlap) / static_cast<double>(own));
    }
  }
}

}  // namespace

EvidenceMaps over_film(const EvidenceMaps& evidence, const Box& part, int side) {
  const auto finer = [side](int positions, int length) {
    return std::min(kMaxFinerPositions * positions, (positions * side + length - 1) / length);
  };
  EvidenceMaps result{
      finer(evidence.height, part.height), finer(evidence.width, part.width), {}, evidence.rest};
  for (const std::vector<float>& map : evidence.maps) {
    std::vector<float>& values = result.maps.emplace_back(static_cast<std::size_t>(result.height) *
                                                          static_cast<std::size_t>(result.width));
    for_each_share(evidence.height, part.top, part.height, result.height, side,
                   [&](int y, int to_y, double of_y) {
                     for_each_share(
                         evidence.width, part.left, part.width, result.width, side,
                         [&](int x, int to_x, double of_x) {
                           const auto from = static_cast<std::size_t>(y) * evidence.width + x;
                           const auto to = static_cast<std::size_t>(to_y) * result.width + to_x;
                           values[to] += map[from] * static_cast<float>(of_y * of_x);
                         });
                   });
  }
  return result;
}

float EvidenceMaps::most() const {
  float most = 0;
  for (const std::vector<float>& map : maps) {
    for (const float value : map) most = std::max(most, value);
  }
  return most;
}

std::vector<std::vector<float>> run_head(const Head& head, const MapView& map) {
  const auto channels = static_cast<std::size_t>(head.map.channels);
  const auto positions = static_cast<std::size_t>(head.map.height) * head.map.width;
  std::vector<double> sums(channels);
  for (std::size_t p = 0; p < positions; ++p) {
    for (std::size_t c = 0; c < channels; ++c) sums[c] += map.values[p * channels + c];
  }
  std::vector<std::vector<float>> outputs(1);
  for (const double sum : sums) {
    outputs[0].push_back(static_cast<float>(sum / static_cast<double>(positions)));
  }
  for (const Head::Layer& layer : head.layers) {
    const std::vector<float> input = outputs.back();
    std::vector<float>& output = outputs.emplace_back(layer.bias);
    for (std::size_t o = 0; o < output.size(); ++o) {
      for (std::size_t i = 0; i < input.size(); ++i) {
        output[o] += layer.weight[o * input.size() + i] * input[i];
      }
      if (layer.relu) output[o] = std::max(output[o], 0.0f);
    }
  }
  return outputs;
}

std::optional<EvidenceMaps> evidence_maps(const Head& head, const MapView& map,
                                          const std::vector<std::vector<float>>& outputs,
                                          Activation activation, const float* empty) {
  const auto channels = static_cast<std::size_t>(head.map.channels);
  const auto positions = static_cast<std::size_t>(head.map.height) * head.map.width;
  EvidenceMaps evidence{head.map.height, head.map.width, {}, {}};
  for (std::size_t finding = 0; finding < outputs.back().size(); ++finding) {
    // From the logits back to the map: weights of a layer's outputs become weights of its inputs.
    std::vector<float> weights = logit_weights(outputs.back().size(), finding, activation);
    float rest = 0;
    for (std::size_t n = head.layers.size(); n-- > 0;) {
      const Head::Layer& layer = head.layers[n];
      std::vector<float> of_inputs(outputs[n].size());
      for (std::size_t o = 0; o < weights.size(); ++o) {
        if (layer.relu && outputs[n + 1][o] <= 0) continue;
        rest += weights[o] * layer.bias[o];
        for (std::size_t i = 0; i < of_inputs.size(); ++i) {
          of_inputs[i] += weights[o] * layer.weight[o * of_inputs.size() + i];
        }
      }
      weights = std::move(of_inputs);
    }
    std::vector<float>& values = evidence.maps.emplace_back(positions);
    for (std::size_t p = 0; p < positions; ++p) {
      float sum = 0, of_empty = 0;
      for (std::size_t c = 0; c < channels; ++c) {
        const float nothing = empty == nullptr ? 0 : empty[p * channels + c];
        sum += weights[c] * (map.values[p * channels + c] - nothing);
        of_empty += weights[c] * nothing;
      }
      values[p] = sum / static_cast<float>(positions);
      rest += of_empty / static_cast<float>(positions);
      if (!std::isfinite(values[p])) return std::nullopt;
    }
    evidence.rest.push_back(rest);
  }
  return evidence;
}

std::optional<float> share_inside(const std::vector<float>& map, int height, int width,
                                  const std::vector<std::uint8_t>& mask, int side) {
  double all = 0;
  double within = 0;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double value = map[static_cast<std::size_t>(y) * width + x];
      if (value <= 0) continue;
      all += value;
      within += value * coverage(mask, side, span_of(y, height, side), span_of(x, width, side));
    }
  }
  if (!(all > 0)) return std::nullopt;
  return static_cast<float>(within / all);
}

}  // namespace thoraxlite
