#include "core/image/png_unfilter.h"

#include <algorithm>
#include <cstdlib>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace thoraxlite {
namespace {

constexpr std::size_t kMargin = 32;  // bytes on both sides of a row that lanes run ahead into
constexpr int kMostFilter = 4;

int paeth(int left, int above, int corner) {
  const int to_left = std::abs(above - corner);
  const int to_above = std::abs(left - corner);
  const int to_corner = std::abs(left + above - 2 * corner);
  const int nearer = to_above <= to_corner ? above : corner;
  return to_left <= to_above && to_left <= to_corner ? left : nearer;
}

// One row. `above` and `target` have zeros on their left.
template <class Predict>
void unfilter(const std::uint8_t* raw, const std::uint8_t* above, std::uint8_t* target,
              std::size_t size, std::size_t step, Predict predict) {
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint8_t* left = target + i - step;
    const std::uint8_t* up = above + i;
    target[i] = static_cast<std::uint8_t>(raw[i] + predict(*left, *up, *(up - step)));
  }
}

void unfilter_row(int filter, const std::uint8_t* raw, const std::uint8_t* above,
                  std::uint8_t* target, std::size_t size, std::size_t step) {
  switch (filter) {
    case 0:
      std::copy(raw, raw + size, target);
      break;
    case 1:
      unfilter(raw, above, target, size, step, [](int left, int, int) { return left; });
      break;
    case 2:
      unfilter(raw, above, target, size, step, [](int, int up, int) { return up; });
      break;
    case 3:
      unfilter(raw, above, target, size, step,
               [](int left, int up, int) { return (left + up) / 2; });
      break;
    default:
      unfilter(raw, above, target, size, step, paeth);
  }
}

#ifdef __SSE2__

inline __m128i choose(__m128i mask, __m128i yes, __m128i no) {
  return _mm_or_si128(_mm_and_si128(mask, yes), _mm_andnot_si128(mask, no));
}

// In bytes: distances are absolute, and where both differences have one sign their sum may
// saturate, since it is only compared with its parts.
inline __m128i paeth(__m128i left, __m128i above, __m128i corner) {
  const __m128i zero = _mm_setzero_si128();
  const __m128i above_less = _mm_subs_epu8(corner, above);
  const __m128i left_less = _mm_subs_epu8(corner, left);
  const __m128i to_left = _mm_or_si128(_mm_subs_epu8(above, corner), above_less);
  const __m128i to_above = _mm_or_si128(_mm_subs_epu8(left, corner), left_less);
  const __m128i is_opposite =
      _mm_xor_si128(_mm_cmpeq_epi8(above_less, zero), _mm_cmpeq_epi8(left_less, zero));
  const __m128i to_corner = choose(
      is_opposite, _mm_or_si128(_mm_subs_epu8(to_left, to_above), _mm_subs_epu8(to_above, to_left)),
      _mm_adds_epu8(to_left, to_above));
  const __m128i other = _mm_min_epu8(to_above, to_corner);
  const __m128i is_left = _mm_cmpeq_epi8(_mm_min_epu8(to_left, other), to_left);
  const __m128i is_above = _mm_cmpeq_epi8(other, to_above);
  return choose(is_left, left, choose(is_above, above, corner));
}

// Bytes of 16 rows of 16, or pairs of bytes of 8 rows of 8, mirrored at the diagonal: each of the
// equal steps below halves the distance between those that belong side by side.
template <int kStep>
inline void transpose(__m128i (&rows)[16 / kStep]) {
  constexpr int kRows = 16 / kStep;
  for (int step = 1; step < kRows; step *= 2) {
    __m128i mixed[kRows];
    for (int i = 0; i < kRows / 2; ++i) {
      if (kStep == 1) {
        mixed[2 * i] = _mm_unpacklo_epi8(rows[i], rows[i + kRows / 2]);
        mixed[2 * i + 1] = _mm_unpackhi_epi8(rows[i], rows[i + kRows / 2]);
      } else {
        mixed[2 * i] = _mm_unpacklo_epi16(rows[i], rows[i + kRows / 2]);
        mixed[2 * i + 1] = _mm_unpackhi_epi16(rows[i], rows[i + kRows / 2]);
      }
    }
    std::copy(mixed, mixed + kRows, rows);
  }
}

inline __m128i load(const void* bytes) {
  return _mm_loadu_si128(static_cast<const __m128i*>(bytes));
}

