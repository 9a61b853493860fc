#include "bench/fma_peak.h"

namespace thoraxlite {
namespace {

constexpr int kSteps = 200'000;
constexpr int kSums = 12;

// Vec: float vectors of the compiler. The compiler fuses the multiplication and the addition where
// the instruction set can (-ffp-contract=fast for this file).
template <class Vec>
inline __attribute__((always_inline)) float busy() {
  Vec factor = Vec{} + 0.999f;
  const Vec addend = Vec{} + 0.001f;
  // Sums that do not wait for each other: two units with a latency of four or five steps need ten.
  // Each by its name, or the compiler keeps them in memory.
  // They start apart, since the compiler would compute equal ones once.
  const Vec start = Vec{} + 1.0f;
  Vec a = start, b = 2 * start, c = 3 * start, d = 4 * start, e = 5 * start, f = 6 * start,
      g = 7 * start, h = 8 * start, i = 9 * start, j = 10 * start, k = 11 * start, l = 12 * start;
  for (int step = 0; step < kSteps; ++step) {
    // The compiler may not know that the factor stays the same, or it could sum a series instead.
    asm volatile("" : "+m"(factor));
    const Vec now = factor;
    a = a * now + addend;
    b = b * now + addend;
    c = c * now + addend;
    d = d * now + addend;
    e = e * now + addend;
    f = f * now + addend;
    g = g * now + addend;
    h = h * now + addend;
    i = i * now + addend;
    j = j * now + addend;
    k = k * now + addend;
    l = l * now + addend;
  }
  const Vec sum = ((a + b) + (c + d)) + ((e + f) + (g + h)) + ((i + j) + (k + l));
  return sum[0];
}

typedef float Vec4 __attribute__((vector_size(16)));

#if defined(__x86_64__)
typedef float Vec8 __attribute__((vector_size(32)));
typedef float Vec16 __attribute__((vector_size(64)));

__attribute__((target("fma"))) float busy_128_fma() {
  return busy<Vec4>();
}

__attribute__((target("avx2,fma"))) float busy_avx2() {
  return busy<Vec8>();
}

__attribute__((target("avx512f"))) float busy_avx512() {
  return busy<Vec16>();
}
#endif

float busy_128() {
  return busy<Vec4>();
}

constexpr double multiply_adds(int lanes) {
  return static_cast<double>(kSteps) * kSums * lanes;
}

}  // namespace

std::vector<FmaKernel> fma_kernels() {
  std::vector<FmaKernel> kernels;
#if defined(__x86_64__)
  kernels.push_back({"SSE2, 128 bit, multiply and add apart", multiply_adds(4), busy_128});
  if (__builtin_cpu_supports("fma")) {
    kernels.push_back({"FMA, 128 bit", multiply_adds(4), busy_128_fma});
    kernels.push_back({"AVX2, 256 bit", multiply_adds(8), busy_avx2});
  }
  if (__builtin_cpu_supports("avx512f")) {
    kernels.push_back({"AVX-512, 512 bit", multiply_adds(16), busy_avx512});
  }
#else
  kernels.push_back({"NEON, 128 bit", multiply_adds(4), busy_128});
#endif
  return kernels;
}

}  // namespace thoraxlite
