// In the processor's 128-bit instructions: Emscripten gives these same SSE2 intrinsics as SIMD128,
// so that one text serves both. Elsewhere plain C++ runs, with the same results.
#include "core/image/inverse_dct.h"

#include <algorithm>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace thoraxlite {
namespace {

// Constants of the figure times 2^13.
constexpr int kFractionBits = 13;
constexpr int kPass1Bits = 2;  // kept between the passes
constexpr int kPass1Shift = kFractionBits - kPass1Bits;
constexpr int kPass2Shift = kFractionBits + kPass1Bits + 3;
constexpr int kCentre = 128;
constexpr int k0_298 = 2446;
constexpr int k0_390 = 3196;
constexpr int k0_541 = 4433;
constexpr int k0_765 = 6270;
constexpr int k0_899 = 7373;
constexpr int k1_175 = 9633;
constexpr int k1_501 = 12299;
constexpr int k1_847 = 15137;
constexpr int k1_961 = 16069;
constexpr int k2_053 = 16819;
constexpr int k2_562 = 20995;
constexpr int k3_072 = 25172;

// The value of all pixels where only the mean is not 0: what both passes come to.
int flat_value(std::int16_t mean) {
  return (mean * (1 << kPass1Bits) + 16) >> (kPass1Bits + 3);
}

std::int16_t wrapped(int value) {
  return static_cast<std::int16_t>(value);
}

std::int16_t saturated(int value) {
  return static_cast<std::int16_t>(std::clamp(value, -32768, 32767));
}

// One-dimensional transform of eight values, `step` apart, in place. Sums of two values wrap at 16
// bits, results saturate, as the instructions below do it.
void transform_plainly(std::int16_t* v, int step, int shift) {
  const auto at = [&](int i) -> std::int16_t& { return v[i * step]; };
  const int round = 1 << (shift - 1);
  const int t0 = wrapped(at(0) + at(4)) * (1 << kFractionBits) + round;
  const int t1 = wrapped(at(0) - at(4)) * (1 << kFractionBits) + round;
  const int t2 = at(2) * k0_541 + at(6) * (k0_541 - k1_847);
  const int t3 = at(2) * (k0_541 + k0_765) + at(6) * k0_541;
  const int a = wrapped(at(7) + at(3));
  const int b = wrapped(at(5) + at(1));
  const int z3 = a * (k1_175 - k1_961) + b * k1_175;
  const int z4 = a * k1_175 + b * (k1_175 - k0_390);
  const unsigned odd[] = {static_cast<unsigned>(at(7) * -k0_899 + at(1) * (k1_501 - k0_899)) +
                              static_cast<unsigned>(z4),
                          static_cast<unsigned>(at(5) * -k2_562 + at(3) * (k3_072 - k2_562)) +
                              static_cast<unsigned>(z3),
                          static_cast<unsigned>(at(5) * (k2_053 - k2_562) + at(3) * -k2_562) +
                              static_cast<unsigned>(z4),
                          static_cast<unsigned>(at(7) * (k0_298 - k0_899) + at(1) * -k0_899) +
                              static_cast<unsigned>(z3)};
  const unsigned even[] = {static_cast<unsigned>(t0) + static_cast<unsigned>(t3),
                           static_cast<unsigned>(t1) + static_cast<unsigned>(t2),
                           static_cast<unsigned>(t1) - static_cast<unsigned>(t2),
                           static_cast<unsigned>(t0) - static_cast<unsigned>(t3)};
  for (int i = 0; i < 4; ++i) {
    at(i) = saturated(static_cast<int>(even[i] + odd[i]) >> shift);
    at(7 - i) = saturated(static_cast<int>(even[i] - odd[i]) >> shift);
  }
}

}  // namespace

void inverse_dct_plainly(std::int16_t* coefficients, const std::int16_t* steps,
                         std::uint8_t* pixels, std::size_t stride) {
  std::int16_t values[64];
  for (int i = 0; i < 64; ++i) values[i] = wrapped(coefficients[i] * steps[i]);
  if (dct_reach(coefficients) == DctReach::mean) {
    std::fill(values, values + 64, saturated(flat_value(values[0])));
  } else {
    for (int x = 0; x < 8; ++x) transform_plainly(values + x, 8, kPass1Shift);
    for (int y = 0; y < 8; ++y) transform_plainly(values + 8 * y, 1, kPass2Shift);
  }
  std::fill(coefficients, coefficients + 64, std::int16_t{0});
  for (int i = 0; i < 64; ++i) {
    pixels[static_cast<std::size_t>(i / 8) * stride + static_cast<std::size_t>(i % 8)] =
        static_cast<std::uint8_t>(std::clamp<int>(values[i], -kCentre, kCentre - 1) + kCentre);
  }
}

