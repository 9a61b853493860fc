// Where the readers of codestreams and of RLE draw their lines: for each a stream just within, and
// one just beyond.
#include "core/dicom/codestream.h"

#include <doctest/doctest.h>

#include <initializer_list>

#include "core/dicom/rle.h"

using namespace thoraxlite;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

PixelFormat format(int columns, int rows, int bits = 16, int samples = 1) {
  PixelFormat format;
  format.columns = columns;
  format.rows = rows;
  format.bits_allocated = bits;
  format.samples = samples;
  return format;
}

// As it is, or the sentence.
template <class Value>
std::string outcome(const Result<Value>& result) {
  return result ? "read" : result.error().message;
}

constexpr const char* kRleTruncated = "The RLE image inside the DICOM file is truncated.";
constexpr const char* kRleOutside =
    "The RLE image inside the DICOM file is damaged: a segment lies outside it.";
constexpr const char* kJpegDamaged =
    "The JPEG image inside the DICOM file is damaged or truncated.";
constexpr const char* kJ2kDamaged =
    "The JPEG 2000 image inside the DICOM file is damaged or truncated.";

// PS3.5 G.5.
Bytes rle_frame(const std::vector<Bytes>& segments, std::vector<std::uint32_t> starts = {}) {
  Bytes frame(64);
  const auto put = [&](std::size_t at, std::uint32_t value) {
    for (int i = 0; i < 4; ++i) frame[at + std::size_t(i)] = std::uint8_t(value >> (8 * i));
  };
  put(0, std::uint32_t(segments.size()));
  std::uint32_t next = 64;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    put(4 + 4 * i, i < starts.size() ? starts[i] : next);
    next += std::uint32_t(segments[i].size());
  }
  for (const Bytes& segment : segments) frame.insert(frame.end(), segment.begin(), segment.end());
  return frame;
}

std::vector<std::uint16_t> decode(const Bytes& bytes, const PixelFormat& format) {
  const auto samples = decode_rle({bytes.data(), bytes.size()}, format);
  REQUIRE_MESSAGE(samples, outcome(samples));
  return samples->values;
}

std::string rle_outcome(const Bytes& bytes, const PixelFormat& format) {
  return outcome(decode_rle({bytes.data(), bytes.size()}, format));
}

Bytes segment(int marker, const Bytes& bytes) {
  return joined({{0xff, std::uint8_t(marker), 0, std::uint8_t(bytes.size() + 2)}, bytes});
}

Bytes frame_header(int marker = 0xc0, const std::vector<Bytes>& components = {{1, 0x11, 0}},
                   int said = -1) {
  Bytes bytes{12, 1, 2, 3, 4, std::uint8_t(said < 0 ? int(components.size()) : said)};
  for (const Bytes& one : components) bytes.insert(bytes.end(), one.begin(), one.end());
  return segment(marker, bytes);
}

const Bytes kScan = segment(0xda, {1, 1, 0, 0, 63, 0});
const Bytes kEnd{0xff, 0xd9};

Result<Codestream> jpeg(std::initializer_list<Bytes> parts, int components = 1) {
  const Bytes bytes = joined({{0xff, 0xd8}, joined(parts)});
  return read_codestream(Coding::jpeg, {bytes.data(), bytes.size()},
                         format(0x304, 0x102, 16, components));
}

// Of 16 bytes.
Bytes tile_part(std::uint8_t length = 16) {
  return {0xff, 0x90, 0, 10, 0, 0, 0, 0, 0, length, 0, 1, 0xff, 0x93, 5, 6};
}

struct J2k {
  std::vector<std::uint32_t> size{20, 30, 4, 6};
  std::vector<std::uint32_t> tile{16, 24, 0, 0};
  std::vector<Bytes> components{{11, 1, 1}};
  int said = -1;
  Bytes before, parts = tile_part(), end{0xff, 0xd9};

