// What libjpeg-turbo calls for the inverse DCT: its accurate integer transform ("islow"), bit by
// bit, in the processor's 128-bit instructions. The library has it in assembler for each processor,
// but not for WebAssembly; Emscripten gives these same SSE2 intrinsics as SIMD128, so that one text
// serves both. Elsewhere the library's own C runs, with the same results.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

extern "C" {
#define JPEG_INTERNALS
#include <jinclude.h>
#include <jpeglib.h>
// After jpeglib.h
#include <jdct.h>
#include <jerror.h>
}

namespace {

#ifdef __SSE2__

using Step = short;  // of quantisation

// Loeffler, Ligtenberg, Moschytz 1989, figure 1, constants times 2^13.
constexpr int kFractionBits = 13;
constexpr int kPass1Bits = 2;  // kept between the passes
constexpr short k0_298 = 2446;
constexpr short k0_390 = 3196;
constexpr short k0_541 = 4433;
constexpr short k0_765 = 6270;
constexpr short k0_899 = 7373;
constexpr short k1_175 = 9633;
constexpr short k1_501 = 12299;
constexpr short k1_847 = 15137;
constexpr short k1_961 = 16069;
constexpr short k2_053 = 16819;
constexpr short k2_562 = 20995;
constexpr short k3_072 = 25172;

// For _mm_madd_epi16: a * first + b * second of interleaved a and b.
__m128i weights(int first, int second) {
  const auto a = static_cast<short>(first);
  const auto b = static_cast<short>(second);
  return _mm_set_epi16(b, a, b, a, b, a, b, a);
}

struct Sums {
  __m128i even[4];
  __m128i odd[4];
};

// Four columns; each argument holds two rows interleaved, `sum` and `difference` those of rows 0
// and 4 in the upper halves of 32 bits.
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

// One-dimensional transform down the columns of eight rows of eight, in place.
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
    rows[i] = _mm_packs_epi32(_mm_srai_epi32(_mm_add_epi32(low.even[i], low.odd[i]), kShift),
                              _mm_srai_epi32(_mm_add_epi32(high.even[i], high.odd[i]), kShift));
    rows[7 - i] = _mm_packs_epi32(_mm_srai_epi32(_mm_sub_epi32(low.even[i], low.odd[i]), kShift),
                                  _mm_srai_epi32(_mm_sub_epi32(high.even[i], high.odd[i]), kShift));
  }
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

void store(JSAMPROW row, JDIMENSION column, __m128i eight) {
  _mm_storel_epi64(reinterpret_cast<__m128i*>(row + column), eight);
}

void inverse_dct(j_decompress_ptr, jpeg_component_info* component, JCOEFPTR block,
                 JSAMPARRAY output, JDIMENSION column) {
  const auto* coefficients = reinterpret_cast<const __m128i*>(block);
  const auto* steps = static_cast<const __m128i*>(component->dct_table);
  __m128i rows[8];
  for (int i = 0; i < 8; ++i) rows[i] = _mm_loadu_si128(coefficients + i);

  __m128i rest = _mm_srli_si128(rows[0], 2);
  for (int i = 1; i < 8; ++i) rest = _mm_or_si128(rest, rows[i]);
  const bool is_flat = _mm_movemask_epi8(_mm_cmpeq_epi8(rest, _mm_setzero_si128())) == 0xffff;

  for (int i = 0; i < 8; ++i) rows[i] = _mm_mullo_epi16(rows[i], _mm_loadu_si128(steps + i));
  const __m128i centre = _mm_set1_epi8(static_cast<char>(CENTERJSAMPLE));
  if (is_flat) {
    // What both passes come to where only the mean is not 0.
    const int mean = static_cast<short>(_mm_cvtsi128_si32(rows[0]));
    const __m128i value = _mm_set1_epi16(static_cast<short>((mean * 4 + 16) >> 5));
    const __m128i eight = _mm_add_epi8(_mm_packs_epi16(value, value), centre);
    for (int i = 0; i < 8; ++i) store(output[i], column, eight);
    return;
  }
  transform<kFractionBits - kPass1Bits>(rows);
  transpose(rows);
  transform<kFractionBits + kPass1Bits + 3>(rows);
  transpose(rows);
  for (int i = 0; i < 8; i += 2) {
    const __m128i pair = _mm_add_epi8(_mm_packs_epi16(rows[i], rows[i + 1]), centre);
    store(output[i], column, pair);
    store(output[i + 1], column, _mm_srli_si128(pair, 8));
  }
}

#else

using Step = ISLOW_MULT_TYPE;

constexpr auto inverse_dct = jpeg_idct_islow;

#endif

// The table of quantisation steps that each component's transform multiplies by.
void start_pass(j_decompress_ptr jpeg) {
  for (int c = 0; c < jpeg->num_components; ++c) {
    jpeg_component_info& component = jpeg->comp_info[c];
    jpeg->idct->inverse_DCT[c] = inverse_dct;
    auto* steps = static_cast<Step*>(component.dct_table);
    for (int i = 0; i < DCTSIZE2; ++i) {
      // No table: nothing of this component has been read, and its coefficients are all 0.
      steps[i] = component.quant_table == nullptr
                     ? Step{0}
                     : static_cast<Step>(component.quant_table->quantval[i]);
    }
  }
}

[[noreturn]] void not_built_in(j_decompress_ptr jpeg) {
  jpeg->err->msg_code = JERR_NOT_COMPILED;
  jpeg->err->error_exit(reinterpret_cast<j_common_ptr>(jpeg));
  __builtin_unreachable();
}

}  // namespace

extern "C" {

// In place of the library's jddctmgr.c.
void jinit_inverse_dct(j_decompress_ptr jpeg) {
  const auto common = reinterpret_cast<j_common_ptr>(jpeg);
  jpeg->idct = static_cast<jpeg_inverse_dct*>(
      jpeg->mem->alloc_small(common, JPOOL_IMAGE, sizeof(jpeg_inverse_dct)));
  jpeg->idct->start_pass = start_pass;
  for (int c = 0; c < jpeg->num_components; ++c) {
    jpeg->comp_info[c].dct_table =
        jpeg->mem->alloc_small(common, JPOOL_IMAGE, DCTSIZE2 * sizeof(Step));
  }
}

// decode_jpeg.cpp asks for raw planes, so these are never called; without the library's own the
// module is a third smaller.
void jinit_color_deconverter(j_decompress_ptr jpeg) {
  not_built_in(jpeg);
}
void jinit_upsampler(j_decompress_ptr jpeg) {
  not_built_in(jpeg);
}
void jinit_d_post_controller(j_decompress_ptr jpeg, boolean) {
  not_built_in(jpeg);
}
void jinit_d_main_controller(j_decompress_ptr, boolean) {}  // called, and left without work
}
