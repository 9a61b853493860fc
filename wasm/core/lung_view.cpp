#include "core/lung_view.h"

#include <algorithm>
#include <cmath>

namespace thoraxlite {
namespace {

constexpr float kLeastPart = 0.2f;  // of the largest

struct Moments {
  double mean = 0;
  double deviation = 0;
};

// Of the values where mask is 1; of all where there is no mask.
Moments moments_of(const std::vector<float>& values, const std::vector<std::uint8_t>* mask) {
  double sum = 0, squares = 0, count = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (mask != nullptr && (*mask)[i] == 0) continue;
    sum += values[i];
    squares += static_cast<double>(values[i]) * values[i];
    ++count;
  }
  const double mean = sum / count;
  const double deviation = std::sqrt(std::max(0.0, squares / count - mean * mean));
  return {mean, std::max(deviation, static_cast<double>(kLeastDeviation))};
}

struct LargeParts {
  std::vector<float> map;  // without the small parts (4-connected): those become -1
  int count = 0;
};

LargeParts large_parts(std::vector<float> logits, int side) {
  std::vector<int> part(logits.size(), -1);
  std::vector<int> sizes;
  std::vector<int> open;
  for (std::size_t start = 0; start < logits.size(); ++start) {
    if (!(logits[start] > 0) || part[start] >= 0) continue;
    const auto number = static_cast<int>(sizes.size());
    sizes.push_back(0);
    part[start] = number;
    open.push_back(static_cast<int>(start));
    while (!open.empty()) {
      const int at = open.back();
      open.pop_back();
      ++sizes.back();
      const int x = at % side;
      const auto visit = [&](int next) {
        const auto i = static_cast<std::size_t>(next);
        if (next < 0 || i >= logits.size() || !(logits[i] > 0) || part[i] >= 0) return;
        part[i] = number;
        open.push_back(next);
      };
      if (x > 0) visit(at - 1);
      if (x + 1 < side) visit(at + 1);
      visit(at - side);
      visit(at + side);
    }
  }
  if (sizes.empty()) return {std::move(logits), 0};
  const int largest = *std::max_element(sizes.begin(), sizes.end());
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (part[i] < 0) continue;
    const int size = sizes[static_cast<std::size_t>(part[i])];
    if (static_cast<float>(size) < kLeastPart * static_cast<float>(largest)) logits[i] = -1;
  }
  const auto count = std::count_if(sizes.begin(), sizes.end(), [&](int size) {
    return static_cast<float>(size) >= kLeastPart * static_cast<float>(largest);
  });
  return {std::move(logits), static_cast<int>(count)};
}

// Of every window of 2 reach + 1 pixels along lines, the sum; beyond the line is 0. count lines
// that lie `line` apart, of `length` values that lie `step` apart.
void sum_windows(std::vector<int>& values, int count, int line, int length, int step, int reach) {
  std::vector<int> sums(static_cast<std::size_t>(length) + 1);
  for (int i = 0; i < count; ++i) {
    int* first = values.data() + static_cast<std::ptrdiff_t>(i) * line;
    for (int k = 0; k < length; ++k) {
      sums[static_cast<std::size_t>(k) + 1] =
          sums[static_cast<std::size_t>(k)] + first[static_cast<std::ptrdiff_t>(k) * step];
    }
    for (int k = 0; k < length; ++k) {
      first[static_cast<std::ptrdiff_t>(k) * step] =
          sums[static_cast<std::size_t>(std::min(length, k + reach + 1))] -
          sums[static_cast<std::size_t>(std::max(0, k - reach))];
    }
  }
}

// How much of a pixel is seen, by twice the share s of a square window around it that is inside the
// mask: 2 s, so 1 on the border and 0 at kSoftEdge outside it; or, where all outside is cut, 2 s -
// 1, so 0 on the border and 1 at kSoftEdge within it.
class SoftEdge {
 public:
  SoftEdge(const std::vector<std::uint8_t>& mask, int side, bool cuts)
      : mask_(mask), cuts_(cuts), sums_(mask.begin(), mask.end()) {
    const int reach =
        std::max(1, static_cast<int>(std::lround(kSoftEdge * static_cast<float>(side))));
    sum_windows(sums_, side, side, side, 1, reach);
    sum_windows(sums_, side, 1, side, side, reach);
    window_ = static_cast<float>((2 * reach + 1) * (2 * reach + 1));
  }

