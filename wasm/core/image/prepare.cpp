#include "core/image/prepare.h"

#include <algorithm>

namespace thoraxlite {
namespace {

template <class Pixel>
void add_to(std::uint32_t* sums, const Pixel* pixels, int count) {
  for (int x = 0; x < count; ++x) sums[x] += pixels[x];
}

template <class Pixel>
void add_to(std::uint32_t* sums, const Pixel* pixels, int count, std::uint32_t weight) {
  for (int x = 0; x < count; ++x) sums[x] += weight * pixels[x];
}

// The sums of kRows rows, which a compiler makes in 16 bits.
template <int kRows>
void add_rows_to(std::uint32_t* sums, const std::uint8_t* pixels, std::size_t stride, int count) {
  for (int x = 0; x < count; ++x) {
    unsigned sum = 0;
    for (int y = 0; y < kRows; ++y) sum += pixels[static_cast<std::size_t>(y) * stride + x];
    sums[x] += sum;
  }
}

}  // namespace

// Own code, though stb_image_resize2 has a box filter: that one is off by up to 1.9e-5 (225 to 224
// pixels), more than a step of a 16-bit film, and takes a quarter of the WebAssembly module.
//
// Counting in units of 1 / (input * output) of a side, an input pixel is `output` units long, an
// output pixel `input` units, and every overlap is a whole number of units. Sums of whole numbers
// are exact, so no compiler or processor can change them.
AreaAverage::AreaAverage(int width, int height, std::uint16_t max_value, int size)
    : width_(width),
      height_(height),
      size_(size),
      white_(double{1} * width * height * max_value),
      columns_(static_cast<std::size_t>(width)),
      whole_(static_cast<std::size_t>(width)) {
  output_.reserve(static_cast<std::size_t>(size) * static_cast<std::size_t>(size));
}

void AreaAverage::add_row(const std::uint8_t* pixels) {
  add(pixels);
}

void AreaAverage::add_row(const std::uint16_t* pixels) {
  add(pixels);
}

// As many rows at a time as lie whole in one output row.
void AreaAverage::add_rows(const std::uint8_t* pixels, std::size_t stride, int count) {
  while (count > 0) {
    const std::int64_t left = std::int64_t{output_row_ + 1} * height_ - std::int64_t{row_} * size_;
    const auto whole = static_cast<int>(std::min<std::int64_t>(count, left / size_));
    // The last of them may end the output row.
    const int rows = whole >= 5 ? 4 : whole >= 3 ? 2 : 1;
    if (rows == 1) {
      add(pixels);
    } else {
      if (rows == 4) {
        add_rows_to<4>(whole_.data(), pixels, stride, width_);
      } else {
        add_rows_to<2>(whole_.data(), pixels, stride, width_);
      }
      row_ += rows;
    }
    pixels += static_cast<std::size_t>(rows) * stride;
    count -= rows;
  }
}

// Down the columns first, since that is the same for all pixels of a row: most rows lie in one
// output row whole, and are only added. A column's units add up to the height, so its sum is at
// most 65535 * kMaxImageSide: below 2^32.
template <class Pixel>
void AreaAverage::add(const Pixel* pixels) {
  std::int64_t position = std::int64_t{row_} * size_;
  const std::int64_t row_end = position + size_;
  ++row_;
  while (position < row_end) {
    const std::int64_t output_end = std::int64_t{output_row_ + 1} * height_;
    const std::int64_t end = std::min(row_end, output_end);
    if (end - position == size_) {
      add_to(whole_.data(), pixels, width_);
    } else {
      add_to(columns_.data(), pixels, width_, static_cast<std::uint32_t>(end - position));
    }
    position = end;
    if (end == output_end) finish_output_row();
  }
}

void AreaAverage::finish_output_row() {
  add_to(columns_.data(), whole_.data(), width_, static_cast<std::uint32_t>(size_));
  std::int64_t position = 0;
  int x = 0;
  for (int output = 0; output < size_; ++output) {
    const std::int64_t output_end = std::int64_t{output + 1} * width_;
    std::uint64_t sum = 0;
    while (position < output_end) {
      const std::int64_t column_end = std::int64_t{x + 1} * size_;
      if (position + size_ == column_end && column_end <= output_end) {
        // As many as lie in it whole.
        const auto end = static_cast<int>(output_end / size_);
        std::uint64_t whole = 0;
        for (; x < end; ++x) whole += columns_[static_cast<std::size_t>(x)];
        sum += whole * static_cast<std::uint64_t>(size_);
        position = std::int64_t{end} * size_;
        continue;
      }
      const std::int64_t end = std::min(column_end, output_end);
      sum += static_cast<std::uint64_t>(end - position) * columns_[static_cast<std::size_t>(x)];
      position = end;
      if (end == column_end) ++x;
    }
    output_.push_back(static_cast<float>(static_cast<double>(sum) / white_));
  }
  std::fill(columns_.begin(), columns_.end(), 0);
  std::fill(whole_.begin(), whole_.end(), 0);
  ++output_row_;
}

std::vector<float> resize_area(const GreyImage& image, int size) {
  AreaAverage average(image.width, image.height, image.max_value, size);
  for (int y = 0; y < image.height; ++y) {
    average.add_row(image.pixels.data() + static_cast<std::size_t>(y) * image.width);
  }
  return average.finish();
}

void normalise(std::vector<float>& pixels, const InputSpec& spec) {
  for (float& pixel : pixels) pixel = (pixel - spec.mean) / spec.std;
}

}  // namespace thoraxlite