// As many rows as there are lanes of kStep bytes; row r is r pixels behind the first. raw: of each
// row, without its filter's number. `above` and the targets have zeros on their left, and room.
template <int kStep>
void unfilter_rows(const std::uint8_t* const* raw, const std::uint8_t* filters,
                   const std::uint8_t* above, std::uint8_t* target, std::size_t stride,
                   std::size_t size) {
  constexpr int kRows = 16 / kStep;
  alignas(16) std::uint8_t lane[16];  // a row's number in each of its bytes
  alignas(16) std::uint8_t filter[16];
  for (int i = 0; i < 16; ++i) {
    lane[i] = static_cast<std::uint8_t>(i / kStep);
    filter[i] = filters[i / kStep];
  }
  const __m128i kinds = load(filter);
  const __m128i is_sub = _mm_cmpeq_epi8(kinds, _mm_set1_epi8(1));
  const __m128i is_up = _mm_cmpeq_epi8(kinds, _mm_set1_epi8(2));
  const __m128i is_average = _mm_cmpeq_epi8(kinds, _mm_set1_epi8(3));
  const __m128i is_paeth = _mm_cmpeq_epi8(kinds, _mm_set1_epi8(4));
  const __m128i ones = _mm_set1_epi8(1);
  __m128i left = _mm_setzero_si128();
  __m128i corner = _mm_setzero_si128();
  const auto pixels = static_cast<std::ptrdiff_t>(size / kStep) + kRows - 1;
  for (std::ptrdiff_t first = 0; first < pixels; first += kRows) {
    __m128i lanes[kRows];
    for (int r = 0; r < kRows; ++r) lanes[r] = load(raw[r] + (first - r) * kStep);
    transpose<kStep>(lanes);
    for (int i = 0; i < kRows; ++i) {
      const std::uint8_t* next = above + (first + i) * kStep;
      const int entering = kStep == 1 ? next[0] : next[0] | next[1] << 8;
      const __m128i up = _mm_or_si128(_mm_slli_si128(left, kStep), _mm_cvtsi32_si128(entering));
      const __m128i average =
          _mm_sub_epi8(_mm_avg_epu8(left, up), _mm_and_si128(_mm_xor_si128(left, up), ones));
      const __m128i predicted =
          _mm_or_si128(_mm_or_si128(_mm_and_si128(is_sub, left), _mm_and_si128(is_up, up)),
                       _mm_or_si128(_mm_and_si128(is_average, average),
                                    _mm_and_si128(is_paeth, paeth(left, up, corner))));
      left = _mm_add_epi8(lanes[i], predicted);
      if (first == 0) {
        // Rows that have not begun stay at what is left of them: 0.
        const __m128i has_not = _mm_cmpgt_epi8(load(lane), _mm_set1_epi8(static_cast<char>(i)));
        left = _mm_andnot_si128(has_not, left);
      }
      corner = up;
      lanes[i] = left;
    }
    transpose<kStep>(lanes);
    for (int r = 0; r < kRows; ++r) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(target + r * static_cast<std::ptrdiff_t>(stride) +
                                                  (first - r) * kStep),
                       lanes[r]);
    }
  }
}

#endif

int rows_at_once(std::size_t step) {
#ifdef __SSE2__
  if (step <= 2) return step == 1 ? 16 : 8;
#endif
  (void)step;
  return 1;
}

}  // namespace

PngUnfilter::PngUnfilter(std::size_t size, std::size_t step)
    : size_(size),
      step_(step),
      rows_(thoraxlite::rows_at_once(step)),
      stride_(size + 2 * kMargin),
      unfiltered_(static_cast<std::size_t>(rows_ + 1) * stride_) {}

const std::uint8_t* PngUnfilter::take(const std::uint8_t* raw, int count) {
  std::uint8_t* const above = unfiltered_.data() + kMargin;
  std::uint8_t* const target = above + stride_;
  const std::uint8_t* const last = target + static_cast<std::size_t>(rows_ - 1) * stride_;
  std::copy(last, last + size_, above);
  std::uint8_t filters[16] = {};
  const std::uint8_t* rows[16] = {};
  for (int r = 0; r < rows_; ++r) {
    if (r >= count) {
      // A lane that is left over reads what the last row reads.
      rows[r] = rows[r - 1] + step_;
      continue;
    }
    const std::uint8_t* row = raw + static_cast<std::size_t>(r) * (1 + size_);
    if (row[0] > kMostFilter) return nullptr;
    filters[r] = row[0];
    rows[r] = row + 1;
  }
#ifdef __SSE2__
  if (step_ == 1) {
    unfilter_rows<1>(rows, filters, above, target, stride_, size_);
  } else if (step_ == 2) {
    unfilter_rows<2>(rows, filters, above, target, stride_, size_);
  }
#endif
  if (rows_ == 1) unfilter_row(filters[0], rows[0], above, target, size_, step_);
  return target;
}

}  // namespace thoraxlite
