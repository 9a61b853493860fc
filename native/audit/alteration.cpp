#include "audit/alteration.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <stdexcept>

#include "core/image/read_film.h"
#include "phantom/image_writer.h"

namespace thoraxlite {
namespace {

constexpr double kPi = 3.141592653589793;

float cut_off(double value) {
  return static_cast<float>(std::clamp(value, 0.0, 1.0));
}

template <class Change>
Picture each_pixel(Picture picture, const Change& change) {
  for (float& pixel : picture.pixels) pixel = cut_off(change(static_cast<double>(pixel)));
  return picture;
}

double mean_of(const Picture& picture) {
  return std::accumulate(picture.pixels.begin(), picture.pixels.end(), 0.0) /
         static_cast<double>(picture.pixels.size());
}

// x and y in pixels, whose middles lie at whole numbers.
float bilinear(const Picture& picture, double x, double y) {
  const double last = picture.side - 1;
  x = std::clamp(x, 0.0, last);
  y = std::clamp(y, 0.0, last);
  const int left = static_cast<int>(x), top = static_cast<int>(y);
  const int right = std::min(left + 1, picture.side - 1);
  const int bottom = std::min(top + 1, picture.side - 1);
  const double across = x - left, down = y - top;
  const double above = picture.at(left, top) * (1 - across) + picture.at(right, top) * across;
  const double below = picture.at(left, bottom) * (1 - across) + picture.at(right, bottom) * across;
  return cut_off(above * (1 - down) + below * down);
}

// Every pixel from the place that `from` gives for it.
template <class From>
Picture moved(const Picture& picture, const From& from) {
  Picture result = picture;
  for (int y = 0; y < picture.side; ++y) {
    for (int x = 0; x < picture.side; ++x) {
      const auto [from_x, from_y] = from(x, y);
      result.at(x, y) = bilinear(picture, from_x, from_y);
    }
  }
  return result;
}

Picture rotated(const Picture& picture, double degrees) {
  const double middle = (picture.side - 1) / 2.0, angle = degrees * kPi / 180;
  const double c = std::cos(angle), s = std::sin(angle);
  return moved(picture, [&](int x, int y) {
    const double across = x - middle, down = y - middle;
    return std::pair(middle + c * across + s * down, middle - s * across + c * down);
  });
}

Picture cropped(const Picture& picture, double share) {
  const double middle = (picture.side - 1) / 2.0, scale = 1 - 2 * share;
  return moved(picture, [&](int x, int y) {
    return std::pair(middle + scale * (x - middle), middle + scale * (y - middle));
  });
}

Picture blurred(const Picture& picture, double deviation) {
  const int reach = static_cast<int>(std::ceil(3 * deviation));
  std::vector<double> weights;
  for (int i = -reach; i <= reach; ++i) {
    weights.push_back(std::exp(-0.5 * i * i / (deviation * deviation)));
  }
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  const auto along = [&](const Picture& from, int step_x, int step_y) {
    Picture to = from;
    for (int y = 0; y < from.side; ++y) {
      for (int x = 0; x < from.side; ++x) {
        double total = 0;
        for (int i = -reach; i <= reach; ++i) {
          const int at_x = std::clamp(x + i * step_x, 0, from.side - 1);
          const int at_y = std::clamp(y + i * step_y, 0, from.side - 1);
          total += weights[static_cast<std::size_t>(i + reach)] * from.at(at_x, at_y);
        }
        to.at(x, y) = cut_off(total / sum);
      }
    }
    return to;
  };
  return along(along(picture, 1, 0), 0, 1);
}

// Box and Muller's, since std::normal_distribution is another one in every library.
Picture noisy(const Picture& picture, double deviation, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto uniform = [&] { return (static_cast<double>(random() >> 11) + 1) * 0x1p-53; };
  return each_pixel(picture, [&](double pixel) {
    const double radius = std::sqrt(-2 * std::log(uniform()));
    return pixel + deviation * radius * std::cos(2 * kPi * uniform());
  });
}

Picture compressed(const Picture& picture, int quality) {
  GreyImage image{picture.side, picture.side, 255, {}};
  for (const float pixel : picture.pixels) {
    image.pixels.push_back(static_cast<std::uint16_t>(std::lround(pixel * 255.0f)));
  }
  const std::vector<std::uint8_t> bytes = encode_jpeg(image, quality);
  Result<Film> film = read_film({bytes.data(), bytes.size()}, picture.side);
  if (!film) throw std::runtime_error("a film compressed as JPEG: " + film.error().message);
  return {picture.side, std::move(film->pixels)};
}

Picture flipped(Picture picture) {
  for (int y = 0; y < picture.side; ++y) {
    const auto row = picture.pixels.begin() + static_cast<std::ptrdiff_t>(y) * picture.side;
    std::reverse(row, row + picture.side);
  }
  return picture;
}

}  // namespace

GreyImage to_grey(const Picture& picture) {
  GreyImage image{picture.side, picture.side, 65535, {}};
  image.pixels.reserve(picture.pixels.size());
  for (const float pixel : picture.pixels) {
    image.pixels.push_back(static_cast<std::uint16_t>(
        std::lround(std::clamp(static_cast<double>(pixel), 0.0, 1.0) * 65535)));
  }
  return image;
}

const std::vector<AlterationKind>& alteration_kinds() {
  static const std::vector<AlterationKind> kKinds = {
      {Alteration::brightness,
       "brightness",
       "added, of the range from black to white",
       0,
       {-0.2, -0.1, -0.05, 0, 0.05, 0.1, 0.2},
       true},
      {Alteration::contrast, "contrast", "factor", 1, {0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5}, true},
      {Alteration::gamma, "gamma", "exponent", 1, {0.5, 0.7, 0.9, 1, 1.1, 1.4, 2}, true},
      {Alteration::blur, "blur", "deviation, pixels", 0, {0, 0.5, 1, 2, 3}, true},
      {Alteration::noise,
       "noise",
       "deviation, of the range from black to white",
       0,
       {0, 0.01, 0.02, 0.05, 0.1},
       true},
      {Alteration::jpeg, "jpeg", "100 less the quality", 0, {0, 10, 30, 50, 70, 90}, true},
      {Alteration::rotation,
       "rotation",
       "degrees, clockwise",
       0,
       {-15, -10, -5, -2, 0, 2, 5, 10, 15},
       true},
      {Alteration::crop, "crop", "share of the side, at each side", 0, {0, 0.02, 0.05, 0.1}, true},
      {Alteration::flip, "flip", "left for right", 0, {0, 1}, false},
  };
  return kKinds;
}

Picture altered(const Picture& picture, Alteration alteration, double s, std::uint64_t seed) {
  for (const AlterationKind& kind : alteration_kinds()) {
    if (kind.alteration == alteration && kind.none == s) return picture;
  }
  switch (alteration) {
    case Alteration::brightness:
      return each_pixel(picture, [&](double pixel) { return pixel + s; });
    case Alteration::contrast: {
      const double mean = mean_of(picture);
      return each_pixel(picture, [&](double pixel) { return mean + s * (pixel - mean); });
    }
    case Alteration::gamma:
      return each_pixel(picture, [&](double pixel) { return std::pow(pixel, s); });
    case Alteration::blur:
      return blurred(picture, s);
    case Alteration::noise:
      return noisy(picture, s, seed);
    case Alteration::jpeg:
      return compressed(picture, 100 - static_cast<int>(s));
    case Alteration::rotation:
      return rotated(picture, s);
    case Alteration::crop:
      return cropped(picture, s);
    case Alteration::flip:
      return flipped(picture);
  }
  return picture;
}

}  // namespace thoraxlite
