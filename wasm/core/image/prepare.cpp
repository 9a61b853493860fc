#include "core/image/prepare.h"

#include <algorithm>

namespace thoraxlite {
namespace {

// How output pixels cover input pixels along one side, in whole numbers: counting in units of
// 1 / (input * output) of the side, an input pixel is `output` units long, an output pixel `input`
// units, and every overlap is a whole number of units.
struct Overlap {
  int input = 0;
  int output = 0;
  std::uint32_t units = 0;  // above 0
};

std::vector<Overlap> overlaps(int input_length, int output_length) {
  std::vector<Overlap> result;
  std::int64_t position = 0;
  for (int input = 0, output = 0; input < input_length && output < output_length;) {
    const std::int64_t input_end = std::int64_t{input + 1} * output_length;
    const std::int64_t output_end = std::int64_t{output + 1} * input_length;
    const std::int64_t end = std::min(input_end, output_end);
    result.push_back({input, output, static_cast<std::uint32_t>(end - position)});
    position = end;
    if (end == input_end) ++input;
    if (end == output_end) ++output;
  }
  return result;
}

}  // namespace

// Own code, though stb_image_resize2 has a box filter: that one is off by up to 1.9e-5 (225 to 224
// pixels), more than a step of a 16-bit film, and takes a quarter of the WebAssembly module. Sums
// of whole numbers are exact, so no compiler or processor can change them.
std::vector<float> resize_area(const GreyImage& image, int size) {
  const auto side = static_cast<std::size_t>(size);
  const std::vector<Overlap> columns = overlaps(image.width, size);

  // A row's units add up to the width, so a sum is at most 65535 * kMaxImageSide: below 2^32.
  std::vector<std::uint32_t> row(side);
  std::vector<std::uint64_t> sums(side * side);
  int summed_row = -1;
  for (const Overlap& vertical : overlaps(image.height, size)) {
    if (vertical.input != summed_row) {
      summed_row = vertical.input;
      std::fill(row.begin(), row.end(), 0);
      const std::uint16_t* pixels =
          image.pixels.data() + static_cast<std::size_t>(summed_row) * image.width;
      for (const Overlap& column : columns)
        row[column.output] += column.units * pixels[column.input];
    }
    std::uint64_t* sum = sums.data() + static_cast<std::size_t>(vertical.output) * side;
    for (std::size_t x = 0; x < side; ++x) sum[x] += std::uint64_t{vertical.units} * row[x];
  }

  const double white = double{1} * image.width * image.height * image.max_value;
  std::vector<float> output(side * side);
  std::transform(sums.begin(), sums.end(), output.begin(), [white](std::uint64_t sum) {
    return static_cast<float>(static_cast<double>(sum) / white);
  });
  return output;
}

void normalise(std::vector<float>& pixels, const InputSpec& spec) {
  for (float& pixel : pixels) pixel = (pixel - spec.mean) / spec.std;
}

}  // namespace thoraxlite
