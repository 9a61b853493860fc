// An image file's bytes to grey pixels. Every byte is taken as hostile.
#pragma once

#include "core/film_facts.h"
#include "core/image/decode_memory.h"
#include "core/image/grey_image.h"
#include "core/image/row_sink.h"
#include "core/result.h"

namespace thoraxlite {

// Larger images are refused before anything is allocated for them.
inline constexpr int kMaxImageSide = 16384;  // pixels
inline constexpr long long kMaxImageArea =
    40'000'000;  // pixels; a 43x43 cm film at 100 um has 18.5 M

// JPEG (baseline and progressive, 8 bit, grey or YCbCr/RGB) and PNG (8 and 16 bit, any colour
// type). Colour becomes luma: the Y of a YCbCr JPEG, else (77 R + 150 G + 29 B) / 256; 16-bit files
// keep 16 bits. Alpha is ignored; what Exif says of the orientation is obeyed. Errors: empty, not
// JPEG or PNG (naming what it is where the first bytes tell), truncated, CMYK, animated PNG, PNG
// checksum mismatch, over the limits above, or damaged: whatever would make a pixel wrong.
Result<GreyImage> decode_image(ByteView file);

// What is known once all rows are there.
struct DecodedRows {
  // The mean over the pixels of (max(R, G, B) - min(R, G, B)) / white, 0 .. 1, 0 for grey files; in
  // a YCbCr JPEG over its chroma samples.
  float colourfulness = 0;
  Orientation orientation;
};

// The same row by row as they are stored, which may not be upright. After an error the rows that
// the sink was given are void. memory: for this file and the next.
Result<DecodedRows> decode_rows(ByteView file, RowSink& sink, DecodeMemory& memory);

// The two formats, once the first bytes have told which.
Result<DecodedRows> decode_jpeg(ByteView file, RowSink& sink, DecodeMemory& memory);
Result<DecodedRows> decode_png(ByteView file, RowSink& sink, DecodeMemory& memory);

// A JPEG's components as they are stored, of several interleaved: no colour conversion; what is
// sampled more coarsely is repeated.
struct JpegSamples {
  int components = 1;                 // 1 or 3
  std::vector<std::uint16_t> values;  // [height, width, components], 0 .. 255
};
Result<JpegSamples> decode_jpeg_samples(ByteView file);

// Fails where the size is over the limits.
Result<void> check_size(int width, int height);

}  // namespace thoraxlite
