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

struct MadePngHeader {
  int width = 0;
  int height = 0;
  int bit_depth = 8;
  int colour_type = 0;  // 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA
  bool is_interlaced = false;
};

Bytes png_header_chunk(const MadePngHeader& header);

// rows: the packed samples of each row, without filter bytes. extra: chunks between IHDR and IDAT.
Bytes png(const MadePngHeader& header, const std::vector<Bytes>& rows, const Bytes& extra = {});

Bytes grey_png8(int width, int height, const std::vector<std::uint16_t>& pixels);
Bytes grey_png16(int width, int height, const std::vector<std::uint16_t>& pixels);

// The same with the rows' filters in turn: none, sub, up, average, Paeth.
Bytes filtered_png(const MadePngHeader& header, const std::vector<Bytes>& rows,
                   const Bytes& extra = {});

// Adam7. rows: of the whole image, with whole bytes a pixel.
Bytes interlaced_png(const MadePngHeader& header, const std::vector<Bytes>& rows);

// Packed rows of `pattern` for a header of any kind.
std::vector<Bytes> pattern_rows(const MadePngHeader& header);

// Grey JPEG of flat 8x8 blocks; greys holds one value a block, row by row. restart_interval: blocks
// between restart markers, 0 for none.
Bytes flat_jpeg(int blocks_wide, int blocks_high, const std::vector<int>& greys,
                bool progressive = false, int restart_interval = 0);

// A component of a JPEG with its sampling factors, of flat 8x8 blocks: their greys in the order of
// the scan, from the first again where there are not enough.
struct FlatComponent {
  int horizontal = 1;
  int vertical = 1;
  std::vector<int> greys;
};

// extra: segments before all others. restart_interval: minimum coded units.
Bytes sampled_jpeg(int width, int height, const std::vector<FlatComponent>& components,
                   const Bytes& extra = {}, bool progressive = false, int restart_interval = 0);

// Adobe's APP14 segment: with transform 0, three components are red, green and blue.
Bytes adobe_segment(int transform);

// A JPEG that ends after its frame header: marker is the second byte of the start-of-frame marker.
Bytes jpeg_frame_only(int marker, int precision, int width, int height, int components);

// Colour JPEG by stb_image_write, which halves the chroma's sides up to quality 90. rgb: [height,
// width, 3].
Bytes colour_jpeg(int width, int height, const Bytes& rgb, int quality = 95);

// A JPEG whose three components are red, green and blue by Adobe's segment. Its pixels are not
// those that were written, but the components that they became: a picture like any other.
Bytes rgb_jpeg(int width, int height, const Bytes& rgb);

// [height, width, 3] of `pattern`, every channel another.
Bytes pattern_rgb(int width, int height);

Bytes concatenate(const std::vector<Bytes>& parts);
Bytes text_bytes(const std::string& text);

}  // namespace thoraxlite
