#include "evaluation/pointing_game.h"

#include <algorithm>
#include <numeric>

#include "evaluation/roc.h"

namespace thoraxlite {

Pointing play_pointing_game(const std::vector<float>& map, int height, int width,
                            const std::function<bool(double x, double y)>& on_object) {
  std::vector<int> on;
  for (int row = 0; row < height; ++row) {
    for (int column = 0; column < width; ++column) {
      on.push_back(on_object((column + 0.5) / width, (row + 0.5) / height));
    }
  }
  const auto most = std::max_element(map.begin(), map.end()) - map.begin();
  return {on[static_cast<std::size_t>(most)] == 1,
          std::accumulate(on.begin(), on.end(), 0.0) / static_cast<double>(on.size()),
          area_under_roc(map, on)};
}

}  // namespace thoraxlite
