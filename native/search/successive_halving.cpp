#include "search/successive_halving.h"

#include <algorithm>

namespace thoraxlite {

std::vector<Rung> halving_rungs(std::int64_t trials, std::int64_t epochs,
                                std::int64_t keep_one_in) {
  std::int64_t divisor = 1;
  while (divisor * keep_one_in <= std::min(trials, epochs)) divisor *= keep_one_in;
  std::vector<Rung> rungs;
  for (; divisor >= 1;
       divisor /= keep_one_in, trials = std::max<std::int64_t>(1, trials / keep_one_in)) {
    rungs.push_back({epochs / divisor, trials});
  }
  return rungs;
}

}  // namespace thoraxlite
