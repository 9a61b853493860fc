// The core's JPEG decoder against libjpeg-turbo, and against files whose damage is known.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numeric>
#include <random>

#include "core/image/decode.h"
#include "core/image/jpeg_code.h"
#include "jpeg_comparison.h"
#include "libjpeg_oracle.h"
#include "made_images.h"

using namespace thoraxlite;

namespace {

std::string jpeg_error(const Bytes& file) {
  const auto samples = decode_jpeg_samples({file.data(), file.size()});
  return samples ? "no error" : samples.error().message;
}

std::string jpeg_difference(const Bytes& file, OracleDct dct = OracleDct::of_library) {
  return compare_with_libjpeg(file.data(), file.size(), dct);
}

Bytes made_by_libjpeg(const LibjpegKind& kind, std::uint32_t seed = 1) {
  return encode_by_libjpeg(kind, busy_pixels(kind.width, kind.height, kind.components, seed));
}

std::size_t position_of(const Bytes& file, const Bytes& part, std::size_t from = 0) {
  const auto begin = file.begin() + static_cast<std::ptrdiff_t>(from);
  const auto at = std::search(begin, file.end(), part.begin(), part.end());
  REQUIRE(at != file.end());
  return static_cast<std::size_t>(at - file.begin());
}

// Where the entropy-coded bytes of the first scan begin.
std::size_t begin_of_pixels(const Bytes& file) {
  const std::size_t scan = position_of(file, {0xff, 0xda});
  return scan + 2 + static_cast<std::size_t>(file[scan + 2] << 8 | file[scan + 3]);
}

void insert_into(Bytes& file, std::size_t at, const Bytes& bytes) {
  file.insert(file.begin() + static_cast<std::ptrdiff_t>(at), bytes.begin(), bytes.end());
}

const std::string kEarly = "The JPEG is damaged: its pixels end too early.";
const std::string kBadJpegCode = "The JPEG is damaged: its pixels are coded wrongly.";
const std::string kStray = "The JPEG is damaged: it holds bytes that belong to no pixel.";
const std::string kNoRestart = "The JPEG is damaged: a restart marker is missing.";
const std::string kContradiction =
    "The JPEG is damaged: its headers contradict each other or its pixels.";

}  // namespace

TEST_CASE("a JPEG of any kind gives the samples that libjpeg-turbo gives") {
  std::uint32_t seed = 0;
  for (const LibjpegKind& kind : libjpeg_kinds()) {
    ++seed;
    CAPTURE(kind.width);
    CAPTURE(kind.is_progressive);
    CAPTURE(kind.restart_interval);
    CAPTURE(kind.horizontal);
    CAPTURE(kind.vertical);
    CAPTURE(kind.step);
    const Bytes file = made_by_libjpeg(kind, seed);
    REQUIRE(jpeg_error(file) == "no error");
    CHECK(jpeg_difference(file) == "");
  }
}

TEST_CASE("at every quality a JPEG gives the samples that libjpeg-turbo gives") {
  for (int quality = 1; quality <= 100; ++quality) {
    CAPTURE(quality);
    LibjpegKind kind;
    kind.width = 56;
    kind.height = 40;
    kind.quality = quality;
    kind.is_progressive = quality % 2 == 0;
    kind.is_optimised = quality % 3 == 0;
    const Bytes file = made_by_libjpeg(kind, static_cast<std::uint32_t>(quality));
    REQUIRE(jpeg_error(file) == "no error");
    CHECK(jpeg_difference(file) == "");
  }
}

