#include "core/image/decode.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "made_images.h"

using namespace thoraxlite;

namespace {

Result<GreyImage> decode(const Bytes& file) {
  return decode_image({file.data(), file.size()});
}

std::string error_of(const Bytes& file) {
  const auto image = decode(file);
  return image ? "no error" : image.error().message;
}

GreyImage image_of(const Bytes& file) {
  const auto image = decode(file);
  if (!image) FAIL_CHECK(image.error().message);
  return image.value_or(GreyImage{});
}

using Pixels = std::vector<std::uint16_t>;

// What stb_image makes of a colour: (77 R + 150 G + 29 B) / 256.
int luma(int r, int g, int b) {
  return (77 * r + 150 * g + 29 * b) >> 8;
}

}  // namespace

TEST_CASE("an 8-bit grey PNG keeps its values") {
  const Pixels pixels{0, 1, 127, 128, 254, 255};
  const GreyImage image = image_of(grey_png8(3, 2, pixels));
  CHECK(image.width == 3);
  CHECK(image.height == 2);
  CHECK(image.max_value == 255);
  CHECK(image.pixels == pixels);
}

TEST_CASE("a 16-bit grey PNG keeps all sixteen bits") {
  const Pixels pixels{0, 1, 255, 256, 65534, 65535};
  const GreyImage image = image_of(grey_png16(2, 3, pixels));
  CHECK(image.width == 2);
  CHECK(image.height == 3);
  CHECK(image.max_value == 65535);
  CHECK(image.pixels == pixels);
}

TEST_CASE("PNG colours become luma") {
  const auto grey = static_cast<std::uint16_t>(luma(200, 100, 50));
  SUBCASE("RGB") {
    CHECK(image_of(png({1, 1, 8, 2}, {{200, 100, 50}})).pixels == Pixels{grey});
  }
  SUBCASE("RGBA, whatever the alpha") {
    CHECK(image_of(png({2, 1, 8, 6}, {{200, 100, 50, 255, 200, 100, 50, 3}})).pixels ==
          Pixels{grey, grey});
  }
  SUBCASE("grey and alpha") {
    CHECK(image_of(png({2, 1, 8, 4}, {{17, 255, 18, 0}})).pixels == Pixels{17, 18});
  }
  SUBCASE("palette") {
    const Bytes palette = png_chunk("PLTE", {0, 0, 0, 200, 100, 50});
    CHECK(image_of(png({2, 1, 8, 3}, {{1, 0}}, palette)).pixels == Pixels{grey, 0});
  }
  SUBCASE("one bit a pixel") {
    CHECK(image_of(png({8, 1, 1, 0}, {{0b10100000}})).pixels == Pixels{255, 0, 255, 0, 0, 0, 0, 0});
  }
  SUBCASE("16-bit RGB") {
    const GreyImage image = image_of(png({1, 1, 16, 2}, {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}));
    CHECK(image.max_value == 65535);
    CHECK(image.pixels == Pixels{65535});
  }
}

TEST_CASE("JPEG blocks keep their grey") {
  const std::vector<int> greys{0, 255, 128, 1, 77, 200};
  for (const bool progressive : {false, true}) {
    CAPTURE(progressive);
    const GreyImage image = image_of(flat_jpeg(3, 2, greys, progressive));
    REQUIRE(image.pixels.size() == 24 * 16);
    CHECK(image.max_value == 255);
    for (int y = 0; y < 16; ++y) {
      for (int x = 0; x < 24; ++x) {
        REQUIRE(image.pixels[y * 24 + x] == greys[y / 8 * 3 + x / 8]);
      }
    }
  }
}

TEST_CASE("a colour JPEG becomes luma") {
  Bytes rgb;
  for (int i = 0; i < 16 * 16; ++i) rgb.insert(rgb.end(), {200, 100, 50});
  for (const std::uint16_t pixel : image_of(colour_jpeg(16, 16, rgb)).pixels) {
    REQUIRE(std::abs(pixel - luma(200, 100, 50)) <= 2);
  }
}