#ifdef __SSE2__

namespace {

// For _mm_madd_epi16: a * first + b * second of interleaved a and b.
inline __m128i weights(int first, int second) {
  return _mm_set1_epi32(static_cast<int>(static_cast<unsigned>(second) << 16 |
                                         (static_cast<unsigned>(first) & 0xffff)));
}

// Sums that a row i and a row 7 - i of the result are the sum and the difference of.
struct Sums {
  __m128i even[4];
  __m128i odd[4];
};

// Four columns. In 32 bits: pairs of rows by madd, rows 0 and 4 shifted up.
inline Sums butterflies(__m128i sum, __m128i difference, __m128i rows26, __m128i rows71,
                        __m128i rows53, __m128i odd_sums, __m128i round) {
  const __m128i t2 = _mm_madd_epi16(rows26, weights(k0_541, k0_541 - k1_847));
  const __m128i t3 = _mm_madd_epi16(rows26, weights(k0_541 + k0_765, k0_541));
  const __m128i t0 = _mm_add_epi32(_mm_srai_epi32(sum, 16 - kFractionBits), round);
  const __m128i t1 = _mm_add_epi32(_mm_srai_epi32(difference, 16 - kFractionBits), round);
  const __m128i z3 = _mm_madd_epi16(odd_sums, weights(k1_175 - k1_961, k1_175));
  const __m128i z4 = _mm_madd_epi16(odd_sums, weights(k1_175, k1_175 - k0_390));
  return {
      {_mm_add_epi32(t0, t3), _mm_add_epi32(t1, t2), _mm_sub_epi32(t1, t2), _mm_sub_epi32(t0, t3)},
      {_mm_add_epi32(_mm_madd_epi16(rows71, weights(-k0_899, k1_501 - k0_899)), z4),
       _mm_add_epi32(_mm_madd_epi16(rows53, weights(-k2_562, k3_072 - k2_562)), z3),
       _mm_add_epi32(_mm_madd_epi16(rows53, weights(k2_053 - k2_562, -k2_562)), z4),
       _mm_add_epi32(_mm_madd_epi16(rows71, weights(k0_298 - k0_899, -k0_899)), z3)}};
}

template <int kShift>
inline __m128i sums(__m128i even, __m128i odd) {
  return _mm_srai_epi32(_mm_add_epi32(even, odd), kShift);
}
template <int kShift>
inline __m128i differences(__m128i even, __m128i odd) {
  return _mm_srai_epi32(_mm_sub_epi32(even, odd), kShift);
}

// The transform down the columns of eight rows of eight, in place.
template <int kShift>
inline void transform(__m128i (&rows)[8]) {
  const __m128i zero = _mm_setzero_si128();
  const __m128i round = _mm_set1_epi32(1 << (kShift - 1));
  const __m128i sum = _mm_add_epi16(rows[0], rows[4]);
  const __m128i difference = _mm_sub_epi16(rows[0], rows[4]);
  const __m128i z3 = _mm_add_epi16(rows[7], rows[3]);
  const __m128i z4 = _mm_add_epi16(rows[5], rows[1]);
  const Sums low =
      butterflies(_mm_unpacklo_epi16(zero, sum), _mm_unpacklo_epi16(zero, difference),
                  _mm_unpacklo_epi16(rows[2], rows[6]), _mm_unpacklo_epi16(rows[7], rows[1]),
                  _mm_unpacklo_epi16(rows[5], rows[3]), _mm_unpacklo_epi16(z3, z4), round);
  const Sums high =
      butterflies(_mm_unpackhi_epi16(zero, sum), _mm_unpackhi_epi16(zero, difference),
                  _mm_unpackhi_epi16(rows[2], rows[6]), _mm_unpackhi_epi16(rows[7], rows[1]),
                  _mm_unpackhi_epi16(rows[5], rows[3]), _mm_unpackhi_epi16(z3, z4), round);
  for (int i = 0; i < 4; ++i) {
    rows[i] = _mm_packs_epi32(sums<kShift>(low.even[i], low.odd[i]),
                              sums<kShift>(high.even[i], high.odd[i]));
    rows[7 - i] = _mm_packs_epi32(differences<kShift>(low.even[i], low.odd[i]),
                                  differences<kShift>(high.even[i], high.odd[i]));
  }
}

// The same of rows of which only 0 to 3 are not 0.
inline Sums butterflies_of_four(__m128i row0, __m128i row1, __m128i row2, __m128i row3,
                                __m128i rows31, __m128i round) {
  const __m128i t0 = _mm_add_epi32(_mm_srai_epi32(row0, 16 - kFractionBits), round);
  const __m128i t2 = _mm_madd_epi16(row2, weights(k0_541, 0));
  const __m128i t3 = _mm_madd_epi16(row2, weights(k0_541 + k0_765, 0));
  const __m128i z3 = _mm_madd_epi16(rows31, weights(k1_175 - k1_961, k1_175));
  const __m128i z4 = _mm_madd_epi16(rows31, weights(k1_175, k1_175 - k0_390));
  return {
      {_mm_add_epi32(t0, t3), _mm_add_epi32(t0, t2), _mm_sub_epi32(t0, t2), _mm_sub_epi32(t0, t3)},
      {_mm_add_epi32(_mm_madd_epi16(row1, weights(k1_501 - k0_899, 0)), z4),
       _mm_add_epi32(_mm_madd_epi16(row3, weights(k3_072 - k2_562, 0)), z3),
       _mm_add_epi32(_mm_madd_epi16(row3, weights(-k2_562, 0)), z4),
       _mm_add_epi32(_mm_madd_epi16(row1, weights(-k0_899, 0)), z3)}};
}

inline Sums low_sums(const __m128i (&rows)[8], __m128i round) {
  const __m128i zero = _mm_setzero_si128();
  return butterflies_of_four(_mm_unpacklo_epi16(zero, rows[0]), _mm_unpacklo_epi16(rows[1], zero),
                             _mm_unpacklo_epi16(rows[2], zero), _mm_unpacklo_epi16(rows[3], zero),
                             _mm_unpacklo_epi16(rows[3], rows[1]), round);
}

inline Sums high_sums(const __m128i (&rows)[8], __m128i round) {
  const __m128i zero = _mm_setzero_si128();
  return butterflies_of_four(_mm_unpackhi_epi16(zero, rows[0]), _mm_unpackhi_epi16(rows[1], zero),
                             _mm_unpackhi_epi16(rows[2], zero), _mm_unpackhi_epi16(rows[3], zero),
                             _mm_unpackhi_epi16(rows[3], rows[1]), round);
}

inline void transpose(__m128i (&rows)[8]) {
  for (int step = 0; step < 3; ++step) {
    __m128i mixed[8];
    for (int i = 0; i < 4; ++i) {
      mixed[2 * i] = _mm_unpacklo_epi16(rows[i], rows[i + 4]);
      mixed[2 * i + 1] = _mm_unpackhi_epi16(rows[i], rows[i + 4]);
    }
    std::memcpy(rows, mixed, sizeof mixed);
  }
}

// Both passes where x and y are below 4: four columns in, transposed, and four rows of them in.
inline void transform_low(__m128i (&rows)[8]) {
  const Sums first = low_sums(rows, _mm_set1_epi32(1 << (kPass1Shift - 1)));
  __m128i mixed[4];  // of four values each, rows i and i + 4
  for (int i = 0; i < 4; ++i) {
    const int j = 7 - (i + 4);
    mixed[i] = _mm_unpacklo_epi16(
        _mm_packs_epi32(sums<kPass1Shift>(first.even[i], first.odd[i]), _mm_setzero_si128()),
        _mm_packs_epi32(differences<kPass1Shift>(first.even[j], first.odd[j]),
                        _mm_setzero_si128()));
  }
  const __m128i even[2] = {_mm_unpacklo_epi16(mixed[0], mixed[2]),
                           _mm_unpackhi_epi16(mixed[0], mixed[2])};
  const __m128i odd[2] = {_mm_unpacklo_epi16(mixed[1], mixed[3]),
                          _mm_unpackhi_epi16(mixed[1], mixed[3])};
  for (int i = 0; i < 2; ++i) {
    rows[2 * i] = _mm_unpacklo_epi16(even[i], odd[i]);
    rows[2 * i + 1] = _mm_unpackhi_epi16(even[i], odd[i]);
  }
  const __m128i round = _mm_set1_epi32(1 << (kPass2Shift - 1));
  const Sums low = low_sums(rows, round);
  const Sums high = high_sums(rows, round);
  for (int i = 0; i < 4; ++i) {
    rows[i] = _mm_packs_epi32(sums<kPass2Shift>(low.even[i], low.odd[i]),
                              sums<kPass2Shift>(high.even[i], high.odd[i]));
    rows[7 - i] = _mm_packs_epi32(differences<kPass2Shift>(low.even[i], low.odd[i]),
                                  differences<kPass2Shift>(high.even[i], high.odd[i]));
  }
}

inline void store(std::uint8_t* pixels, __m128i eight) {
  _mm_storel_epi64(reinterpret_cast<__m128i*>(pixels), eight);
}

inline void store_high(std::uint8_t* pixels, __m128i sixteen) {
  _mm_storeh_pd(reinterpret_cast<double*>(pixels), _mm_castsi128_pd(sixteen));
}

// Columns of eight pixels to rows, as bytes.
inline void store_columns(const __m128i (&columns)[8], std::uint8_t* pixels, std::size_t stride) {
  const __m128i centre = _mm_set1_epi8(static_cast<char>(kCentre));
  const auto bytes = [&](int i) {
    return _mm_add_epi8(_mm_packs_epi16(columns[i], columns[i + 2]), centre);
  };
  const __m128i columns02 = bytes(0);
  const __m128i columns13 = bytes(1);
  const __m128i columns46 = bytes(4);
  const __m128i columns57 = bytes(5);
  const __m128i columns04 = _mm_unpacklo_epi8(columns02, columns46);
  const __m128i columns26 = _mm_unpackhi_epi8(columns02, columns46);
  const __m128i columns15 = _mm_unpacklo_epi8(columns13, columns57);
  const __m128i columns37 = _mm_unpackhi_epi8(columns13, columns57);
  const __m128i even[2] = {_mm_unpacklo_epi8(columns04, columns26),
                           _mm_unpackhi_epi8(columns04, columns26)};
  const __m128i odd[2] = {_mm_unpacklo_epi8(columns15, columns37),
                          _mm_unpackhi_epi8(columns15, columns37)};
  for (int i = 0; i < 2; ++i) {
    const __m128i two = _mm_unpacklo_epi8(even[i], odd[i]);
    const __m128i next = _mm_unpackhi_epi8(even[i], odd[i]);
    store(pixels, two);
    store_high(pixels + stride, two);
    store(pixels + 2 * stride, next);
    store_high(pixels + 3 * stride, next);
    pixels += 4 * stride;
  }
}

inline __m128i load(const std::int16_t* eight) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(eight));
}

