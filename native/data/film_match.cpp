#include "data/film_match.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <optional>
#include <random>
#include <unordered_map>

#include "data/for_each_index.h"

namespace thoraxlite {
namespace {

// Descriptors that are alike fall into one bucket of a table with a probability that grows with
// their likeness (Charikar 2002): the signs of random projections are its number. There are as many
// buckets as keypoints, so that twice as many films take twice as long, not four times.
constexpr int kTables = 8;
constexpr int kFewestBits = 14, kMostBits = 24;
constexpr std::size_t kFullBucket = 4000;  // more is no feature of any film
constexpr float kLeastSimilarity = 0.88f;
constexpr std::size_t kLeastMatches = 5;  // keypoints whose places agree
constexpr double kWorthRefining = 0.5;    // correlation of a placement by keypoints
constexpr double kGain = 0.15;            // and what a round of refining must bring it nearer
constexpr float kPlaceTolerance = 3.0f;   // pixels of kKeypointSide
constexpr float kMostScale = 2.5f;        // of one film against the other, each way
constexpr float kMostStretch = 1.6f;      // of the one way against the other
constexpr int kGrid = 40;                 // pixels a side at which pictures are correlated

struct Place {
  std::uint32_t film;
  std::uint32_t keypoint;
};

class Hashes {
 public:
  explicit Hashes(int bits)
      : bits_(bits), weights_(static_cast<std::size_t>(kTables * bits) * kValues) {
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    for (float& weight : weights_) weight = normal(random);
  }

  std::uint32_t key(const Keypoint& keypoint, int table) const {
    // Less their mean, since descriptors have no negative values.
    float mean = 0;
    for (const std::uint8_t value : keypoint.descriptor) mean += value;
    mean /= static_cast<float>(kValues);
    std::uint32_t key = 0;
    for (int bit = 0; bit < bits_; ++bit) {
      const float* weights =
          weights_.data() + static_cast<std::size_t>(table * bits_ + bit) * kValues;
      float sum = 0;
      for (std::size_t i = 0; i < kValues; ++i) sum += weights[i] * (keypoint.descriptor[i] - mean);
      key = key << 1 | (sum > 0);
    }
    return key;
  }