TEST_CASE("other files are named") {
  Bytes dicom(200, 0);
  const Bytes magic = text_bytes("DICM");
  std::copy(magic.begin(), magic.end(), dicom.begin() + 128);
  const auto starting = [](const std::string& text) {
    return concatenate({text_bytes(text), Bytes(100, 0)});
  };
  using namespace std::string_literals;
  CHECK(error_of({}) == "The file is empty; expected a JPEG or PNG image.");
  CHECK(error_of(dicom) == "This is a DICOM file; expected a JPEG or PNG image.");
  CHECK(error_of(starting("GIF89a")) == "This is a GIF image; expected a JPEG or PNG image.");
  CHECK(error_of(starting("BM")) == "This is a BMP image; expected a JPEG or PNG image.");
  CHECK(error_of(starting("RIFF\0\0\0\0WEBPVP8 "s)) ==
        "This is a WebP image; expected a JPEG or PNG image.");
  CHECK(error_of(starting("II*\0"s)) == "This is a TIFF image; expected a JPEG or PNG image.");
  CHECK(error_of(starting("MM\0*"s)) == "This is a TIFF image; expected a JPEG or PNG image.");
  CHECK(error_of(starting("\0\0\0\x18"s + "ftypheic")) ==
        "This is an HEIC image; expected a JPEG or PNG image.");
  CHECK(error_of(starting("%PDF-1.7")) == "This is a PDF document; expected a JPEG or PNG image.");
  CHECK(error_of(starting("PK\3\4")) == "This is a ZIP archive; expected a JPEG or PNG image.");
  CHECK(error_of(text_bytes("Dear colleague,\n")) ==
        "This is a text file; expected a JPEG or PNG image.");
  CHECK(error_of(Bytes(100, 7)) ==
        "The file is neither JPEG nor PNG, by its first bytes; expected one of these.");
  CHECK(error_of({0x89, 'P', 'N'}) ==
        "The file ends after 3 bytes; expected a whole JPEG or PNG image.");
}

TEST_CASE("kinds of JPEG that would be read wrongly are refused") {
  const auto frame = [](int marker, int precision, int components) {
    return error_of(jpeg_frame_only(marker, precision, 64, 64, components));
  };
  CHECK(frame(0xc0, 8, 4) == "This JPEG has four colour components (CMYK); expected grey or RGB.");
  CHECK(frame(0xc0, 8, 2) == "This JPEG has 2 components; expected 1 (grey) or 3 (RGB).");
  CHECK(frame(0xc1, 12, 1) == "This JPEG has 12 bits a sample; expected 8.");
  CHECK(frame(0xc3, 8, 1) == "This is a lossless JPEG; expected a baseline or progressive JPEG.");
  CHECK(frame(0xc9, 8, 1) ==
        "This is an arithmetic-coded JPEG; expected a baseline or progressive JPEG.");
  CHECK(frame(0xc5, 8, 1) ==
        "This is a hierarchical JPEG; expected a baseline or progressive JPEG.");
}

TEST_CASE("an animated PNG is refused") {
  CHECK(error_of(png({1, 1, 8, 0}, {{9}}, png_chunk("acTL", {0, 0, 0, 2, 0, 0, 0, 0}))) ==
        "This PNG is animated; expected a still image.");
}

TEST_CASE("sizes over the limits are refused from the header alone") {
  const auto png_of = [](int width, int height) {
    return error_of(png({width, height, 8, 0}, {{0}}));
  };
  CHECK(png_of(20000, 20000) ==
        "The image is 20000 x 20000 pixels; expected at most 16384 a side.");
  CHECK(png_of(8000, 8000) ==
        "The image is 8000 x 8000 pixels; expected at most 40 million in all.");
  Bytes jpeg = flat_jpeg(1, 1, {128});
  // Height and width stand 5 bytes after the frame marker.
  for (std::size_t i = 0; i + 8 < jpeg.size(); ++i) {
    if (jpeg[i] == 0xff && jpeg[i + 1] == 0xc0) {
      for (const std::size_t at : {i + 5, i + 7}) {
        jpeg[at] = 20000 >> 8;
        jpeg[at + 1] = 20000 & 0xff;
      }
    }
  }
  CHECK(error_of(jpeg) == "The image is 20000 x 20000 pixels; expected at most 16384 a side.");
}