template <int kRows>
inline void take(std::int16_t* coefficients, const std::int16_t* steps, __m128i (&rows)[8]) {
  for (int i = 0; i < kRows; ++i) {
    rows[i] = _mm_mullo_epi16(load(coefficients + 8 * i), load(steps + 8 * i));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(coefficients + 8 * i), _mm_setzero_si128());
  }
}

inline bool is_zero(__m128i bits) {
  return _mm_movemask_epi8(_mm_cmpeq_epi8(bits, _mm_setzero_si128())) == 0xffff;
}

}  // namespace

void inverse_dct(std::int16_t* coefficients, const std::int16_t* steps, DctReach reach,
                 std::uint8_t* pixels, std::size_t stride) {
  if (reach == DctReach::mean) {
    const int value = flat_value(wrapped(coefficients[0] * steps[0]));
    coefficients[0] = 0;
    const __m128i eight =
        _mm_set1_epi8(static_cast<char>(std::clamp(value, -kCentre, kCentre - 1) + kCentre));
    for (int y = 0; y < 8; ++y, pixels += stride) store(pixels, eight);
    return;
  }
  __m128i rows[8];
  if (reach == DctReach::low) {
    take<4>(coefficients, steps, rows);
    transform_low(rows);
  } else {
    take<8>(coefficients, steps, rows);
    transform<kPass1Shift>(rows);
    transpose(rows);
    transform<kPass2Shift>(rows);
  }
  store_columns(rows, pixels, stride);
}

DctReach dct_reach(const std::int16_t* coefficients) {
  __m128i low = load(coefficients);
  __m128i rest = _mm_srli_si128(low, 2);
  for (int i = 1; i < 4; ++i) {
    low = _mm_or_si128(low, load(coefficients + 8 * i));
    rest = _mm_or_si128(rest, load(coefficients + 8 * i));
  }
  __m128i high = load(coefficients + 32);
  for (int i = 5; i < 8; ++i) high = _mm_or_si128(high, load(coefficients + 8 * i));
  if (!is_zero(_mm_or_si128(high, _mm_srli_si128(low, 8)))) return DctReach::all;
  return is_zero(rest) ? DctReach::mean : DctReach::low;
}

#else

void inverse_dct(std::int16_t* coefficients, const std::int16_t* steps, DctReach,
                 std::uint8_t* pixels, std::size_t stride) {
  inverse_dct_plainly(coefficients, steps, pixels, stride);
}

DctReach dct_reach(const std::int16_t* coefficients) {
  const bool is_mean =
      std::all_of(coefficients + 1, coefficients + 64, [](int c) { return c == 0; });
  return is_mean ? DctReach::mean : DctReach::all;
}

#endif

}  // namespace thoraxlite