 private:
  static constexpr std::size_t kValues = 128;
  int bits_;
  std::vector<float> weights_;
};

struct Table {
  std::vector<std::uint32_t> starts;  // [2^bits + 1]
  std::vector<Place> places;          // by bucket
};

Table make_table(const std::vector<FilmPrint>& films,
                 const std::vector<std::vector<std::uint32_t>>& keys, int bits) {
  Table table{std::vector<std::uint32_t>((std::size_t{1} << bits) + 1), {}};
  std::size_t all = 0;
  for (const auto& of_film : keys) {
    for (const std::uint32_t key : of_film) ++table.starts[key + 1];
    all += of_film.size();
  }
  for (std::size_t i = 1; i < table.starts.size(); ++i) table.starts[i] += table.starts[i - 1];
  std::vector<std::uint32_t> next(table.starts.begin(), table.starts.end() - 1);
  table.places.resize(all);
  for (std::uint32_t film = 0; film < films.size(); ++film) {
    for (std::uint32_t i = 0; i < keys[film].size(); ++i) {
      table.places[next[keys[film][i]]++] = {film, i};
    }
  }
  return table;
}

// second = scale * first + shift, each way by itself: crops are stretched to a square.
struct Placement {
  float scale_x = 1, scale_y = 1, shift_x = 0, shift_y = 0;
};

struct KeypointMatch {
  float x1, y1, x2, y2;
};

std::optional<Placement> place_by(const KeypointMatch& a, const KeypointMatch& b) {
  constexpr float kApart = 12;  // pixels: nearer ones say little of the scale
  const float dx = b.x1 - a.x1, dy = b.y1 - a.y1;
  if (std::abs(dx) < kApart || std::abs(dy) < kApart) return std::nullopt;
  Placement placement{(b.x2 - a.x2) / dx, (b.y2 - a.y2) / dy, 0, 0};
  const auto fits = [](float scale) { return scale > 1 / kMostScale && scale < kMostScale; };
  if (!fits(placement.scale_x) || !fits(placement.scale_y)) return std::nullopt;
  const float stretch = placement.scale_x / placement.scale_y;
  if (stretch > kMostStretch || stretch < 1 / kMostStretch) return std::nullopt;
  placement.shift_x = a.x2 - placement.scale_x * a.x1;
  placement.shift_y = a.y2 - placement.scale_y * a.y1;
  return placement;
}

// The placement that most keypoints agree with, if enough do.
std::optional<Placement> agreed_placement(const std::vector<KeypointMatch>& matches) {
  std::size_t most = kLeastMatches - 1;
  std::optional<Placement> best;
  for (std::size_t i = 0; i < matches.size(); ++i) {
    for (std::size_t j = i + 1; j < matches.size(); ++j) {
      const auto placement = place_by(matches[i], matches[j]);
      if (!placement) continue;
      const auto agree = static_cast<std::size_t>(
          std::count_if(matches.begin(), matches.end(), [&](const KeypointMatch& match) {
            const float x = placement->scale_x * match.x1 + placement->shift_x - match.x2;
            const float y = placement->scale_y * match.y1 + placement->shift_y - match.y2;
            return std::hypot(x, y) < kPlaceTolerance;
          }));
      if (agree <= most) continue;
      most = agree;
      best = placement;
    }
  }
  return best;
}

// What of the first film the second shows too, as fractions of the first's sides.
struct Window {
  float left, right, top, bottom;
  float area() const { return std::max(0.0f, right - left) * std::max(0.0f, bottom - top); }
};

Window overlap(const Placement& placement) {
  const auto side = [](float scale, float shift) {
    const float low = -shift / scale / kKeypointSide;
    return std::pair(std::max(0.0f, low), std::min(1.0f, low + 1 / scale));
  };
  const auto [left, right] = side(placement.scale_x, placement.shift_x);
  const auto [top, bottom] = side(placement.scale_y, placement.shift_y);
  return {left, right, top, bottom};
}

Window in_second(const Window& window, const Placement& placement) {
  const auto map = [](float at, float scale, float shift) {
    return at * scale + shift / kKeypointSide;
  };
  return {map(window.left, placement.scale_x, placement.shift_x),
          map(window.right, placement.scale_x, placement.shift_x),
          map(window.top, placement.scale_y, placement.shift_y),
          map(window.bottom, placement.scale_y, placement.shift_y)};
}

// A window of a thumbnail on a grid, by bilinear interpolation.
std::vector<float> sample(const std::vector<std::uint8_t>& thumbnail, const Window& window) {
  std::vector<float> grid;
  grid.reserve(kGrid * kGrid);
  const auto position = [](float low, float high, int i) {
    const float at = low + (high - low) * (static_cast<float>(i) + 0.5f) / kGrid;
    return std::clamp(at * kThumbnailSide - 0.5f, 0.0f, kThumbnailSide - 1.001f);
  };
  for (int row = 0; row < kGrid; ++row) {
    const float y = position(window.top, window.bottom, row);
    const int y0 = static_cast<int>(y);
    const float fy = y - static_cast<float>(y0);
    for (int column = 0; column < kGrid; ++column) {
      const float x = position(window.left, window.right, column);
      const int x0 = static_cast<int>(x);
      const float fx = x - static_cast<float>(x0);
      const auto pixel = [&](int dx, int dy) {
        return static_cast<float>(
            thumbnail[static_cast<std::size_t>((y0 + dy) * kThumbnailSide + x0 + dx)]);
      };
      grid.push_back((1 - fy) * ((1 - fx) * pixel(0, 0) + fx * pixel(1, 0)) +
                     fy * ((1 - fx) * pixel(0, 1) + fx * pixel(1, 1)));
    }
  }
  return grid;
}

// Less the mean of each position's surroundings: all chests have the same coarse shades.
std::vector<float> fine_detail(const std::vector<float>& grid) {
  constexpr int kRadius = 4;  // pixels of the grid
  std::vector<double> sums((kGrid + 1) * (kGrid + 1));
  const auto sum_at = [&](int x, int y) -> double& {
    return sums[static_cast<std::size_t>(y * (kGrid + 1) + x)];
  };
  for (int y = 0; y < kGrid; ++y) {
    for (int x = 0; x < kGrid; ++x) {
      sum_at(x + 1, y + 1) = grid[static_cast<std::size_t>(y * kGrid + x)] + sum_at(x, y + 1) +
                             sum_at(x + 1, y) - sum_at(x, y);
    }
  }
  std::vector<float> result(grid.size());
  for (int y = 0; y < kGrid; ++y) {
    for (int x = 0; x < kGrid; ++x) {
      const int left = std::max(0, x - kRadius), right = std::min(kGrid, x + kRadius + 1);
      const int top = std::max(0, y - kRadius), bottom = std::min(kGrid, y + kRadius + 1);
      const double mean =
          (sum_at(right, bottom) - sum_at(left, bottom) - sum_at(right, top) + sum_at(left, top)) /
          ((right - left) * (bottom - top));
      const auto i = static_cast<std::size_t>(y * kGrid + x);
      result[i] = grid[i] - static_cast<float>(mean);
    }
  }
  return result;
}

double correlation(const std::vector<float>& a, const std::vector<float>& b) {
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += double{a[i]} * b[i];
    aa += double{a[i]} * a[i];
    bb += double{b[i]} * b[i];
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

double correlation(const FilmPrint& first, const FilmPrint& second, const Placement& placement) {
  const Window window = overlap(placement);
  if (window.area() < 0.05f) return 0;
  return correlation(fine_detail(sample(first.thumbnail, window)),
                     fine_detail(sample(second.thumbnail, in_second(window, placement))));
}

// Keypoints lie within a pixel or two: each side of the placement is moved until the pictures agree
// best.
double refine(const FilmPrint& first, const FilmPrint& second, Placement& placement) {
  double best = correlation(first, second, placement);
  double worth = kWorthRefining;
  for (float step = 2; step > 0.2f; step /= 2, worth += kGain) {
    if (best < worth) return best;
    for (bool better = true; better;) {
      better = false;
      for (int i = 0; i < 8; ++i) {
        // One side of the second film at a time, by `step` pixels.
        Placement next = placement;
        const float move = i % 2 == 0 ? step : -step;
        float& scale = i < 4 ? next.scale_x : next.scale_y;
        float& shift = i < 4 ? next.shift_x : next.shift_y;
        const bool low = i % 4 < 2;
        scale += (low ? -move : move) / kKeypointSide;
        if (low) shift += move;
        const double now = correlation(first, second, next);
        if (now <= best) continue;
        best = now;
        placement = next;
        better = true;
      }
    }
  }
  return best;
}

std::optional<FilmMatch> compare(const std::vector<FilmPrint>& films, std::size_t first,
                                 std::size_t second, const std::vector<KeypointMatch>& matches) {
  std::optional<Placement> placement = agreed_placement(matches);
  if (!placement) return std::nullopt;
  FilmMatch match{first, second, refine(films[first], films[second], *placement), 0, 0};
  const Window window = overlap(*placement);
  match.share_of_first = window.area();
  match.share_of_second = in_second(window, *placement).area();
  const bool holds = match.correlation >= kLeastCorrelation &&
                     std::max(match.share_of_first, match.share_of_second) >= kLeastShare;
  return holds ? std::optional(match) : std::nullopt;
}

}  // namespace

FilmPrint print_of(const std::vector<float>& film, int group) {
  FilmPrint print{find_keypoints(film), {}, group};
  // Averages of areas of 2.5 pixels a side, by quarters.
  constexpr int kParts = 2 * kKeypointSide / kThumbnailSide;  // half pixels a side
  static_assert(kParts * kThumbnailSide == 2 * kKeypointSide);
  for (int y = 0; y < kThumbnailSide; ++y) {
    for (int x = 0; x < kThumbnailSide; ++x) {
      float sum = 0;
      for (int i = 0; i < kParts * kParts; ++i) {
        const int px = (x * kParts + i % kParts) / 2, py = (y * kParts + i / kParts) / 2;
        sum += film[static_cast<std::size_t>(py * kKeypointSide + px)];
      }
      print.thumbnail.push_back(
          static_cast<std::uint8_t>(std::lround(255 * sum / (kParts * kParts))));
    }
  }
  return print;
}

std::vector<FilmMatch> match_films(const std::vector<FilmPrint>& films,
                                   const std::function<void(std::int64_t)>& advance) {
  std::size_t keypoints = 0;
  for (const FilmPrint& film : films) keypoints += film.keypoints.size();
  int bits = kFewestBits;
  while (bits < kMostBits && (std::size_t{1} << bits) < keypoints) ++bits;
  const Hashes hashes(bits);
  std::vector<std::vector<std::uint32_t>> keys[kTables];
  std::vector<Table> tables;
  for (int table = 0; table < kTables; ++table) {
    keys[table].resize(films.size());
    for_each_index(films.size(), [&](std::size_t film) {
      for (const Keypoint& keypoint : films[film].keypoints) {
        keys[table][film].push_back(hashes.key(keypoint, table));
      }
    });
    tables.push_back(make_table(films, keys[table], bits));
  }

  std::vector<FilmMatch> found;
  std::mutex mutex;
  for_each_index(films.size(), [&](std::size_t film) {
    const FilmPrint& own = films[film];
    // Of each later film of another group the keypoints that are alike.
    std::unordered_map<std::uint32_t, std::vector<std::pair<std::uint32_t, std::uint32_t>>> alike;
    for (std::uint32_t i = 0; i < own.keypoints.size(); ++i) {
      for (int table = 0; table < kTables; ++table) {
        const Table& buckets = tables[static_cast<std::size_t>(table)];
        const std::uint32_t key = keys[table][film][i];
        const std::uint32_t start = buckets.starts[key], stop = buckets.starts[key + 1];
        if (stop - start > kFullBucket) continue;
        for (std::uint32_t at = start; at < stop; ++at) {
          const auto [other, j] = buckets.places[at];
          if (other <= film || films[other].group == own.group) continue;
          if (similarity(own.keypoints[i], films[other].keypoints[j]) < kLeastSimilarity) continue;
          alike[other].emplace_back(i, j);
        }
      }
    }
    for (auto& [other, pairs] : alike) {
      std::sort(pairs.begin(), pairs.end());
      pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
      if (pairs.size() < kLeastMatches) continue;
      std::vector<KeypointMatch> matches;
      for (const auto& [i, j] : pairs) {
        const Keypoint &a = own.keypoints[i], &b = films[other].keypoints[j];
        matches.push_back({a.x, a.y, b.x, b.y});
      }
      const auto match = compare(films, film, other, matches);
      if (!match) continue;
      const std::lock_guard<std::mutex> lock(mutex);
      found.push_back(*match);
    }
    advance(1);
  });
  std::sort(found.begin(), found.end(), [](const FilmMatch& a, const FilmMatch& b) {
    return std::pair(a.first, a.second) < std::pair(b.first, b.second);
  });
  return found;
}

}  // namespace thoraxlite
