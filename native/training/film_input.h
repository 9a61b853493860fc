// What a network reads of films: the whole film, or its lungs as the core shows them
// (core/film_preparation.h), so that what is trained is what is scored.
#pragma once

#include <torch/types.h>

#include <memory>

#include "core/model/model.h"
#include "training/run_options.h"

namespace thoraxlite {

// Of a run's options; nothing where the network sees films whole.
std::optional<LungView> lung_view(const RunOptions& options);

// Pixels a side that a run's films must have at least.
int film_side(const RunOptions& options);

// Throws std::runtime_error naming the file where it is no lung file.
LungGraph read_lung_file(const std::filesystem::path& file);

class FilmInput {
 public:
  // Throws std::runtime_error where options.lungs is no lung file.
  explicit FilmInput(const RunOptions& options);
  ~FilmInput();
  FilmInput(FilmInput&&) noexcept;

  // films: float32 [B, 1, side, side] in [0, 1], side at least film_side(). Normalised,
  // [B, 1, input.size, input.size], on the films' device. Lungs are found on every core. One thread
  // at a time.
  torch::Tensor operator()(const torch::Tensor& films) const;

 private:
  struct Lungs;

  InputSpec input_;
  std::unique_ptr<Lungs> lungs_;  // null where films are seen whole
};

}  // namespace thoraxlite
