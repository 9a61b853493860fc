// Image files made in code, so that the tests need none on disk.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace thoraxlite {

using Bytes = std::vector<std::uint8_t>;

// A smooth pattern with noise on it, [height, width], 0 .. 65535; the same on every machine.
std::vector<std::uint16_t> pattern(int width, int height, std::uint32_t seed = 1);

// One PNG chunk with its length and checksum.
Bytes png_chunk(const std::string& type, const Bytes& data);

struct PngHeader {
  int width = 0;
  int height = 0;
  int bit_depth = 8;
  int colour_type = 0;  // 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA
};

Bytes png_header_chunk(const PngHeader& header);

// rows: the packed samples of each row, without filter bytes. extra: chunks between IHDR and IDAT.
Bytes png(const PngHeader& header, const std::vector<Bytes>& rows, const Bytes& extra = {});

Bytes grey_png8(int width, int height, const std::vector<std::uint16_t>& pixels);
Bytes grey_png16(int width, int height, const std::vector<std::uint16_t>& pixels);

// Grey JPEG of flat 8x8 blocks; greys holds one value a block, row by row.
Bytes flat_jpeg(int blocks_wide, int blocks_high, const std::vector<int>& greys,
                bool progressive = false);

// A JPEG that ends after its frame header: marker is the second byte of the start-of-frame marker.
Bytes jpeg_frame_only(int marker, int precision, int width, int height, int components);

// Colour JPEG by stb_image_write; rgb: [height, width, 3].
Bytes colour_jpeg(int width, int height, const Bytes& rgb);

Bytes concatenate(const std::vector<Bytes>& parts);
Bytes text_bytes(const std::string& text);

}  // namespace thoraxlite
