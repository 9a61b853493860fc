// Whether a map of evidence lies where the finding is, for films of which that is known.
#pragma once

#include <functional>
#include <vector>

namespace thoraxlite {

struct Pointing {
  bool hit = false;   // the map's maximum lies on the object: the pointing game (Zhang et al. 2016)
  double chance = 0;  // the share of the positions that do: how often any one of them would hit
  double area = 0;    // how often a position on the object has more than one beside it, ties half:
                      // the area under the ROC curve, 0.5 by chance; NaN where a side has none
};

// map: [height, width], row-major, spread over the whole film, with a value at least.
// on_object: of a place (x, y), 0 left and top, 1 right and bottom.
Pointing play_pointing_game(const std::vector<float>& map, int height, int width,
                            const std::function<bool(double x, double y)>& on_object);

}  // namespace thoraxlite