TEST_CASE("a PNG or JPEG cut off anywhere is refused") {
  const Pixels pixels = pattern(9, 7);
  for (const Bytes& file : {grey_png16(9, 7, pixels), flat_jpeg(3, 2, {9, 8, 7, 6, 5, 255}),
                            flat_jpeg(3, 2, {9, 8, 7, 6, 5, 255}, true)}) {
    REQUIRE(decode(file).has_value());
    for (std::size_t size = 0; size < file.size(); ++size) {
      CAPTURE(size);
      REQUIRE_FALSE(decode(Bytes(file.begin(), file.begin() + size)).has_value());
    }
  }
  Bytes cut = flat_jpeg(1, 1, {128});
  cut.resize(cut.size() - 2);
  CHECK(error_of(cut) == "The JPEG is truncated: it ends before its end-of-image marker.");
  cut = grey_png8(1, 1, {3});
  cut.resize(cut.size() - 12);
  CHECK(error_of(cut) == "The PNG is truncated: it ends before its IEND chunk.");
}

TEST_CASE("a PNG with any bit flipped is refused") {
  Bytes file = grey_png16(5, 4, pattern(5, 4));
  for (std::size_t bit = 0; bit < 8 * file.size(); ++bit) {
    CAPTURE(bit);
    file[bit / 8] ^= 1u << bit % 8;
    REQUIRE_FALSE(decode(file).has_value());
    file[bit / 8] ^= 1u << bit % 8;
  }
  file[file.size() - 20] ^= 1;  // in the pixels
  CHECK(error_of(file) == "The PNG is damaged: a checksum does not match its bytes.");
}

TEST_CASE("damaged structure is named") {
  const Bytes signature = text_bytes("\x89PNG\r\n\x1a\n");
  const Bytes header = png_header_chunk({4, 4, 8, 0});
  const Bytes end = png_chunk("IEND", {});
  CHECK(error_of(concatenate({signature, end})) ==
        "The PNG is damaged: its first chunk is not IHDR.");
  CHECK(error_of(concatenate({signature, header, end})) ==
        "The PNG is damaged: it holds no pixels.");
  CHECK(error_of(concatenate({signature, png_header_chunk({0, 4, 8, 0}), end})) ==
        "The PNG is damaged: its header states no valid size.");
  CHECK(error_of(png({4, 4, 8, 0}, {{1, 2, 3, 4}})).find("The PNG cannot be decoded: ") == 0);

  CHECK(error_of({0xff, 0xd8, 0xff, 0xd9}) == "The JPEG is damaged: it holds no pixels.");
  CHECK(error_of({0xff, 0xd8, 0xff, 0xda, 0, 2, 0xff, 0xd9}) ==
        "The JPEG is damaged: its pixels come before its frame header.");
  CHECK(error_of({0xff, 0xd8, 0xff, 0xd8, 0xff, 0xd9}) ==
        "The JPEG is damaged: a marker stands where it must not.");
  CHECK(error_of({0xff, 0xd8, 0xff, 0xe0, 0, 2, 3, 0xd9}) ==
        "The JPEG is damaged: there is no marker where one must stand.");
}

TEST_CASE("a JPEG with endless scans is refused") {
  const Bytes scan{0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x55};
  std::vector<Bytes> parts{jpeg_frame_only(0xc2, 8, 64, 64, 1)};
  parts.insert(parts.end(), 101, scan);
  parts.push_back({0xff, 0xd9});
  CHECK(error_of(concatenate(parts)) ==
        "This JPEG has more than 100 scans; expected a film or photograph.");
}
