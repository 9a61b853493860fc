// The training of the lung field's network.
#pragma once

#include <cstdint>
#include <filesystem>

#include "lungs/lung_films.h"
#include "models/lung_network.h"

namespace thoraxlite {

struct LungTraining {
  std::int64_t epochs = 14;
  std::int64_t batch = 64;      // films
  double learning_rate = 3e-3;  // the highest, a third of the way through; AdamW
  std::uint64_t seed = 1;
};

inline constexpr int kLungInput = 112;  // pixels a side of what the network reads; its map has half

// What the network reads of films in [0, 1], [B, 1, H, W]: each less its mean, over its deviation;
// a deviation below kLeastDeviation (wasm/core/lung_view.h) counts as that.
torch::Tensor lung_input(const torch::Tensor& films);

// Trains and leaves in the run folder checkpoint.pt (to resume from: the same command goes on),
// metrics.jsonl and best.pt, of the epoch with the best Dice on the validation films, the mean over
// their sources. Binary cross-entropy + 1 - Dice of averaged weights; films of a source are drawn
// by the root of their number. films: of 2 * kLungInput pixels a side. SIGINT and SIGTERM: throws
// Stopped with the checkpoint of the last whole epoch. Throws std::runtime_error where there are
// fewer films than a batch has, and for a run folder of other options or films.
void train_lungs(LungNetwork& network, const LungFilms& training, const LungFilms& validation,
                 const LungTraining& options, const std::filesystem::path& run);

// [N, side, side], 1 inside: where the network's map, bilinear at the films' size, is above 0.
torch::Tensor lung_masks(LungNetwork& network, const LungFilms& films);

}  // namespace thoraxlite