  Bytes bytes() const {
    Bytes numbers;
    for (const auto* list : {&size, &tile}) {
      for (const std::uint32_t value : *list) {
        for (int shift = 24; shift >= 0; shift -= 8)
          numbers.push_back(std::uint8_t(value >> shift));
      }
    }
    const int count = said < 0 ? int(components.size()) : said;
    Bytes all = joined({before,
                        {0xff, 0x4f, 0xff, 0x51, 0, std::uint8_t(38 + 3 * components.size()), 0, 0},
                        numbers,
                        {0, std::uint8_t(count)}});
    for (const Bytes& one : components) all.insert(all.end(), one.begin(), one.end());
    return joined({all, parts, end});
  }
};

std::string j2k_outcome(const J2k& stream, const PixelFormat& of = format(16, 24)) {
  const Bytes bytes = stream.bytes();
  return outcome(read_codestream(Coding::jpeg_2000, {bytes.data(), bytes.size()}, of));
}

}  // namespace

TEST_CASE("RLE has literal runs, repeated ones, and bytes that say nothing") {
  CHECK(decode(rle_frame({{2, 1, 2, 3, 128, 254, 9}}), format(6, 1, 8)) ==
        std::vector<std::uint16_t>{1, 2, 3, 9, 9, 9});
  CHECK(decode(rle_frame({{129, 7}}), format(128, 1, 8)) == std::vector<std::uint16_t>(128, 7));
  // A run that is longer than the image ends with it.
  CHECK(decode(rle_frame({{253, 9}}), format(3, 1, 8)) == std::vector<std::uint16_t>{9, 9, 9});
}

TEST_CASE("RLE has the more significant byte first, sample by sample") {
  CHECK(decode(rle_frame({{1, 1, 2}, {1, 3, 4}}), format(2, 1)) ==
        std::vector<std::uint16_t>{0x103, 0x204});
  CHECK(decode(rle_frame({{0, 1}, {0, 2}, {0, 3}}), format(1, 1, 8, 3)) ==
        std::vector<std::uint16_t>{1, 2, 3});
  CHECK(decode(rle_frame({{0, 1}, {0, 2}, {0, 3}, {0, 4}, {0, 5}, {0, 6}}), format(1, 1, 16, 3)) ==
        std::vector<std::uint16_t>{0x102, 0x304, 0x506});
}

TEST_CASE("RLE that is cut, or whose segments lie outside, is a sentence") {
  for (const Bytes& one : std::vector<Bytes>{{2, 1, 2}, {254}, {1, 1, 2}, {}}) {
    CHECK(rle_outcome(rle_frame({one}), format(3, 1, 8)) == kRleTruncated);
  }
  CHECK(rle_outcome(Bytes(63), format(1, 1, 8)) == kRleTruncated);
  CHECK(rle_outcome(rle_frame({{0, 1}}), format(1, 1)) ==
        "The RLE image inside the DICOM file has 1 segments; expected 2.");
  const std::vector<Bytes> two{{0, 1}, {0, 2}};
  CHECK(decode(rle_frame(two, {64, 66}), format(1, 1)) == std::vector<std::uint16_t>{0x102});
  for (const std::vector<std::uint32_t>& starts : std::vector<std::vector<std::uint32_t>>{
           {63, 66}, {67, 66}, {64, 69}, {64, 63}, {64, 0x7ffffff0}}) {
    CHECK(rle_outcome(rle_frame(two, starts), format(1, 1)) == kRleOutside);
  }
}

TEST_CASE("bytes behind RLE's pixels are noted, unless they say nothing") {
  const auto has_bytes_left = [](const Bytes& frame) {
    return decode_rle({frame.data(), frame.size()}, format(1, 1, 8))->has_bytes_left;
  };
  CHECK(!has_bytes_left(rle_frame({{0, 1, 0, 128}})));
  CHECK(has_bytes_left(rle_frame({{0, 1, 5}})));
}

TEST_CASE("a JPEG's header says size, components, bits, process and its end") {
  const auto found = jpeg({frame_header(), kScan, {1, 2}, kEnd, {7}});
  REQUIRE_MESSAGE(found, outcome(found));
  CHECK(found->width == 0x304);
  CHECK(found->height == 0x102);
  CHECK(found->components == 1);
  CHECK(found->precision == 12);
  CHECK(found->process == 0xc0);
  CHECK(found->size == 2 + frame_header().size() + kScan.size() + 4);
  for (const int marker : {0xc1, 0xc3, 0xc5, 0xcf, 0xf7}) {
    CHECK(jpeg({frame_header(marker), kScan, kEnd})->process == marker);
  }
}

