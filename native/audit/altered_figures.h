// What becomes of a model's figures when its films are altered: the same films twice. Needs no
// LibTorch.
#pragma once

#include <vector>

#include "evaluation/findings.h"
#include "evaluation/scored_images.h"

namespace thoraxlite {

// What an audit compares by: balanced accuracy where labels exclude each other, else mean AUROC.
// Chance is one over the classes that occur, or a half.
inline const char* main_figure(bool exclusive) {
  return exclusive ? "balanced_accuracy" : "mean_area_under_roc";
}
double chance_of_main_figure(const ScoredImages& images);

// 95 % intervals by patient. NaN: the films do not define it.
struct AlteredFigures {
  std::int64_t images = 0;
  Units over;
  Figure accuracy, balanced_accuracy;  // NaN where labels do not exclude each other
  Figure mean_area_under_roc;
  Figure change;  // of the main figure, altered less intact, of the same patients: the bootstrap,
                  // or DeLong's by patient (evaluation/paired_roc.h)
  // Films called another class; where labels do not exclude each other, pairs of film and label
  // called otherwise.
  Figure calls_changed;
  Figure score_change;  // mean over films and labels of |altered - intact|
  Figure refused;       // share of the films
};

// intact, altered: the same films in the same order, as check() of scored_images.h accepts them.
// refused: [images], of the altered ones. thresholds: [labels].
AlteredFigures compare_altered(const ScoredImages& intact, const ScoredImages& altered,
                               const std::vector<bool>& refused,
                               const std::vector<float>& thresholds, int resamples = 1000);

}  // namespace thoraxlite
