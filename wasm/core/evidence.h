// Where in the film the evidence for a finding lies: class activation maps (Zhou et al. 2016,
// "Learning Deep Features for Discriminative Localization"), out of the run that gave the score.
//
// The head of a network is the average of a map M, [height, width, channels], and linear layers
// y = W x + b, some followed by a ReLU. Once it is known which units a ReLU let through, the head
// is linear. With D the diagonal of those units (1 or 0),
//
//   logit_k = rest_k + sum over positions p of map_k(p)
//   map_k(p) = e_k D_n W_n ... D_2 W_2 D_1 W_1 M(p) / (height * width)
//   rest_k = e_k (D_n b_n + D_n W_n D_n-1 b_n-1 + ...)
//
// so a map holds what each position adds to the logit: exactly, without a gradient or a second run.
//
// Where the labels share 1 (softmax), a logit by itself says nothing, since adding a number to all
// of them changes no score. Shown is then logit_k less the mean of the other logits: the same
// equations with 1 in the place of k and -1 / (labels - 1) elsewhere instead of e_k.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/engine/engine.h"
#include "core/lung_view.h"
#include "core/model/head.h"
#include "core/model/model.h"

namespace thoraxlite {

// What the average and each layer give for a map of head.map's shape; the last are the logits.
std::vector<std::vector<float>> run_head(const Head& head, const MapView& map);

// One map a finding, in the order of the labels, row-major, spread over the whole film.
struct EvidenceMaps {
  int height = 0;
  int width = 0;
  std::vector<std::vector<float>> maps;  // [labels] of [height, width]
  std::vector<float> rest;               // [labels]: what no position adds

  // The largest value of all maps, 0 where nothing speaks for any finding. Pictures of a film's
  // maps share the scale from 0 to it, so that a finding with little evidence looks like little.
  float most() const;
};

// outputs: of run_head for the same map. activation: of the card. empty: the map M_0 of a picture
// in which nothing is to be seen, [height, width, channels], or null. With it a map holds what each
// position adds to what an empty picture would have: M(p) - M_0(p) stands for M(p), and the sum of
// the rest goes to rest_k. So where there is nothing there is no evidence, whatever the network
// gives for nothing. Nothing where a value overflows.
std::optional<EvidenceMaps> evidence_maps(const Head& head, const MapView& map,
                                          const std::vector<std::vector<float>>& outputs,
                                          Activation activation, const float* empty = nullptr);

// Maps over a part of a film, as maps over the whole of it with positions of about the same size,
// at most kMaxFinerPositions times as many a side: what a position adds is shared out to those that
// it lies over, by their overlap, so that sums stay what they are. side: of the film, pixels.
EvidenceMaps over_film(const EvidenceMaps& evidence, const Box& part, int side);

inline constexpr int kMaxFinerPositions = 4;

// The share of a map's positive values that lies inside a mask of the same film, [0, 1]; a position
// that the mask's border crosses counts by its part. mask: [side, side], 0 or 1.
// Nothing where no value is positive.
std::optional<float> share_inside(const std::vector<float>& map, int height, int width,
                                  const std::vector<std::uint8_t>& mask, int side);

}  // namespace thoraxlite
