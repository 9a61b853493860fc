// Grey pixels to the network's input. Training and screening both go through here, so that a
// full-resolution film and its training copy are prepared by the same code.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "core/image/grey_image.h"

namespace thoraxlite {

// What the network expects of its input; read from the model card.
struct InputSpec {
  int size = 224;     // pixels, both sides; the aspect ratio is not kept
  float mean = 0.5f;  // of pixel values in [0, 1]
  float std = 0.25f;
};

// Area average onto [size, size], stretched; values in [0, 1]. A size x size image comes back as it
// is. The same pixels give the same floats on every machine, native or WebAssembly: all sums are of
// whole numbers.
class AreaAverage {
 public:
  AreaAverage(int width, int height, std::uint16_t max_value, int size);

  // height times, from the top. pixels: [width], 0 .. max_value.
  void add_row(const std::uint8_t* pixels);
  void add_row(const std::uint16_t* pixels);
  // `count` of those rows at once, `stride` pixels apart.
  void add_rows(const std::uint8_t* pixels, std::size_t stride, int count);

  // [size, size], once all rows are in; then there is nothing left.
  std::vector<float> finish() { return std::move(output_); }

 private:
  template <class Pixel>
  void add(const Pixel* pixels);
  void finish_output_row();

  int width_;
  int height_;
  int size_;
  double white_;                        // the sum of an output pixel that is white
  int row_ = 0;                         // of the image: the next to come
  int output_row_ = 0;                  // the one that is being summed
  std::vector<std::uint32_t> columns_;  // [width], of output_row_, weighted by overlap
  std::vector<std::uint32_t> whole_;    // [width], the rows that lie in it whole, not weighted
  std::vector<float> output_;           // the rows that are done
};

// The same of a whole image.
std::vector<float> resize_area(const GreyImage& image, int size);

// (pixel - mean) / std, in place.
void normalise(std::vector<float>& pixels, const InputSpec& spec);

}  // namespace thoraxlite