TEST_CASE("a JPEG's frame header comes once, before at most a hundred scans") {
  CHECK(outcome(jpeg({kScan, kEnd})) == kJpegDamaged);
  CHECK(outcome(jpeg({frame_header(), frame_header(), kScan, kEnd})) == kJpegDamaged);
  const auto with_scans = [](int count) {
    Bytes scans;
    for (int i = 0; i < count; ++i) scans = joined({scans, kScan, {1}});
    return outcome(jpeg({frame_header(0xc2), scans, kEnd}));
  };
  CHECK(with_scans(100) == "read");
  CHECK(with_scans(101) == kJpegDamaged);
  for (const int other : {0xc4, 0xc8, 0xcc, 0xbf, 0xd0}) {
    CHECK(outcome(jpeg({frame_header(other), kScan, kEnd})) == kJpegDamaged);
  }
}

TEST_CASE("a JPEG has components sampled 1 to 4 times each way, all of them there") {
  for (const int sampling : {0x11, 0x44}) {
    CHECK(outcome(jpeg({frame_header(0xc0, {{1, std::uint8_t(sampling), 0}}), kScan, kEnd})) ==
          "read");
  }
  for (const int sampling : {0x01, 0x10, 0x51, 0x15}) {
    CHECK(outcome(jpeg({frame_header(0xc0, {{1, std::uint8_t(sampling), 0}}), kScan, kEnd})) ==
          kJpegDamaged);
  }
  CHECK(outcome(jpeg({frame_header(0xc0, {{1, 0x11, 0}}, 2), kScan, kEnd})) == kJpegDamaged);
  CHECK(outcome(jpeg({segment(0xc0, {12, 1, 2, 3, 4}), kScan, kEnd})) == kJpegDamaged);
}

TEST_CASE("a JPEG's segments lie in the frame, and fill bytes before markers are passed over") {
  CHECK(outcome(jpeg({})) == kJpegDamaged);
  CHECK(outcome(jpeg({kEnd})) == kJpegDamaged);
  CHECK(outcome(jpeg({frame_header(), kScan})) == kJpegDamaged);
  CHECK(outcome(jpeg({frame_header(), kScan, {1, 0xff}})) == kJpegDamaged);
  CHECK(outcome(jpeg({{0xff, 0xe0, 0, 1}, frame_header(), kScan, kEnd})) == kJpegDamaged);
  CHECK(outcome(jpeg({frame_header(), {0xff, 0xe0, 0, 9, 1, 2}})) == kJpegDamaged);
  CHECK(outcome(jpeg({{0xff, 0xe0, 0, 2}, frame_header(), kScan, kEnd})) == "read");
  CHECK(outcome(jpeg({{0xff}, frame_header(), {0xff, 0xff}, kScan, {1, 0xff, 0xff}, kEnd})) ==
        "read");
}

TEST_CASE("a JPEG's scan ends at a marker that is no restart, and not at data") {
  for (const int inside : {0x00, 0x7f, 0xbf, 0xd0, 0xd7}) {
    CHECK(outcome(jpeg({frame_header(), kScan, {1, 0xff, std::uint8_t(inside), 2}, kEnd})) ==
          "read");
  }
  for (const int ending : {0xc0, 0xcf, 0xd8, 0xda}) {
    CHECK(outcome(jpeg({frame_header(), kScan, {1, 0xff, std::uint8_t(ending), 2}, kEnd})) ==
          kJpegDamaged);
  }
}

