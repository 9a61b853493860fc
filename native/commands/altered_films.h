// Films scored again and again: as they are, altered, and with parts blocked out, by the core's own
// way.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "audit/alteration.h"
#include "audit/block_out.h"
#include "core/result.h"
#include "evaluation/scored_images.h"

namespace thoraxlite {

// The same films as another set, or part of them, after one change.
struct AlteredSet {
  std::vector<std::size_t> films;  // places in that other set
  ScoredImages images;             // [films]; all but scores and logits as there
  std::vector<bool> refused;       // [films]; scored all the same
};

// Of the films that are positive for a label, as they are.
struct LungEvidence {
  std::vector<std::string> patients;
  std::vector<float> shares;       // of the evidence inside the lung field
  std::vector<double> lung_share;  // of the film
};

struct AlteredFilms {
  AlteredSet as_they_are;
  std::vector<std::vector<AlteredSet>> curves;  // [alteration_kinds()][strengths]
  std::vector<AlteredSet> block_outs;           // [kBlockOuts]
  // By what the lungs are known of how many films; of `nothing`, they are not.
  std::int64_t lungs_from_data = 0, lungs_from_network = 0, lungs_from_nothing = 0;
  std::vector<LungEvidence> evidence;  // [labels]
};

// films: scored, with names. files: [films]. masks: of lungs, by name. Each film is averaged to the
// model's film side in steps of 1 / 65535, altered, and screened; what a file says of its film is
// said of every change of it too. The same seed gives the same noise. Every core screens. between:
// as score_films(). Throws std::runtime_error naming a film or mask that cannot be read.
AlteredFilms score_altered(ByteView model_file, const ScoredImages& films,
                           const std::vector<std::filesystem::path>& files,
                           const std::map<std::string, std::vector<std::filesystem::path>>& masks,
                           std::uint64_t seed, const std::function<void()>& between);

}  // namespace thoraxlite
