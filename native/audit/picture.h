// A film as an audit alters it: averaged to the side that the model's films are averaged to, which
// is all of it that the model is given.
#pragma once

#include <cstddef>
#include <vector>

#include "core/image/grey_image.h"

namespace thoraxlite {

struct Picture {
  int side = 0;
  std::vector<float> pixels;  // [side, side], 0 black .. 1 white

  float& at(int x, int y) { return pixels[place(x, y)]; }
  float at(int x, int y) const { return pixels[place(x, y)]; }

 private:
  std::size_t place(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(side) +
           static_cast<std::size_t>(x);
  }
};

// In steps of 1 / 65535, beyond black and white cut off: what 8 bits told apart stays as it was.
GreyImage to_grey(const Picture& picture);

}  // namespace thoraxlite