TEST_CASE("a JPEG 2000 codestream has its part of the grid, 1 to 4 components alike, and tiles") {
  CHECK(j2k_outcome({}) == "read");
  J2k three;
  three.components = {{0x87, 1, 1}, {0x87, 1, 1}, {0x87, 1, 1}};
  CHECK(j2k_outcome(three, format(16, 24, 8, 3)) == "read");
  J2k odd;
  odd.components = std::vector<Bytes>(5, {7, 1, 1});
  CHECK(j2k_outcome(odd) == kJ2kDamaged);
  for (const int said : {0, 4}) {
    odd.components = {{7, 1, 1}};
    odd.said = said;
    CHECK(j2k_outcome(odd) != "read");
  }
  for (const Bytes& other : std::vector<Bytes>{{8, 1, 1}, {7, 2, 1}, {7, 1, 2}}) {
    odd = {};
    odd.components = {{7, 1, 1}, other};
    CHECK(j2k_outcome(odd).find("several sizes or depths") != std::string::npos);
  }
  J2k tiled;
  tiled.tile = {1, 1, 0, 0};
  tiled.size = {65535, 1, 0, 0};
  CHECK(j2k_outcome(tiled, format(65535, 1)) == "read");
  tiled.size = {32768, 2, 0, 0};
  CHECK(j2k_outcome(tiled, format(32768, 2)) == kJ2kDamaged);
  tiled.tile = {0, 24, 0, 0};
  CHECK(j2k_outcome(tiled, format(32768, 2)) == kJ2kDamaged);
}

TEST_CASE("a JPEG 2000 codestream is found behind boxes, up to 4096 bytes") {
  J2k boxed;
  boxed.before = Bytes(100, 0xff);
  CHECK(j2k_outcome(boxed) == "read");
  boxed.before = Bytes(4092);
  CHECK(j2k_outcome(boxed) == "read");
  boxed.before = Bytes(4093);
  CHECK(j2k_outcome(boxed) == kJ2kDamaged);
}

TEST_CASE("JPEG 2000 has whole tile parts up to its end, and anything behind it") {
  J2k stream;
  stream.end = {0xff, 0xd9, 0, 0, 0};
  CHECK(j2k_outcome(stream) == "read");
  for (const Bytes& end : std::vector<Bytes>{{0xff, 0xd8}, {}}) {
    stream.end = end;
    CHECK(j2k_outcome(stream) == kJ2kDamaged);
  }
  stream = {};
  stream.parts = {};
  CHECK(j2k_outcome(stream) == kJ2kDamaged);
  stream.parts = joined({tile_part(16), tile_part(16)});
  CHECK(j2k_outcome(stream) == "read");
  stream.parts = joined({tile_part(16), tile_part(0)});  // up to the end
  CHECK(j2k_outcome(stream) == "read");
  for (const std::uint8_t length : {11, 14, 15, 17, 40}) {
    stream.parts = joined({tile_part(16), tile_part(length)});
    CHECK(j2k_outcome(stream) == kJ2kDamaged);
  }
}

TEST_CASE("a compressed frame is as the data set says") {
  const auto says = [](const J2k& stream, const PixelFormat& of, const char* what) {
    return j2k_outcome(stream, of).find(what) != std::string::npos;
  };
  J2k stream;
  CHECK(says(stream, format(24, 16), "is 16 x 24 pixels; expected 24 x 16"));
  CHECK(says(stream, format(17, 24), "is 16 x 24 pixels"));
  CHECK(says(stream, format(16, 24, 16, 3), "has 1 components; expected 3"));
  CHECK(says(stream, format(16, 24, 8), "has 12 bits; expected at most 8"));
  for (const std::uint8_t bits : {2, 8, 16}) {
    stream.components = {{std::uint8_t(bits - 1), 1, 1}};
    CHECK(j2k_outcome(stream) == "read");
  }
  for (const std::uint8_t bits : {1, 17}) {
    stream.components = {{std::uint8_t(bits - 1), 1, 1}};
    CHECK(says(stream, format(16, 24), " bits; expected at most 16"));
  }
}

TEST_CASE("a stream shows of which coding it is") {
  const auto shown = [](const Bytes& bytes) { return coding_of({bytes.data(), bytes.size()}); };
  CHECK(shown(joined({{0xff, 0xd8}, frame_header(), kScan})) == Coding::jpeg);
  CHECK(shown(joined({{0xff, 0xd8}, segment(0xe0, {1, 2}), frame_header(0xf7)})) ==
        Coding::jpeg_ls);
  CHECK(shown(J2k{}.bytes()) == Coding::jpeg_2000);
  CHECK(shown({0, 0, 0, 12, 'j', 'P', ' ', ' ', 13, 10}) == Coding::jpeg_2000);
  CHECK(shown({}) == std::nullopt);
  CHECK(shown(Bytes(100)) == std::nullopt);
}
