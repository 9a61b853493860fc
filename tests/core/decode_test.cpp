#include "core/image/decode.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "core/image/prepare.h"
#include "core/image/read_film.h"
#include "made_images.h"
#include "stb_oracle.h"

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

// The core's luma: (77 R + 150 G + 29 B) / 256.
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
  CHECK(error_of({}) == "The file is empty; expected a JPEG, PNG or DICOM image.");
  CHECK(error_of(dicom) ==
        "This is a DICOM file, which DICOM's reader takes; expected a JPEG or PNG image here.");
  CHECK(error_of(starting("GIF89a")) ==
        "This is a GIF image; expected a JPEG, PNG or DICOM image. Save it as PNG, which loses "
        "nothing.");
  CHECK(error_of(starting("BM")) ==
        "This is a BMP image; expected a JPEG, PNG or DICOM image. Save it as PNG, which loses "
        "nothing.");
  CHECK(error_of(starting("RIFF\0\0\0\0WEBPVP8 "s)) ==
        "This is a WebP image; expected a JPEG, PNG or DICOM image. Save it as PNG, which loses "
        "nothing.");
  CHECK(error_of(starting("II*\0"s)) ==
        "This is a TIFF image; expected a JPEG, PNG or DICOM image. Save it as PNG, which loses "
        "nothing.");
  CHECK(error_of(starting("MM\0*"s)) ==
        "This is a TIFF image; expected a JPEG, PNG or DICOM image. Save it as PNG, which loses "
        "nothing.");
  CHECK(error_of(starting("\0\0\0\x18"s + "ftypheic")) ==
        "This is an HEIC image; expected a JPEG, PNG or DICOM image. Save it as PNG, which loses "
        "nothing.");
  CHECK(error_of(starting("%PDF-1.7")) ==
        "This is a PDF document; expected a JPEG, PNG or DICOM image.");
  CHECK(error_of(starting("PK\3\4")) ==
        "This is a ZIP archive; expected a JPEG, PNG or DICOM image.");
  CHECK(error_of(text_bytes("Dear colleague,\n")) ==
        "This is a text file; expected a JPEG, PNG or DICOM image.");
  CHECK(error_of(Bytes(100, 7)) ==
        "The file is of no known format; expected a JPEG, PNG or DICOM image.");
  CHECK(error_of({0x89, 'P', 'N'}) ==
        "The file ends after 3 bytes; expected a JPEG, PNG or DICOM image.");
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
  CHECK(error_of(png({4, 4, 8, 0}, {{1, 2, 3, 4}})) ==
        "The PNG is damaged: it holds fewer pixels than its header states.");
  CHECK(error_of(png({1, 1, 8, 0}, {Bytes(6000, 1)})) ==
        "The PNG is damaged: it holds more pixels than its header states.");
  CHECK(error_of(png({1, 1, 16, 3}, {{1, 2}})) ==
        "The PNG is damaged: its header states no valid bit depth and colour type.");
  CHECK(error_of(png({1, 1, 8, 3}, {{0}})) == "The PNG is damaged: it lacks its palette.");
  CHECK(error_of(png({1, 1, 8, 3}, {{1}}, png_chunk("PLTE", {1, 2, 3}))) ==
        "The PNG is damaged: a pixel has a colour that its palette lacks.");
  CHECK(error_of(png({1, 1, 8, 3}, {{1}}, png_chunk("PLTE", {1, 2}))) ==
        "The PNG is damaged: its palette has a wrong length or place.");
  CHECK(error_of(png({1, 1, 8, 0}, {{1}}, png_chunk("ABCD", {}))) ==
        "The PNG is damaged: it needs a chunk that is not in the specification.");
  CHECK(image_of(png({1, 1, 8, 0}, {{1}}, png_chunk("teXt", {}))).pixels == Pixels{1});

  CHECK(error_of({0xff, 0xd8, 0xff, 0xd9}) == "The JPEG is damaged: it holds no pixels.");
  CHECK(error_of({0xff, 0xd8, 0xff, 0xda, 0, 2, 0xff, 0xd9}) ==
        "The JPEG is damaged: its pixels come before its frame header.");
  CHECK(error_of({0xff, 0xd8, 0xff, 0xd8, 0xff, 0xd9}) ==
        "The JPEG is damaged: a marker stands where it must not.");
  CHECK(error_of({0xff, 0xd8, 0xff, 0xe0, 0, 2, 3, 0xd9}) ==
        "The JPEG is damaged: there is no marker where one must stand.");
}