TEST_CASE(
    "a JPEG cut off, or with any bit of a small one flipped, is judged as libjpeg-turbo does") {
  for (const bool is_progressive : {false, true}) {
    LibjpegKind kind;
    kind.width = 23;
    kind.height = 17;
    kind.is_progressive = is_progressive;
    kind.restart_interval = is_progressive ? 0 : 2;
    Bytes file = made_by_libjpeg(kind);
    const std::size_t begin = begin_of_pixels(file);
    for (std::size_t bit = 8 * begin; bit < 8 * file.size(); ++bit) {
      CAPTURE(bit);
      file[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
      REQUIRE(jpeg_difference(file, OracleDct::of_core) == "");
      file[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    }
    for (std::size_t size = begin; size + 2 < file.size(); ++size) {
      CAPTURE(size);
      Bytes cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
      if (cut.back() == 0xff) continue;
      cut.insert(cut.end(), {0xff, 0xd9});
      REQUIRE(jpeg_difference(cut, OracleDct::of_core) == "");
      CHECK(jpeg_error(cut) != "no error");
    }
  }
}

TEST_CASE("films of troubled-files are judged as libjpeg-turbo does") {
  const std::filesystem::path folder = TROUBLED_FILES;
  if (!std::filesystem::is_directory(folder)) {
    MESSAGE("troubled-files are not there: nothing of them is tried.");
    return;
  }
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".jpg") continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    const Bytes file{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    CAPTURE(entry.path().string());
    CHECK(jpeg_difference(file) == "");
    ++count;
  }
  CHECK(count > 0);
}

TEST_CASE("the bytes that stand for a JPEG's 255 may lie anywhere, at the very end too") {
  // Noise at the finest quality, so that many bytes are 255, and files of every length.
  int with_255_at_the_end = 0;
  for (std::uint32_t seed = 1; seed <= 3000; ++seed) {
    LibjpegKind kind;
    kind.width = seed <= 40 ? 8 * static_cast<int>(seed) : 8;
    kind.quality = 100;
    std::mt19937 random(seed);
    Bytes pixels;
    for (int i = 0; i < 8 * kind.width; ++i) pixels.push_back(static_cast<std::uint8_t>(random()));
    const Bytes file = encode_by_libjpeg(kind, pixels);
    REQUIRE(jpeg_difference(file) == "");
    const bool has_255_at_the_end = Bytes(file.end() - 4, file.end()) == Bytes{0xff, 0, 0xff, 0xd9};
    with_255_at_the_end += has_255_at_the_end;
    if (seed > 40 && !has_255_at_the_end) continue;
    // Fill bytes before the marker at the end are the marker's; several before a 0 are one.
    Bytes filled = file;
    insert_into(filled, filled.size() - 2, {0xff, 0xff});
    CHECK(jpeg_error(filled) == "no error");
    CHECK(jpeg_difference(filled) == "");
    for (std::size_t at = begin_of_pixels(file); at + 1 < file.size() - 2; ++at) {
      if (file[at] != 0xff || file[at + 1] != 0) continue;
      Bytes doubled = file;
      insert_into(doubled, at, {0xff});
      CHECK(jpeg_error(doubled) == "no error");
      CHECK(jpeg_difference(doubled) == "");
    }
  }
  CHECK(with_255_at_the_end > 0);
}

TEST_CASE("a JPEG whose restart markers are wrong is refused by what is wrong") {
  LibjpegKind kind;
  kind.width = 80;
  kind.height = 24;
  kind.restart_interval = 3;
  for (const bool is_progressive : {false, true}) {
    kind.is_progressive = is_progressive;
    const Bytes file = made_by_libjpeg(kind);
    const std::size_t second = position_of(file, {0xff, 0xd1}, begin_of_pixels(file));
    Bytes other = file;
    other[second + 1] = 0xd2;
    CHECK(jpeg_error(other) == kNoRestart);
    CHECK(jpeg_difference(other) == "");
    Bytes missing = file;
    missing.erase(missing.begin() + static_cast<std::ptrdiff_t>(second),
                  missing.begin() + static_cast<std::ptrdiff_t>(second) + 2);
    CHECK(jpeg_error(missing) != "no error");
    CHECK(jpeg_difference(missing) == "");
    if (!is_progressive) {  // whose pieces of the mean are shorter than that
      Bytes early = file;
      early.erase(early.begin() + static_cast<std::ptrdiff_t>(second) - 2,
                  early.begin() + static_cast<std::ptrdiff_t>(second));
      CHECK(jpeg_error(early) == kEarly);
      CHECK(jpeg_difference(early) == "");
      Bytes stray = file;
      insert_into(stray, second, {0x12});
      CHECK(jpeg_error(stray) == kStray);
    }
    Bytes more = file;
    insert_into(more, second, {0xff, 0xff, 0xff});
    CHECK(jpeg_error(more) == "no error");
    CHECK(jpeg_difference(more) == "");
  }
  // One too many behind the last pixel.
  kind.is_progressive = false;
  Bytes behind = made_by_libjpeg(kind);
  insert_into(behind, behind.size() - 2, {0xff, 0xd5});
  CHECK(jpeg_error(behind) == "no error");
  CHECK(jpeg_difference(behind) == "");
}

TEST_CASE("as many bytes as an encoder may round up by may stand behind a JPEG's pixels") {
  LibjpegKind kind;
  kind.width = 40;
  const Bytes file = made_by_libjpeg(kind);
  for (const std::uint8_t byte : {0x00, 0x55}) {
    for (std::size_t count = 0; count < 40; ++count) {
      CAPTURE(count);
      Bytes padded = file;
      insert_into(padded, padded.size() - 2, Bytes(count, byte));
      CHECK(jpeg_error(padded) == (byte == 0 || count <= 8 ? "no error" : kStray));
    }
  }
}

namespace {

// One block of grey: one DC code, of difference 0 and one bit long, then `pixels`. The AC codes are
// 0: coefficient of two bits after `run` zeros; 10: 16 zeros; 110: end; 1110: coefficient of one
// bit.
Bytes one_block(const Bytes& pixels, int run, int frame = 0xc0, const Bytes& scan = {0, 63, 0}) {
  Bytes steps(65, 1);
  steps[0] = 0;
  const Bytes dc{0x00, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  const Bytes ac{0x10, 1,    1,   1, 1, 0, 0, 0, 0,
                 0,    0,    0,   0, 0, 0, 0, 0, static_cast<std::uint8_t>(run << 4 | 2),
                 0xf0, 0x00, 0x01};
  const auto segment = [](std::uint8_t marker, const Bytes& data) {
    return concatenate({{0xff, marker, 0, static_cast<std::uint8_t>(data.size() + 2)}, data});
  };
  return concatenate({{0xff, 0xd8},
                      segment(0xdb, steps),
                      segment(static_cast<std::uint8_t>(frame), {8, 0, 8, 0, 8, 1, 1, 0x11, 0}),
                      segment(0xc4, dc),
                      segment(0xc4, ac),
                      segment(0xda, concatenate({{1, 1, 0}, scan})),
                      pixels,
                      {0xff, 0xd9}});
}

}  // namespace

TEST_CASE("a block's codes are obeyed to its last coefficient, and refused beyond it") {
  // 0 for the mean, then 110: an end.
  CHECK(jpeg_error(one_block({0b0110'1111}, 0)) == "no error");
  // Sixteen zeros three times, then a coefficient after 14: the last.
  const Bytes last = one_block({0b0101'0100, 0b1111'1111, 0x00}, 14);
  CHECK(jpeg_error(last) == "no error");
  CHECK(jpeg_difference(last) == "");
  // After 15 it would be one more than there are. libjpeg-turbo puts it in the last place.
  CHECK(jpeg_error(one_block({0b0101'0100, 0b1111'1111, 0x00}, 15)) == kBadJpegCode);
  // Sixteen zeros more than there are bring no coefficient.
  const Bytes zeros = one_block({0b0101'0101, 0b0111'1111}, 0);
  CHECK(jpeg_error(zeros) == "no error");
  CHECK(jpeg_difference(zeros) == "");
  // 1111: none of the codes, which 17 bits tell; before that the pixels end.
  CHECK(jpeg_error(one_block({0b0111'1010, 0xaa, 0xaa, 0xaa}, 0)) == kBadJpegCode);
  CHECK(jpeg_difference(one_block({0b0111'1010, 0xaa, 0xaa, 0xaa}, 0)) == "");
  CHECK(jpeg_error(one_block({0b0111'1010}, 0)) == kEarly);
  CHECK(jpeg_error(one_block({}, 0)) == kEarly);
}

TEST_CASE("a progressive scan brings nothing outside its band") {
  // A mean alone is a whole file; then bands of 1 to 5.
  const Bytes mean = one_block({0b0111'1111}, 0, 0xc2, {0, 0, 0});
  CHECK(jpeg_error(mean) == "no error");
  const auto with_band = [&](const Bytes& scan, int run, const Bytes& pixels) {
    Bytes file = one_block({0b0111'1111}, run, 0xc2, {0, 0, 0});
    file.resize(file.size() - 2);
    return concatenate({file, {0xff, 0xda, 0, 8, 1, 1, 0}, scan, pixels, {0xff, 0xd9}});
  };
  // 0 and two bits: a coefficient after the run.
  CHECK(jpeg_error(with_band({1, 5, 0}, 4, {0b0111'1111})) == "no error");
  CHECK(jpeg_difference(with_band({1, 5, 0}, 4, {0b0111'1111})) == "");
  CHECK(jpeg_error(with_band({1, 5, 0}, 5, {0b0111'1111})) == kBadJpegCode);
  // Bands that are none, bits in the wrong order, a scan before that of the mean.
  CHECK(jpeg_error(with_band({5, 1, 0}, 0, {0b1101'1111})) == kContradiction);
  CHECK(jpeg_error(with_band({0, 5, 0}, 0, {0b1101'1111})) == kContradiction);
  CHECK(jpeg_error(with_band({1, 64, 0}, 0, {0b1101'1111})) == kContradiction);
  CHECK(jpeg_error(with_band({1, 5, 0x20}, 0, {0b1101'1111})) == kContradiction);
  CHECK(jpeg_error(with_band({1, 5, 0x10}, 0, {0b1101'1111})) == kBadJpegCode);
  CHECK(jpeg_error(with_band({1, 5, 0x0e}, 0, {0b1101'1111})) == kContradiction);
  CHECK(jpeg_error(with_band({1, 5, 0x01}, 0, {0b1101'1111})) ==
        "The JPEG is truncated: some of its scans are missing.");
  CHECK(jpeg_error(one_block({0b1101'1111}, 0, 0xc2, {1, 63, 0})) == kBadJpegCode);
  for (const Bytes& scan : {Bytes{5, 1, 0}, Bytes{0, 5, 0}, Bytes{1, 64, 0}, Bytes{1, 5, 0x20},
                            Bytes{1, 5, 0x10}, Bytes{1, 5, 0x0e}, Bytes{1, 5, 0x01}}) {
    CHECK(jpeg_difference(with_band(scan, 0, {0b1101'1111})) == "");
  }
}

TEST_CASE("JPEG headers that contradict each other are refused") {
  const Bytes file = made_by_libjpeg({});
  const auto changed = [&](const Bytes& where, std::size_t offset, std::uint8_t value) {
    Bytes other = file;
    other[position_of(other, where) + offset] = value;
    CHECK(jpeg_difference(other) == "");
    return jpeg_error(other);
  };
  CHECK(changed({0xff, 0xc0}, 11, 0x01) == kContradiction);  // sampled 0 times
  CHECK(changed({0xff, 0xc0}, 11, 0x51) == kContradiction);  // and 5 times
  CHECK(changed({0xff, 0xc0}, 12, 1) == kContradiction);     // steps that are not there
  CHECK(changed({0xff, 0xc0}, 12, 4) == kContradiction);
  CHECK(changed({0xff, 0xdb}, 4, 4) == kContradiction);  // a fifth table
  CHECK(changed({0xff, 0xdb}, 4, 0x10) != "no error");   // of 16 bits, and too short for it
  CHECK(changed({0xff, 0xc4}, 4, 4) == kContradiction);
  CHECK(changed({0xff, 0xc4}, 4, 0x20) == kContradiction);
  CHECK(changed({0xff, 0xc4}, 5, 3) == kContradiction);     // three codes of one bit
  CHECK(changed({0xff, 0xc4}, 21, 16) == kContradiction);   // a difference of 16 bits
  CHECK(changed({0xff, 0xda}, 6, 0x20) == kContradiction);  // codes that are not there
  CHECK(changed({0xff, 0xda}, 6, 0x40) == kContradiction);
  CHECK(changed({0xff, 0xda}, 7, 1) == kBadJpegCode);  // a band, where all is one
  CHECK(changed({0xff, 0xda}, 8, 62) == kBadJpegCode);
  CHECK(changed({0xff, 0xda}, 9, 1) == kBadJpegCode);
  // Reserved markers may mean anything; comments and arithmetic codes nothing here.
  const std::size_t frame = position_of(file, {0xff, 0xc0});
  const std::pair<int, bool> markers[] = {{0x02, false}, {0xde, false}, {0xf0, false}, {0xfe, true},
                                          {0xcc, true},  {0xdc, true},  {0xe9, true}};
  for (const auto& [marker, is_sound] : markers) {
    CAPTURE(marker);
    Bytes other = file;
    insert_into(other, frame, {0xff, static_cast<std::uint8_t>(marker), 0, 4, 0, 8});
    CHECK(jpeg_error(other) == (is_sound ? "no error" : kContradiction));
    CHECK(jpeg_difference(other) == "");
  }
  Bytes restart = file;
  insert_into(restart, frame, {0xff, 0xdd, 0, 3, 1});
  CHECK(jpeg_error(restart) == kContradiction);
  // Of a sequential file each component comes once.
  Bytes twice = file;
  const std::size_t scan = position_of(file, {0xff, 0xda});
  insert_into(twice, twice.size() - 2,
              Bytes(file.begin() + static_cast<std::ptrdiff_t>(scan), file.end() - 2));
  CHECK(jpeg_error(twice) == kContradiction);
}

TEST_CASE("a JPEG image that does not begin as one is refused") {
  Bytes file = made_by_libjpeg({});
  for (const std::size_t at : {std::size_t{0}, std::size_t{1}}) {
    Bytes other = file;
    other[at] ^= 1;
    CHECK(jpeg_error(other) == "The JPEG is damaged: it does not begin as one.");
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{3}}) {
    CHECK(jpeg_error(Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size))) !=
          "no error");
  }
}

TEST_CASE("a JPEG without codes of its own means the standard ones") {
  for (const int components : {1, 3}) {
    LibjpegKind kind;
    kind.components = components;
    kind.width = 40;
    kind.height = 40;
    const Bytes file = made_by_libjpeg(kind);
    Bytes bare = file;
    while (true) {
      const Bytes marker{0xff, 0xc4};
      const auto at = std::search(bare.begin(), bare.end(), marker.begin(), marker.end());
      if (at == bare.end()) break;
      // Whole, since a picture needs few of them.
      const JpegCode code =
          at[4] >> 4 == 0 ? standard_dc_code(at[4] & 15) : standard_ac_code(at[4] & 15);
      CHECK(std::equal(code.counts.begin() + 1, code.counts.end(), at + 5));
      const auto values = (at[2] << 8 | at[3]) - 19;
      CHECK(std::equal(code.values.begin(), code.values.begin() + values, at + 21));
      CHECK(std::accumulate(code.counts.begin(), code.counts.end(), 0) == values);
      bare.erase(at, at + 2 + (at[2] << 8 | at[3]));
    }
    CHECK(bare.size() + 100 < file.size());
    CHECK(decode_jpeg_samples({bare.data(), bare.size()})->values ==
          decode_jpeg_samples({file.data(), file.size()})->values);
    CHECK(jpeg_difference(bare) == "");
  }
}

TEST_CASE("what three components are is said by JFIF, Adobe, or their names") {
  LibjpegKind kind;
  kind.components = 3;
  Bytes file = made_by_libjpeg(kind);
  const std::size_t jfif = position_of(file, {0xff, 0xe0});
  file.erase(file.begin() + static_cast<std::ptrdiff_t>(jfif),
             file.begin() + static_cast<std::ptrdiff_t>(jfif) + 18);
  const auto planes = decode_jpeg_samples({file.data(), file.size()}).value().values;
  // Else the grey is the first plane.
  const auto is_luma_of_planes = [&](const Bytes& bytes) {
    const auto grey = decode_image({bytes.data(), bytes.size()}).value().pixels;
    bool is_first = true;
    bool is_luma = true;
    for (std::size_t i = 0; i < grey.size(); ++i) {
      const std::uint16_t* at = planes.data() + 3 * i;
      is_first = is_first && grey[i] == at[0];
      is_luma = is_luma && grey[i] == (77 * at[0] + 150 * at[1] + 29 * at[2]) >> 8;
    }
    CHECK(is_first != is_luma);
    return is_luma;
  };
  CHECK_FALSE(is_luma_of_planes(file));
  for (const int transform : {0, 1, 2, 77}) {
    Bytes adobe = file;
    insert_into(adobe, 2, adobe_segment(transform));
    CHECK(is_luma_of_planes(adobe) == (transform == 0));
    const Bytes jfif_too{0xff, 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 3, 1, 0, 0, 1, 0, 1, 0, 0};
    insert_into(adobe, 2, jfif_too);
    CHECK_FALSE(is_luma_of_planes(adobe));
  }
  Bytes named = file;
  const std::size_t frame = position_of(named, {0xff, 0xc0});
  const std::size_t scan = position_of(named, {0xff, 0xda});
  const char* names = "RGB";
  for (std::size_t c = 0; c < 3; ++c) {
    named[frame + 10 + 3 * c] = static_cast<std::uint8_t>(names[c]);
    named[scan + 5 + 2 * c] = static_cast<std::uint8_t>(names[c]);
  }
  CHECK(is_luma_of_planes(named));
}

TEST_CASE(
    "a grey JPEG that is stored in colour has none, and one with colour has as much as before") {
  LibjpegKind kind;
  kind.components = 3;
  kind.width = 40;
  kind.height = 24;
  Bytes pixels = busy_pixels(40, 24, 1, 3);
  Bytes coloured;
  for (const std::uint8_t grey : pixels) coloured.insert(coloured.end(), {grey, 128, 128});
  for (const bool is_progressive : {false, true}) {
    for (const bool has_one_scan_each : {false, true}) {
      kind.is_progressive = is_progressive;
      kind.has_one_scan_each = has_one_scan_each && !is_progressive;
      struct Nowhere : RowSink {
        void begin(int, int, std::uint16_t) override {}
        void add_row(const std::uint8_t*) override {}
        void add_row(const std::uint16_t*) override {}
      } nowhere;
      const Bytes grey = encode_by_libjpeg(kind, coloured);
      DecodeMemory memory;
      CHECK(decode_rows({grey.data(), grey.size()}, nowhere, memory)->colourfulness == 0);
      // Only the last rows have colour.
      Bytes late = coloured;
      for (std::size_t i = late.size() - 3 * 40 * 8; i < late.size(); i += 3) late[i + 1] = 178;
      const Bytes file = encode_by_libjpeg(kind, late);
      const auto samples = decode_jpeg_samples({file.data(), file.size()}).value();
      double spread = 0;
      for (std::size_t i = 0; i < samples.values.size(); i += 3) {
        const int cb = samples.values[i + 1] - 128;
        const int cr = samples.values[i + 2] - 128;
        const int r = 359 * cr;
        const int g = -88 * cb - 183 * cr;
        const int b = 454 * cb;
        spread += std::max({r, g, b}) - std::min({r, g, b});
      }
      const double expected = spread / (40 * 24 * 255 * 256);
      CHECK(expected > 0.05);
      CHECK(decode_rows({file.data(), file.size()}, nowhere, memory)->colourfulness ==
            doctest::Approx(expected));
    }
  }
}

TEST_CASE("a look into a JPEG's codes says what the code and its bits say") {
  std::mt19937 random(9);
  for (const int slot : {0, 1}) {
    const JpegCode code = standard_ac_code(slot);
    JpegCodeTable table;
    REQUIRE(table.build(code, JpegCodeTable::Kind::ac));
    int next = 0;
    std::size_t place = 0;
    for (int length = 1; length <= 16; ++length, next <<= 1) {
      for (int i = 0; i < code.counts[static_cast<std::size_t>(length)]; ++i, ++next, ++place) {
        const int value = code.values[place];
        const int size = value & 15;
        const std::uint64_t bits = static_cast<std::uint64_t>(next) << (64 - length) |
                                   (std::uint64_t{random()} << 16 & (~std::uint64_t{0} >> length));
        JpegCodeTable::Entry entry = table.look(bits);
        if (entry.is_whole() && size > 0) {
          CHECK(entry.length() == length + size);
          const auto extra = static_cast<int>(bits << length >> (64 - size));
          CHECK(entry.value() == (extra >> (size - 1) != 0 ? extra : extra + 1 - (1 << size)));
        } else {
          CHECK((entry.length() == 0) == (length > JpegCodeTable::kLook));
          if (entry.length() == 0) entry = table.look_further(bits);
          CHECK(entry.length() == length);
          CHECK(entry.size() == size);
        }
        const int run = value >> 4;
        CHECK(entry.skip() == (size > 0 ? run + 1 : run == 15 ? 16 : JpegCodeTable::kEndOfBlock));
      }
    }
    CHECK(place == 162);
    CHECK(table.look_further(~std::uint64_t{0}).length() == 0);
  }
}
