// One vector of floats, as wide as the instruction set that this file is compiled for.
//
// GCC's and Clang's vector extensions give +, - and * on every processor; what they lack stands
// below, once an instruction set. Everything here has internal linkage: the same source is compiled
// for several instruction sets, and the linker must not swap them.
#pragma once

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#elif defined(__SSE2__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#else
#error "The simd engine needs WebAssembly SIMD128, SSE2, AVX2 with FMA, AVX-512 or NEON."
#endif

// UNROLL is for loops over registers, which are no array to the processor; NO_UNROLL for loops that
// a compiler must not make into that (README.md, "One step a loop"), or that are no faster for it.
#if defined(__clang__)
#define THORAXLITE_UNROLL _Pragma("clang loop unroll(full)")
#define THORAXLITE_NO_UNROLL _Pragma("clang loop unroll(disable)")
#else
#define THORAXLITE_UNROLL _Pragma("GCC unroll 64")
#define THORAXLITE_NO_UNROLL _Pragma("GCC unroll 1")
#endif

namespace thoraxlite {
namespace {

// kMicroRows: rows of a micro-tile, an even number. It has two vectors a row, and with two more for
// weights and one for an input it fills the registers: 16 of x86 and of V8, 32 of AVX-512 and NEON.
// Where a multiply-add is two instructions, V8 needs registers for what is between them.
#if defined(__AVX512F__)
constexpr int kLanes = 16;
constexpr int kMicroRows = 14;
#elif defined(__AVX2__) && defined(__FMA__)
constexpr int kLanes = 8;
constexpr int kMicroRows = 6;
#elif defined(__ARM_NEON)
constexpr int kLanes = 4;
constexpr int kMicroRows = 14;
#elif defined(__wasm_simd128__) && !defined(__wasm_relaxed_simd__)
constexpr int kLanes = 4;
constexpr int kMicroRows = 4;
#else
constexpr int kLanes = 4;
constexpr int kMicroRows = 6;
#endif

using Vec = float __attribute__((vector_size(kLanes * sizeof(float))));

inline Vec load(const float* values) {
  Vec vector;
  __builtin_memcpy(&vector, values, sizeof vector);
  return vector;
}

inline void store(float* values, Vec vector) {
  __builtin_memcpy(values, &vector, sizeof vector);
}

// a * b + c, rounded once or twice: only the tolerance of the engine is promised.
inline Vec multiply_add(Vec a, Vec b, Vec c);
// Of two numbers; what it makes of a NaN differs.
inline Vec larger(Vec a, Vec b);
inline Vec splat(float value);

#if defined(__wasm_simd128__)
inline Vec multiply_add(Vec a, Vec b, Vec c) {
#if defined(__wasm_relaxed_simd__)
  return reinterpret_cast<Vec>(wasm_f32x4_relaxed_madd(
      reinterpret_cast<v128_t>(a), reinterpret_cast<v128_t>(b), reinterpret_cast<v128_t>(c)));
#else
  return a * b + c;
#endif
}
inline Vec larger(Vec a, Vec b) {
#if defined(__wasm_relaxed_simd__)
  return reinterpret_cast<Vec>(
      wasm_f32x4_relaxed_max(reinterpret_cast<v128_t>(a), reinterpret_cast<v128_t>(b)));
#else
  // f32x4.max takes three instructions on x86, pmax one.
  return reinterpret_cast<Vec>(
      wasm_f32x4_pmax(reinterpret_cast<v128_t>(a), reinterpret_cast<v128_t>(b)));
#endif
}
inline Vec splat(float value) {
  return reinterpret_cast<Vec>(wasm_f32x4_splat(value));
}
#elif defined(__AVX512F__)
inline Vec multiply_add(Vec a, Vec b, Vec c) {
  return _mm512_fmadd_ps(a, b, c);
}
inline Vec larger(Vec a, Vec b) {
  return _mm512_max_ps(a, b);
}
inline Vec splat(float value) {
  return _mm512_set1_ps(value);
}
#elif defined(__AVX2__) && defined(__FMA__)
inline Vec multiply_add(Vec a, Vec b, Vec c) {
  return _mm256_fmadd_ps(a, b, c);
}
inline Vec larger(Vec a, Vec b) {
  return _mm256_max_ps(a, b);
}
inline Vec splat(float value) {
  return _mm256_set1_ps(value);
}
#elif defined(__SSE2__)
inline Vec multiply_add(Vec a, Vec b, Vec c) {
  return a * b + c;
}
inline Vec larger(Vec a, Vec b) {
  return _mm_max_ps(a, b);
}
inline Vec splat(float value) {
  return _mm_set1_ps(value);
}
#elif defined(__ARM_NEON)
inline Vec multiply_add(Vec a, Vec b, Vec c) {
  return reinterpret_cast<Vec>(vfmaq_f32(reinterpret_cast<float32x4_t>(c),
                                         reinterpret_cast<float32x4_t>(a),
                                         reinterpret_cast<float32x4_t>(b)));
}
inline Vec larger(Vec a, Vec b) {
  return reinterpret_cast<Vec>(
      vmaxq_f32(reinterpret_cast<float32x4_t>(a), reinterpret_cast<float32x4_t>(b)));
}
inline Vec splat(float value) {
  return reinterpret_cast<Vec>(vdupq_n_f32(value));
}
#endif

}  // namespace
}  // namespace thoraxlite