TEST_CASE("a PNG with a few bytes too many or without its checksum is read as browsers do") {
  CHECK(image_of(png({1, 1, 8, 0}, {{1, 2, 3, 4}})).pixels == Pixels{1});
  const Bytes whole = png({2, 1, 8, 0}, {{7, 9}});
  const Bytes name = text_bytes("IDAT");
  const auto at = std::search(whole.begin(), whole.end(), name.begin(), name.end()) + 4;
  const std::size_t size = at[-5];
  const auto with_stream = [&](const Bytes& stream) {
    return concatenate({Bytes(whole.begin(), at - 8), png_chunk("IDAT", stream),
                        Bytes(at + static_cast<std::ptrdiff_t>(size) + 4, whole.end())});
  };
  const Bytes stream(at, at + static_cast<std::ptrdiff_t>(size));
  CHECK(with_stream(stream) == whole);
  for (const int missing : {1, 4}) {
    CHECK(image_of(with_stream({stream.begin(), stream.end() - missing})).pixels == Pixels{7, 9});
  }
  Bytes wrong = stream;
  wrong.back() ^= 1;
  CHECK(error_of(with_stream(wrong)) == "The PNG is damaged: a checksum does not match its bytes.");
  wrong = stream;
  wrong.front() ^= 1;
  CHECK(error_of(with_stream(wrong)) == "The PNG is damaged: its pixels cannot be inflated.");
}

// Exif 2.32: the block with an orientation, after an entry that is none, in either byte order.
static Bytes exif(int orientation, bool is_big_endian) {
  const auto words = [&](const std::vector<int>& values) {
    Bytes bytes;
    for (const int value : values) {
      const auto high = static_cast<std::uint8_t>(value >> 8);
      const auto low = static_cast<std::uint8_t>(value);
      bytes.push_back(is_big_endian ? high : low);
      bytes.push_back(is_big_endian ? low : high);
    }
    return bytes;
  };
  const std::vector<int> offset = is_big_endian ? std::vector<int>{0, 8} : std::vector<int>{8, 0};
  const std::vector<int> one = is_big_endian ? std::vector<int>{0, 1} : std::vector<int>{1, 0};
  return concatenate({text_bytes(is_big_endian ? "MM" : "II"), words({42}), words(offset),
                      words({2, 0x0100, 3}), words(one), words({99, 0, 0x0112, 3}), words(one),
                      words({orientation, 0}), Bytes(4, 0)});
}

TEST_CASE("what Exif says of the orientation is obeyed, in PNG and JPEG, of images and films") {
  const std::vector<Pixels> upright{{10, 20, 30, 40, 50, 60}, {30, 20, 10, 60, 50, 40},
                                    {60, 50, 40, 30, 20, 10}, {40, 50, 60, 10, 20, 30},
                                    {10, 40, 20, 50, 30, 60}, {40, 10, 50, 20, 60, 30},
                                    {60, 30, 50, 20, 40, 10}, {30, 60, 20, 50, 10, 40}};
  const std::vector<int> blocks{10, 20, 30, 40, 50, 60};
  const Bytes jpeg = flat_jpeg(3, 2, blocks);
  for (int orientation = 1; orientation <= 8; ++orientation) {
    for (const bool is_big_endian : {false, true}) {
      CAPTURE(orientation);
      const Bytes block = exif(orientation, is_big_endian);
      const Bytes file = png({3, 2, 8, 0}, {{10, 20, 30}, {40, 50, 60}}, png_chunk("eXIf", block));
      const GreyImage image = image_of(file);
      CHECK(image.width == (orientation < 5 ? 3 : 2));
      CHECK(image.height == (orientation < 5 ? 2 : 3));
      CHECK(image.pixels == upright[static_cast<std::size_t>(orientation - 1)]);
      const auto length = static_cast<std::uint8_t>(block.size() + 8);
      const Bytes turned = concatenate({Bytes(jpeg.begin(), jpeg.begin() + 2),
                                        {0xff, 0xe1, 0, length, 'E', 'x', 'i', 'f', 0, 0},
                                        block,
                                        Bytes(jpeg.begin() + 2, jpeg.end())});
      const GreyImage of_blocks = image_of(turned);
      CHECK(of_blocks.width == 8 * image.width);
      for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
          CHECK(of_blocks
                    .pixels[static_cast<std::size_t>((8 * y + 3) * of_blocks.width + 8 * x + 3)] ==
                image.pixels[static_cast<std::size_t>(y * image.width + x)]);
        }
      }
      for (const Bytes& each : {file, turned}) {
        const auto film = read_film({each.data(), each.size()}, 7);
        REQUIRE(film);
        CHECK(film->pixels == resize_area(image_of(each), 7));
        CHECK(film->width == image_of(each).width);
        CHECK(film->was_turned == (orientation > 1));
      }
    }
  }
  // What cannot be read says nothing.
  Bytes cut = exif(6, true);
  cut.resize(cut.size() - 12);
  for (const Bytes& block :
       {exif(9, true), exif(0, true), Bytes{}, Bytes(7, 0), text_bytes("II*"), cut}) {
    const Bytes file = png({3, 2, 8, 0}, {{10, 20, 30}, {40, 50, 60}}, png_chunk("eXIf", block));
    CHECK(image_of(file).pixels == upright[0]);
  }
}