  float weight(std::size_t i) const {
    const float twice = 2 * static_cast<float>(sums_[i]) / window_;
    if (cuts_) return mask_[i] == 0 ? 0 : std::max(0.0f, twice - 1);
    return mask_[i] != 0 ? 1 : std::min(1.0f, twice);
  }

 private:
  const std::vector<std::uint8_t>& mask_;
  bool cuts_;
  std::vector<int> sums_;
  float window_;
};

// For each of `size` places of equal length along `length` pixels the pixels that it covers:
// overlaps in units of 1 / (length * size) of the line, so whole numbers.
template <class Add>
void for_each_overlap(int length, int size, const Add& add) {
  int position = 0;
  for (int place = 0, pixel = 0; place < size; ++place) {
    const int end_of_place = (place + 1) * length;
    while (position < end_of_place) {
      const int end = std::min(end_of_place, (pixel + 1) * size);
      add(place, pixel, end - position);
      position = end;
      if (end == (pixel + 1) * size) ++pixel;
    }
  }
}

}  // namespace

std::vector<float> average_area(const std::vector<float>& pixels, int stride, const Box& box,
                                int size) {
  const auto across = static_cast<std::size_t>(size);
  std::vector<double> row(across);  // of the film, averaged across
  std::vector<double> sums(across * across);
  int last = -1;
  for_each_overlap(box.height, size, [&](int place, int y, int units) {
    if (y != last) {
      last = y;
      std::fill(row.begin(), row.end(), 0);
      const float* pixel =
          pixels.data() + static_cast<std::ptrdiff_t>(box.top + y) * stride + box.left;
      for_each_overlap(box.width, size, [&](int column, int x, int share) {
        row[static_cast<std::size_t>(column)] += pixel[x] * double{1} * share;
      });
    }
    double* out = sums.data() + static_cast<std::size_t>(place) * across;
    for (std::size_t x = 0; x < across; ++x) out[x] += row[x] * units;
  });
  const double area = double{1} * box.width * box.height;
  std::vector<float> average(sums.size());
  std::transform(sums.begin(), sums.end(), average.begin(),
                 [area](double sum) { return static_cast<float>(sum / area); });
  return average;
}

std::vector<float> lung_input(const std::vector<float>& pixels, int side, int size) {
  std::vector<float> input = average_area(pixels, side, {0, 0, side, side}, size);
  const Moments moments = moments_of(input, nullptr);
  for (float& value : input) {
    value = static_cast<float>((value - moments.mean) / moments.deviation);
  }
  return input;
}

