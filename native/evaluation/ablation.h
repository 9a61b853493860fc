// Rows of an ablation, each trained from several seeds, and whether two rows differ.
//
// Two kinds of chance are kept apart. Over seeds: another training of the same row would score
// otherwise (Student's t over the runs). Over patients: other test patients would score these very
// networks otherwise (bootstrap of the patients with all of their images, the same for both rows;
// of images where patients are unknown). A difference is worth speaking of where both intervals
// leave 0 out.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "evaluation/scored_images.h"
#include "evaluation/student_t.h"

namespace thoraxlite {

struct AblationRun {
  std::string row;  // "hard labels alone", "all losses"
  std::uint64_t seed = 0;
  std::vector<std::pair<std::string, double>> figures;  // by name; the table's order
  // What the network said on the test images; without images where only the figures are kept.
  ScoredImages images;
  std::vector<float> thresholds;
};

// A run with every figure of figures.h. Throws std::runtime_error as check() of scored_images.h.
AblationRun ablation_run(const std::string& row, std::uint64_t seed, ScoredImages images,
                         std::vector<float> thresholds);

struct AblationRow {
  std::string name;
  std::vector<std::uint64_t> seeds;
  std::vector<std::pair<std::string, SeedMean>> figures;
};

// first - second, of the runs that share a seed.
struct Difference {
  std::string first, second, figure;
  SeedMean over_seeds;  // paired
  // Of the same mean, over test images, drawn as `over` says; NaN where images do not give the
  // figure, or none are held.
  Interval over_images;
  Units over;
};

struct Ablation {
  std::vector<AblationRow> rows;
  std::vector<Difference> differences;
  std::string policy = {};  // how every network was calibrated and calls; empty: not said
  std::vector<std::string> not_run = {};  // "student alone, seed 3": planned, and not there yet
};

// Rows in the order of their first run. Throws std::runtime_error: no runs, a row with the same
// seed twice, or a run without a figure that others have.
std::vector<AblationRow> summarise(const std::vector<AblationRun>& runs);

// Throws std::runtime_error: a row or figure that no run has, rows that share no seed, or runs of
// the pair that were tested on different images. Of drawn phantoms, which differ from seed to seed,
// those of one place in their order are drawn together. resamples: of the bootstrap; its seed is
// fixed.
Difference compare(const std::vector<AblationRun>& runs, const std::string& first,
                   const std::string& second, const std::string& figure, int resamples = 1000);

nlohmann::ordered_json to_json(const Ablation& ablation);
std::string to_table(const Ablation& ablation);  // for a terminal; UTF-8

}  // namespace thoraxlite