TEST_CASE("bytes behind the last pixel of a JPEG take nothing from it") {
  Bytes file = flat_jpeg(3, 2, {10, 20, 30, 40, 50, 60});
  const Pixels whole = image_of(file).pixels;
  file.insert(file.end(), {1, 2, 3});
  CHECK(image_of(file).pixels == whole);
  file.insert(file.end() - 5, {0, 0});
  CHECK(image_of(file).pixels == whole);
  file.insert(file.end() - 5, 1);
  CHECK(image_of(file).pixels == whole);
  // So much that is not nothing may be what is left of pixels that were decoded wrongly.
  file.insert(file.end() - 5, 40, 1);
  CHECK(error_of(file) == "The JPEG is damaged: it holds bytes that belong to no pixel.");
}

TEST_CASE("a JPEG with junk behind its first marker is a JPEG, and damaged") {
  CHECK(error_of({0xff, 0xd8, 0x00, 0x11, 0x22, 0x33}) ==
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

TEST_CASE("every kind of PNG is read as stb_image reads it") {
  Bytes colours;
  for (int i = 0; i < 3 * 256; ++i) colours.push_back(static_cast<std::uint8_t>(i * 37));
  const Bytes palette = png_chunk("PLTE", colours);
  const auto same = [](const Bytes& file) {
    const GreyImage image = image_of(file);
    const GreyImage expected = decode_by_stb(file);
    REQUIRE(image.width == expected.width);
    REQUIRE(image.height == expected.height);
    REQUIRE(image.max_value == expected.max_value);
    REQUIRE(image.pixels == expected.pixels);
  };
  const std::pair<int, std::vector<int>> kinds[] = {
      {0, {1, 2, 4, 8, 16}}, {2, {8, 16}}, {3, {1, 2, 4, 8}}, {4, {8, 16}}, {6, {8, 16}}};
  for (const auto& kind : kinds) {
    const int colour_type = kind.first;
    const auto& bit_depths = kind.second;
    for (const int bit_depth : bit_depths) {
      for (const int width : {1, 2, 7, 8, 9, 33}) {
        for (const int height : {1, 5, 17}) {
          CAPTURE(colour_type);
          CAPTURE(bit_depth);
          CAPTURE(width);
          CAPTURE(height);
          const MadePngHeader header{width, height, bit_depth, colour_type};
          const std::vector<Bytes> rows = pattern_rows(header);
          const Bytes extra = colour_type == 3 ? palette : Bytes{};
          same(png(header, rows, extra));
          same(filtered_png(header, rows, extra));
          if (bit_depth >= 8 && colour_type != 3) same(interlaced_png(header, rows));
        }
      }
    }
  }
}

TEST_CASE("a JPEG is read as stb_image reads it, but for rounding") {
  std::vector<Bytes> files;
  for (const int side : {1, 7, 8, 9, 16, 17, 65}) {
    for (const int quality : {40, 90, 95}) {
      files.push_back(colour_jpeg(side, 33, pattern_rgb(side, 33), quality));
    }
  }
  for (const Bytes& file : files) {
    const GreyImage image = image_of(file);
    const GreyImage expected = decode_by_stb(file);
    CAPTURE(image.width);
    REQUIRE(image.width == expected.width);
    REQUIRE(image.pixels.size() == expected.pixels.size());
    for (std::size_t i = 0; i < image.pixels.size(); ++i) {
      REQUIRE(std::abs(image.pixels[i] - expected.pixels[i]) <= 2);
    }
  }
}

TEST_CASE("a JPEG coded as RGB is read as stb_image reads it, but for rounding") {
  for (const int side : {1, 8, 17, 65}) {
    CAPTURE(side);
    const Bytes file = rgb_jpeg(side, 33, pattern_rgb(side, 33));
    const GreyImage image = image_of(file);
    const GreyImage expected = decode_by_stb(file);
    REQUIRE(image.pixels.size() == expected.pixels.size());
    int worst = 0;
    for (std::size_t i = 0; i < image.pixels.size(); ++i) {
      worst = std::max(worst, std::abs(image.pixels[i] - expected.pixels[i]));
    }
    CHECK(worst <= 2);
  }
}

// Only factors of four, since stb_image interpolates where a side is halved.
TEST_CASE("a JPEG whose components are sampled otherwise is read as stb_image reads it") {
  std::vector<int> greys;
  for (int i = 0; i < 61; ++i) greys.push_back(i * 101 % 256);
  const std::vector<int> reversed(greys.rbegin(), greys.rend());
  const int factors[][2] = {{1, 1}, {4, 1}, {1, 4}, {4, 2}};
  for (const auto& [horizontal, vertical] : factors) {
    for (const std::size_t full : {0, 1, 2}) {
      for (const Bytes& extra : {Bytes{}, adobe_segment(0)}) {
        CAPTURE(horizontal);
        CAPTURE(vertical);
        CAPTURE(full);
        CAPTURE(extra.size());
        std::vector<FlatComponent> components(3, {1, 1, greys});
        components[0].greys = reversed;
        components[full].horizontal = horizontal;
        components[full].vertical = vertical;
        const Bytes file = sampled_jpeg(83, 71, components, extra);
        const GreyImage image = image_of(file);
        CHECK(image.width == 83);
        CHECK((image.pixels == decode_by_stb(file).pixels));
      }
    }
  }
}

TEST_CASE("fill bytes and marker 01 may stand before a JPEG's markers") {
  const std::vector<int> greys{9, 250, 128, 1};
  const Bytes plain = flat_jpeg(2, 2, greys);
  const Bytes before[] = {{0xff}, {0xff, 0xff, 0xff}, {0xff, 0x01}, {0xff, 0xff, 0x01, 0xff}};
  for (const Bytes& extra : before) {
    CHECK(image_of(sampled_jpeg(16, 16, {{1, 1, greys}}, extra)).pixels == image_of(plain).pixels);
    Bytes file = plain;
    file.insert(file.end() - 2, extra.begin(), extra.end());
    CHECK(image_of(file).pixels == image_of(plain).pixels);
  }
}

TEST_CASE("a JPEG segment that is too short is refused by what it lacks") {
  const Bytes frame = jpeg_frame_only(0xc0, 8, 8, 8, 1);
  const auto after_frame = [&](const Bytes& segment) {
    return error_of(concatenate({frame, segment, Bytes(20, 0)}));
  };
  for (const std::uint8_t length : {0, 1}) {
    CAPTURE(int{length});
    for (const std::uint8_t marker : {0xe0, 0xda, 0xc4}) {
      CHECK(after_frame({0xff, marker, 0, length}) ==
            "The JPEG is damaged: a segment is shorter than its own length field.");
    }
  }
  // Of no component at all, of one without its number, and one that is whole.
  const std::string scan = "The JPEG is damaged: a scan is of a component that it has not.";
  CHECK(after_frame({0xff, 0xda, 0, 2}) == scan);
  CHECK(after_frame({0xff, 0xda, 0, 3, 1}) == scan);
  CHECK(after_frame({0xff, 0xda, 0, 4, 1, 1}) == scan);
  CHECK(after_frame({0xff, 0xda, 0, 5, 1, 1, 0}) ==
        "The JPEG is truncated: it ends before its end-of-image marker.");
  // A frame header of one component takes eleven bytes.
  for (std::uint8_t length = 2; length < 11; ++length) {
    Bytes cut = frame;
    cut[5] = length;
    CHECK(error_of(concatenate({cut, Bytes(20, 0)})) ==
          "The JPEG is damaged: its frame header is too short.");
  }
  // At the very end of the file, where the next byte is nobody's.
  const auto at_the_end = [](const Bytes& start, const Bytes& segment) {
    Bytes file = concatenate({start, segment});
    file.shrink_to_fit();
    return error_of(file);
  };
  CHECK(at_the_end(frame, {0xff, 0xda, 0, 2}) == scan);
  CHECK(at_the_end(frame, {0xff, 0xda, 0, 3}) ==
        "The JPEG is truncated: it ends before its end-of-image marker.");
  CHECK(at_the_end({0xff, 0xd8}, {0xff, 0xc0, 0, 2}) ==
        "The JPEG is damaged: its frame header is too short.");
}

TEST_CASE("restart markers are obeyed") {
  const std::vector<int> greys{0, 255, 128, 1, 77, 200, 3, 90, 14, 15, 16, 17};
  for (const bool progressive : {false, true}) {
    const GreyImage image = image_of(flat_jpeg(4, 3, greys, progressive, 2));
    REQUIRE(image.pixels.size() == 32 * 24);
    for (int y = 0; y < 24; ++y) {
      for (int x = 0; x < 32; ++x) {
        REQUIRE(image.pixels[y * 32 + x] == greys[y / 8 * 4 + x / 8]);
      }
    }
    Bytes file = flat_jpeg(4, 3, greys, progressive, 2);
    const Bytes marker{0xff, 0xd2};
    file.erase(std::search(file.begin(), file.end(), marker.begin(), marker.end()),
               std::search(file.begin(), file.end(), marker.begin(), marker.end()) + 2);
    CHECK_FALSE(decode(file).has_value());
  }
}

// Structure and end marker stay whole, so that only the decoder can tell.
TEST_CASE("a JPEG damaged amid its pixels is refused") {
  const Bytes sound = colour_jpeg(200, 160, pattern_rgb(200, 160));
  REQUIRE(decode(sound).has_value());
  const std::size_t middle = sound.size() / 2;
  const auto from = [](Bytes& file, std::size_t position) {
    return file.begin() + static_cast<std::ptrdiff_t>(position);
  };

  Bytes cut = sound;
  cut.erase(from(cut, middle), from(cut, middle + 400));
  CHECK(error_of(cut) == "The JPEG is damaged: its pixels end too early.");

  Bytes zeroed = sound;
  std::fill(from(zeroed, middle), from(zeroed, middle + 400), 0);
  CHECK_FALSE(decode(zeroed).has_value());

  Bytes doubled = sound;
  doubled.insert(from(doubled, middle), from(doubled, middle - 400), from(doubled, middle));
  CHECK_FALSE(decode(doubled).has_value());
}

TEST_CASE("a JPEG that lacks a scan is refused") {
  // The header's component has number 1, the scan's is made 2.
  Bytes other = flat_jpeg(1, 1, {128});
  const Bytes scan{0xff, 0xda, 0, 8, 1, 1};
  const auto at = std::search(other.begin(), other.end(), scan.begin(), scan.end());
  REQUIRE(at != other.end());
  at[5] = 2;
  CHECK(error_of(other) == "The JPEG is damaged: a scan is of a component that it has not.");

  // A first scan that leaves the lowest bit for a second that never comes.
  Bytes coarse = flat_jpeg(1, 1, {128}, true);
  const auto progressive = std::search(coarse.begin(), coarse.end(), scan.begin(), scan.end());
  REQUIRE(progressive != coarse.end());
  progressive[9] = 0x01;
  CHECK(error_of(coarse) == "The JPEG is truncated: some of its scans are missing.");
}