std::vector<std::uint8_t> lung_field(const std::vector<float>& logits, int map_side, int side) {
  const std::vector<float> map = large_parts(logits, map_side).map;
  std::vector<std::uint8_t> mask(static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
  const float scale = static_cast<float>(map_side) / static_cast<float>(side);
  // Where a pixel's middle lies between the middles of two positions.
  struct Place {
    std::size_t low = 0, high = 0;
    float share = 0;  // of high
  };
  std::vector<Place> places(static_cast<std::size_t>(side));
  for (int i = 0; i < side; ++i) {
    const float at = std::clamp((static_cast<float>(i) + 0.5f) * scale - 0.5f, 0.0f,
                                static_cast<float>(map_side - 1));
    const auto low = static_cast<std::size_t>(at);
    places[static_cast<std::size_t>(i)] = {
        low, std::min(low + 1, static_cast<std::size_t>(map_side - 1)),
        at - static_cast<float>(low)};
  }
  const auto width = static_cast<std::size_t>(map_side);
  std::size_t next = 0;
  for (const Place& y : places) {
    for (const Place& x : places) {
      const auto along = [&](std::size_t row) {
        const float left = map[row * width + x.low];
        return left + x.share * (map[row * width + x.high] - left);
      };
      const float top = along(y.low);
      mask[next++] = top + y.share * (along(y.high) - top) > 0;
    }
  }
  return mask;
}

std::vector<float> lung_facts(const std::vector<float>& logits, int map_side) {
  const LargeParts parts = large_parts(logits, map_side);
  std::vector<float> facts(kLungFacts);
  if (parts.count == 0) return facts;
  int left = map_side, right = 0, top = map_side, bottom = 0, inside = 0;
  double sure_inside = 0, sure_outside = 0;
  const auto for_each = [&](const auto& visit) {
    for (int y = 0; y < map_side; ++y) {
      for (int x = 0; x < map_side; ++x) {
        visit(x, y,
              parts.map[static_cast<std::size_t>(y) * static_cast<std::size_t>(map_side) +
                        static_cast<std::size_t>(x)]);
      }
    }
  };
  for_each([&](int x, int y, float logit) {
    const float sure = std::clamp(logit, -kSureLogit, kSureLogit);
    if (!(logit > 0)) {
      sure_outside += sure;
      return;
    }
    sure_inside += sure;
    ++inside;
    left = std::min(left, x);
    right = std::max(right, x + 1);
    top = std::min(top, y);
    bottom = std::max(bottom, y + 1);
  });
  int on_the_left = 0, above = 0;
  for_each([&](int x, int y, float logit) {
    if (!(logit > 0)) return;
    on_the_left += 2 * x + 1 < left + right;
    above += 2 * y + 1 < top + bottom;
  });
  const auto all = static_cast<float>(logits.size()), side = static_cast<float>(map_side),
             lung = static_cast<float>(inside);
  facts = {lung / all,
           static_cast<float>(sure_inside) / lung,
           static_cast<float>(sure_outside) / std::max(1.0f, all - lung),
           static_cast<float>(parts.count),
           static_cast<float>(right - left) / side,
           static_cast<float>(bottom - top) / side,
           static_cast<float>(on_the_left) / lung,
           static_cast<float>(above) / lung};
  return facts;
}

float lung_share(const std::vector<std::uint8_t>& lungs) {
  const auto inside = std::count(lungs.begin(), lungs.end(), std::uint8_t{1});
  return static_cast<float>(inside) / static_cast<float>(lungs.size());
}

Box lung_box(const std::vector<std::uint8_t>& lungs, const LungView& view) {
  const int side = view.film;
  if (lung_share(lungs) < kLeastLungShare) return {0, 0, side, side};
  int left = side, right = 0, top = side, bottom = 0;
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      if (lungs[static_cast<std::size_t>(y) * static_cast<std::size_t>(side) +
                static_cast<std::size_t>(x)] == 0) {
        continue;
      }
      left = std::min(left, x);
      right = std::max(right, x + 1);
      top = std::min(top, y);
      bottom = std::max(bottom, y + 1);
    }
  }
  const auto margin = static_cast<int>(std::lround(view.margin * static_cast<float>(side)));
  left = std::max(0, left - margin);
  top = std::max(0, top - margin);
  return {left, top, std::min(side, right + margin) - left, std::min(side, bottom + margin) - top};
}

std::vector<float> lung_picture(const std::vector<float>& pixels,
                                const std::vector<std::uint8_t>& lungs, const Box& box,
                                const LungView& view, int size) {
  const bool some = lung_share(lungs) >= kLeastLungShare;
  const Moments moments = moments_of(pixels, some ? &lungs : nullptr);
  const auto scale = static_cast<float>(view.deviation / moments.deviation);
  const auto middle = static_cast<float>(moments.mean);
  std::vector<float> picture(pixels.size());
  std::transform(pixels.begin(), pixels.end(), picture.begin(), [&](float pixel) {
    return std::clamp(view.mean + (pixel - middle) * scale, 0.0f, 1.0f);
  });
  if (some && view.outside != Outside::kept) {
    const SoftEdge edge(lungs, view.film, view.outside == Outside::cut);
    for (std::size_t i = 0; i < picture.size(); ++i) {
      picture[i] = view.mean + edge.weight(i) * (picture[i] - view.mean);
    }
  }
  return average_area(picture, view.film, box, size);
}

}  // namespace thoraxlite
