#include "core/dicom/rle.h"

#include <algorithm>

namespace thoraxlite {
namespace {

constexpr std::size_t kHeaderSize = 64;
constexpr int kNothing = 128;  // a control byte that stands for no bytes

std::uint32_t little_endian(const std::uint8_t* bytes) {
  return bytes[0] | std::uint32_t{bytes[1]} << 8 | std::uint32_t{bytes[2]} << 16 |
         std::uint32_t{bytes[3]} << 24;
}

tl::unexpected<Error> truncated() {
  return fail("The RLE image inside the DICOM file is truncated.");
}

// Adds the segment's bytes, shifted, to `count` values. False where it ends too early. has_more:
// set where more than padding is left.
bool decode_segment(ByteView segment, std::uint16_t* values, std::size_t count, int shift,
                    bool& has_more) {
  std::size_t at = 0;
  std::size_t done = 0;
  while (done < count) {
    if (at >= segment.size) return false;
    const int control = segment.data[at++];
    if (control == kNothing) continue;
    const bool is_run = control > kNothing;
    const std::size_t said = std::size_t(is_run ? 257 - control : control + 1);
    const std::size_t taken = std::min(said, count - done);
    if (segment.size - at < (is_run ? 1 : taken)) return false;
    for (std::size_t i = 0; i < taken; ++i) {
      values[done++] |= static_cast<std::uint16_t>(segment.data[is_run ? at : at + i] << shift);
    }
    at = std::min(at + (is_run ? 1 : said), segment.size);
  }
  has_more =
      has_more || std::any_of(segment.data + at, segment.data + segment.size,
                              [](std::uint8_t byte) { return byte != 0 && byte != kNothing; });
  return true;
}

}  // namespace

// Segments hold a byte of every sample of every pixel each: the most significant byte first, sample
// by sample.
Result<Samples> decode_rle(ByteView bytes, const PixelFormat& format) {
  if (bytes.size < kHeaderSize) return truncated();
  const std::size_t bytes_per_sample = format.bytes_per_sample();
  const std::size_t expected = std::size_t(format.samples) * bytes_per_sample;
  const std::uint32_t segments = little_endian(bytes.data);
  if (segments != expected) {
    return fail("The RLE image inside the DICOM file has " + std::to_string(segments) +
                " segments; expected " + std::to_string(expected) + '.');
  }
  Samples samples;
  samples.is_planar = true;
  samples.values.resize(format.pixels() * std::size_t(format.samples));
  for (std::size_t segment = 0; segment < expected; ++segment) {
    const std::size_t start = little_endian(bytes.data + 4 + 4 * segment);
    const std::size_t end =
        segment + 1 < expected ? little_endian(bytes.data + 8 + 4 * segment) : bytes.size;
    if (start < kHeaderSize || start > end || end > bytes.size) {
      return fail("The RLE image inside the DICOM file is damaged: a segment lies outside it.");
    }
    const int shift = 8 * static_cast<int>(bytes_per_sample - 1 - segment % bytes_per_sample);
    std::uint16_t* plane = samples.values.data() + segment / bytes_per_sample * format.pixels();
    if (!decode_segment({bytes.data + start, end - start}, plane, format.pixels(), shift,
                        samples.has_bytes_left)) {
      return truncated();
    }
  }
  return samples;
}

}  // namespace thoraxlite
