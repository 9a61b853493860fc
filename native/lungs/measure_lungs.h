// What a lung network finds in films with masks, as the core runs it.
#pragma once

#include <vector>

#include "core/model/model.h"
#include "lungs/lung_figures.h"
#include "lungs/lung_films.h"

namespace thoraxlite {

// uint8 [N, side, side], 1 inside; on every core. Throws std::runtime_error where no engine runs
// it.
torch::Tensor find_lungs(const LungGraph& graph, const LungFilms& films);

// Of all films, of children and adults, and of every source; found: [N, side, side].
std::vector<LungFigures> figures_of(const LungFilms& films, const torch::Tensor& found);

}  // namespace thoraxlite
