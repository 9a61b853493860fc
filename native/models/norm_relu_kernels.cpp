#include "models/norm_relu_kernels.h"

#include <cstring>

// Each loop once an instruction set; the loader takes the processor's.
#if defined(__x86_64__) && defined(__linux__)
#define FOR_EACH_SET __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EACH_SET
#endif
#define INLINE inline __attribute__((always_inline))

namespace thoraxlite::norm_relu_kernels {
namespace {

INLINE float to_float(float value) {
  return value;
}

INLINE float to_float(std::uint16_t value) {
  const std::uint32_t bits = std::uint32_t{value} << 16;
  float result = 0;
  std::memcpy(&result, &bits, sizeof result);
  return result;
}

INLINE void store(float value, float& place) {
  place = value;
}

// To the nearest, of two the even one.
INLINE void store(float value, std::uint16_t& place) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  const std::uint32_t nearest = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  place = static_cast<std::uint16_t>(value == value ? nearest : 0x7fc0);
}

template <class T>
INLINE void moments(const T* x, std::int64_t rows, std::int64_t channels,
                    const float* __restrict pivot, float* __restrict sum,
                    float* __restrict square) {
  for (std::int64_t row = 0; row < rows; ++row, x += channels) {
    for (std::int64_t c = 0; c < channels; ++c) {
      const float off = to_float(x[c]) - pivot[c];
      sum[c] += off;
      square[c] += off * off;
    }
  }
}

template <class T>
INLINE void clip(const T* __restrict x, std::int64_t rows, std::int64_t channels,
                 const float* __restrict scale, const float* __restrict shift, T* __restrict y) {
  for (std::int64_t row = 0; row < rows; ++row, x += channels, y += channels) {
    for (std::int64_t c = 0; c < channels; ++c) {
      const float value = to_float(x[c]) * scale[c] + shift[c];
      store(value < 0 ? 0.0f : value, y[c]);
    }
  }
}

template <class T>
INLINE float passed(T x, T dy, float scale, float shift) {
  return to_float(x) * scale + shift <= 0 ? 0.0f : to_float(dy);
}

template <class T>
INLINE void gradients(const T* x, const T* dy, std::int64_t rows, std::int64_t channels,
                      const float* __restrict scale, const float* __restrict shift,
                      const float* __restrict mean, float* __restrict sum,
                      float* __restrict product) {
  for (std::int64_t row = 0; row < rows; ++row, x += channels, dy += channels) {
    for (std::int64_t c = 0; c < channels; ++c) {
      const float g = passed(x[c], dy[c], scale[c], shift[c]);
      sum[c] += g;
      product[c] += g * (to_float(x[c]) - mean[c]);
    }
  }
}

template <class T>
INLINE void backward(const T* __restrict x, const T* __restrict dy, std::int64_t rows,
                     std::int64_t channels, const float* __restrict scale,
                     const float* __restrict shift, const float* __restrict slope,
                     const float* __restrict offset, T* __restrict dx) {
  for (std::int64_t row = 0; row < rows; ++row, x += channels, dy += channels, dx += channels) {
    for (std::int64_t c = 0; c < channels; ++c) {
      const float g = passed(x[c], dy[c], scale[c], shift[c]);
      store(scale[c] * g + slope[c] * to_float(x[c]) + offset[c], dx[c]);
    }
  }
}

}  // namespace

FOR_EACH_SET void add_moments(const float* x, std::int64_t rows, std::int64_t channels,
                              const float* pivot, float* sum, float* square) {
  moments(x, rows, channels, pivot, sum, square);
}

FOR_EACH_SET void add_moments(const std::uint16_t* x, std::int64_t rows, std::int64_t channels,
                              const float* pivot, float* sum, float* square) {
  moments(x, rows, channels, pivot, sum, square);
}

FOR_EACH_SET void scale_and_clip(const float* x, std::int64_t rows, std::int64_t channels,
                                 const float* scale, const float* shift, float* y) {
  clip(x, rows, channels, scale, shift, y);
}

FOR_EACH_SET void scale_and_clip(const std::uint16_t* x, std::int64_t rows, std::int64_t channels,
                                 const float* scale, const float* shift, std::uint16_t* y) {
  clip(x, rows, channels, scale, shift, y);
}

FOR_EACH_SET void add_gradients(const float* x, const float* dy, std::int64_t rows,
                                std::int64_t channels, const float* scale, const float* shift,
                                const float* mean, float* sum, float* product) {
  gradients(x, dy, rows, channels, scale, shift, mean, sum, product);
}

FOR_EACH_SET void add_gradients(const std::uint16_t* x, const std::uint16_t* dy, std::int64_t rows,
                                std::int64_t channels, const float* scale, const float* shift,
                                const float* mean, float* sum, float* product) {
  gradients(x, dy, rows, channels, scale, shift, mean, sum, product);
}

FOR_EACH_SET void input_gradient(const float* x, const float* dy, std::int64_t rows,
                                 std::int64_t channels, const float* scale, const float* shift,
                                 const float* slope, const float* offset, float* dx) {
  backward(x, dy, rows, channels, scale, shift, slope, offset, dx);
}

FOR_EACH_SET void input_gradient(const std::uint16_t* x, const std::uint16_t* dy, std::int64_t rows,
                                 std::int64_t channels, const float* scale, const float* shift,
                                 const float* slope, const float* offset, std::uint16_t* dx) {
  backward(x, dy, rows, channels, scale, shift, slope, offset, dx);
}

}  // namespace thoraxlite::norm_relu_kernels
