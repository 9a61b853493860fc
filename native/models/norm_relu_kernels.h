// The loops of norm_relu over rows of channels: float32, or bfloat16 as its 16 bits. In each,
// x, y, dy and dx are [rows, channels], the rest [channels].
#pragma once

#include <cstdint>

namespace thoraxlite::norm_relu_kernels {

// sum[c] += sum over rows of x - pivot, square[c] += of its square.
void add_moments(const float* x, std::int64_t rows, std::int64_t channels, const float* pivot,
                 float* sum, float* square);
void add_moments(const std::uint16_t* x, std::int64_t rows, std::int64_t channels,
                 const float* pivot, float* sum, float* square);

// y = max(0, scale x + shift); what is no number stays none.
void scale_and_clip(const float* x, std::int64_t rows, std::int64_t channels, const float* scale,
                    const float* shift, float* y);
void scale_and_clip(const std::uint16_t* x, std::int64_t rows, std::int64_t channels,
                    const float* scale, const float* shift, std::uint16_t* y);

// Of g, which is dy where scale x + shift is above 0: sum[c] += g, product[c] += g (x - mean).
void add_gradients(const float* x, const float* dy, std::int64_t rows, std::int64_t channels,
                   const float* scale, const float* shift, const float* mean, float* sum,
                   float* product);
void add_gradients(const std::uint16_t* x, const std::uint16_t* dy, std::int64_t rows,
                   std::int64_t channels, const float* scale, const float* shift, const float* mean,
                   float* sum, float* product);

// dx = scale g + slope x + offset.
void input_gradient(const float* x, const float* dy, std::int64_t rows, std::int64_t channels,
                    const float* scale, const float* shift, const float* slope, const float* offset,
                    float* dx);
void input_gradient(const std::uint16_t* x, const std::uint16_t* dy, std::int64_t rows,
                    std::int64_t channels, const float* scale, const float* shift,
                    const float* slope, const float* offset, std::uint16_t* dx);

}  // namespace thoraxlite::norm_relu_kernels
