#include "core/dicom/jpeg_huffman.h"

#include <algorithm>
#include <array>

namespace thoraxlite {
namespace {

constexpr int kLossless = 0xc3;
constexpr const char* name_of(int process) {
  return process == kLossless ? "lossless JPEG" : "JPEG";
}

// T.81 C.2 and F.2.2.3: codes of each length are consecutive numbers.
struct HuffmanTable {
  bool is_there = false;
  std::array<int, 17> first_code{};   // of each length
  std::array<int, 17> first_index{};  // of its value
  std::array<int, 17> count{};
  std::array<std::uint8_t, 256> values{};
  // For the next eight bits: the value, and how long its code is; 0 where it is longer.
  std::array<std::uint8_t, 256> quick_value{};
  std::array<std::uint8_t, 256> quick_length{};
};

// False where the lengths make no code.
bool make_table(const std::uint8_t* lengths, const std::uint8_t* values, HuffmanTable& table) {
  table = {};
  int code = 0;
  int index = 0;
  for (int length = 1; length <= 16; ++length) {
    table.first_code[length] = code;
    table.first_index[length] = index;
    table.count[length] = lengths[length - 1];
    if (code + table.count[length] > 1 << length) return false;
    for (int i = 0; i < table.count[length]; ++i, ++code, ++index) {
      table.values[static_cast<std::size_t>(index)] = values[index];
      if (length > 8) continue;
      const int first = code << (8 - length);
      for (int k = 0; k < 1 << (8 - length); ++k) {
        table.quick_value[static_cast<std::size_t>(first + k)] = values[index];
        table.quick_length[static_cast<std::size_t>(first + k)] = static_cast<std::uint8_t>(length);
      }
    }
    code <<= 1;
  }
  table.is_there = true;
  return true;
}

// Entropy-coded bytes as bits. Behind their end come zeros, and then has_failed is true.
class BitReader {
 public:
  BitReader(ByteView bytes, std::size_t position) : bytes_(bytes), position_(position) {}

  bool has_failed() const { return has_failed_; }
  std::size_t position() const { return position_; }

  int bits(int count) {
    if (count == 0) return 0;
    fill(count);
    take(count);
    return static_cast<int>(buffer_ >> held_ & ((1u << count) - 1));
  }

  int value(const HuffmanTable& table) {
    fill(16);
    const auto next = static_cast<std::size_t>(buffer_ >> (held_ - 8) & 255);
    if (const int length = table.quick_length[next]) {
      take(length);
      return table.quick_value[next];
    }
    for (int length = 9; length <= 16; ++length) {
      const int code = static_cast<int>(buffer_ >> (held_ - length) & ((1u << length) - 1));
      const int offset = code - table.first_code[length];
      if (offset >= 0 && offset < table.count[length]) {
        take(length);
        return table.values[static_cast<std::size_t>(table.first_index[length] + offset)];
      }
    }
    has_failed_ = true;
    return 0;
  }

  // The bits left of the last byte are padding; then RST number `expected` must follow.
  bool restart(int expected) {
    held_ = 0;
    buffer_ = 0;
    made_up_ = 0;
    while (position_ + 1 < bytes_.size && bytes_.data[position_] == 0xff &&
           bytes_.data[position_ + 1] == 0xff) {
      ++position_;
    }
    if (position_ + 1 >= bytes_.size || bytes_.data[position_] != 0xff ||
        bytes_.data[position_ + 1] != 0xd0 + expected) {
      return false;
    }
    position_ += 2;
    return true;
  }

 private:
  void take(int count) {
    held_ -= count;
    // Only what is used counts: codes are looked up in more bits than they have.
    if (held_ < made_up_) has_failed_ = true;
  }

  void fill(int count) {
    while (held_ < count) {
      const bool is_at_marker = position_ >= bytes_.size ||
                                (bytes_.data[position_] == 0xff &&
                                 (position_ + 1 >= bytes_.size || bytes_.data[position_ + 1] != 0));
      std::uint8_t byte = 0;
      if (is_at_marker) {
        made_up_ += 8;
      } else {
        byte = bytes_.data[position_];
        position_ += byte == 0xff ? 2 : 1;
      }
      buffer_ = buffer_ << 8 | byte;
      held_ += 8;
    }
  }

  ByteView bytes_;
  std::size_t position_;
  std::uint64_t buffer_ = 0;
  int held_ = 0;
  int made_up_ = 0;  // of the bits held, those that stand for bytes which are not there
  bool has_failed_ = false;
};

// F.2.2.1.
int extended(int bits, int count) {
  return count > 0 && bits < 1 << (count - 1) ? bits - (1 << count) + 1 : bits;
}

constexpr std::array<std::uint8_t, 64> kZigzag{
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
    41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

// The inverse DCT of Loeffler, Ligtenberg and Moschytz (1989) in whole numbers, as the libraries of
// the Independent JPEG Group have it for 12 bits: 13 bits of a constant's fraction, 1 kept between
// the passes.
void transform_line(const std::int64_t* in, std::size_t step, std::int64_t* out, int shift) {
  const auto at = [&](std::size_t i) { return in[i * step]; };
  const auto rounded = [shift](std::int64_t value) {
    return (value + (std::int64_t{1} << (shift - 1))) >> shift;
  };
  const std::int64_t even = (at(2) + at(6)) * 4433;
  const std::int64_t low = even - at(6) * 15137;
  const std::int64_t high = even + at(2) * 6270;
  const std::int64_t sum = (at(0) + at(4)) * 8192;
  const std::int64_t difference = (at(0) - at(4)) * 8192;
  const std::int64_t evens[] = {sum + high, difference + low, difference - low, sum - high};
  const std::int64_t z5 = (at(7) + at(3) + at(5) + at(1)) * 9633;
  const std::int64_t z1 = (at(7) + at(1)) * -7373;
  const std::int64_t z2 = (at(5) + at(3)) * -20995;
  const std::int64_t z3 = (at(7) + at(3)) * -16069 + z5;
  const std::int64_t z4 = (at(5) + at(1)) * -3196 + z5;
  const std::int64_t odds[] = {at(1) * 12299 + z1 + z4, at(3) * 25172 + z2 + z3,
                               at(5) * 16819 + z2 + z4, at(7) * 2446 + z1 + z3};
  for (std::size_t i = 0; i < 4; ++i) {
    out[i * step] = rounded(evens[i] + odds[i]);
    out[(7 - i) * step] = rounded(evens[i] - odds[i]);
  }
}

void inverse_dct(std::array<std::int64_t, 64>& block) {
  std::array<std::int64_t, 64> columns{};
  for (std::size_t x = 0; x < 8; ++x) transform_line(block.data() + x, 8, columns.data() + x, 12);
  for (std::size_t y = 0; y < 64; y += 8)
    transform_line(columns.data() + y, 1, block.data() + y, 17);
}

struct Component {
  int id = 0;
  int sampling = 0;
  int quantisation = 0;
  int table = 0;     // of DC, or of differences
  int ac_table = 0;  // of AC
};

class Decoder {
 public:
  Decoder(ByteView bytes, const Codestream& header) : bytes_(bytes), header_(header) {}

  Result<Samples> decode() {
    const std::size_t count = static_cast<std::size_t>(header_.width) *
                              static_cast<std::size_t>(header_.height) *
                              static_cast<std::size_t>(header_.components);
    // No code is shorter than a bit, so no small frame makes us allocate for a large image.
    if (count / (is_lossless() ? 8 : 512) > bytes_.size) return damaged();
    samples_.values.resize(count);
    std::size_t at = 2;
    while (at + 4 <= header_.size) {
      const int marker = bytes_.data[at + 1];
      if (marker == 0xff) {
        ++at;
        continue;
      }
      if (marker == 0xd9) break;
      const auto length = static_cast<std::size_t>(bytes_.data[at + 2] << 8 | bytes_.data[at + 3]);
      if (length < 2 || length > header_.size - at - 2) return damaged();
      const ByteView segment{bytes_.data + at + 4, length - 2};
      at += 2 + length;
      if (marker == 0xc4 && !read_tables(segment)) return damaged();
      if (marker == 0xdb && !read_quantisation(segment)) return damaged();
      if (marker == 0xdd && segment.size >= 2)
        restart_interval_ = segment.data[0] << 8 | segment.data[1];
      if (marker == header_.process) read_frame(segment);
      if (marker != 0xda) continue;
      if (auto error = read_scan(segment, at)) return tl::unexpected(*std::move(error));
    }
    if (scanned_ != header_.components) return damaged();
    samples_.has_bytes_left = header_.size + 1 < bytes_.size;
    return std::move(samples_);
  }

 private:
  bool is_lossless() const { return header_.process == kLossless; }
  tl::unexpected<Error> damaged() const { return damaged_image(name_of(header_.process)); }

  bool read_tables(ByteView segment) {
    for (std::size_t at = 0; at < segment.size;) {
      if (segment.size - at < 17) return false;
      const std::size_t place = segment.data[at];
      std::size_t count = 0;
      for (std::size_t i = 1; i <= 16; ++i) count += segment.data[at + i];
      if ((place & 15) > 3 || place > 0x13 || count > 256 || count > segment.size - at - 17)
        return false;
      HuffmanTable& table = tables_[(place >> 4) * 4 + (place & 15)];
      if (!make_table(segment.data + at + 1, segment.data + at + 17, table)) return false;
      at += 17 + count;
    }
    return true;
  }

  bool read_quantisation(ByteView segment) {
    for (std::size_t at = 0; at < segment.size;) {
      const int place = segment.data[at] & 15;
      const std::size_t bytes = segment.data[at] >> 4 == 0 ? 1 : 2;
      ++at;
      if (place > 3 || segment.size - at < 64 * bytes) return false;
      for (std::size_t i = 0; i < 64; ++i, at += bytes) {
        quantisation_[static_cast<std::size_t>(place)][kZigzag[i]] =
            bytes == 1 ? segment.data[at] : segment.data[at] << 8 | segment.data[at + 1];
      }
    }
    return true;
  }

  // Its length was checked with the header.
  void read_frame(ByteView segment) {
    components_.clear();
    for (std::size_t i = 0; i < static_cast<std::size_t>(header_.components); ++i) {
      const std::uint8_t* said = segment.data + 6 + 3 * i;
      components_.push_back({said[0], said[1], said[2] & 3, 0, 0});
    }
  }

  std::optional<Error> read_scan(ByteView segment, std::size_t& at) {
    const Error error = damaged().value();
    if (segment.size < 4) return error;
    const std::size_t count = segment.data[0];
    if (count < 1 || count > components_.size() || segment.size < 4 + 2 * count) return error;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < count; ++i) {
      const auto found = std::find_if(
          components_.begin(), components_.end(),
          [&](const Component& component) { return component.id == segment.data[1 + 2 * i]; });
      if (found == components_.end()) return error;
      found->table = segment.data[2 + 2 * i] >> 4 & 3;
      found->ac_table = segment.data[2 + 2 * i] & 3;
      if (!tables_[static_cast<std::size_t>(found->table)].is_there) return error;
      places.push_back(static_cast<std::size_t>(found - components_.begin()));
    }
    scanned_ += static_cast<int>(count);
    const std::uint8_t* last = segment.data + 1 + 2 * count;
    BitReader reader(bytes_, at);
    const bool is_whole =
        is_lossless() ? read_lossless(reader, places, last[0], last[2] & 15) : read_blocks(reader);
    if (!is_whole) return error;
    at = reader.position();
    // Up to the next marker. What is not nothing may be left of pixels that were decoded wrongly.
    while (at + 1 < header_.size && !(bytes_.data[at] == 0xff && bytes_.data[at + 1] >= 0xc0)) {
      if (bytes_.data[at++] != 0) return error;
    }
    return std::nullopt;
  }

  // H.1: each sample by what stands left of it, above it, and between.
  bool read_lossless(BitReader& reader, const std::vector<std::size_t>& places, int predictor,
                     int transform) {
    if (predictor < 1 || predictor > 7 || transform >= header_.precision) return false;
    for (const Component& component : components_) {
      if (component.sampling != components_.front().sampling) return false;
    }
    const auto width = static_cast<std::size_t>(header_.width);
    const auto step = static_cast<std::size_t>(header_.components);
    const int start = 1 << (header_.precision - transform - 1);
    int until_restart = restart_interval_;
    int restarts = 0;
    bool is_first_row = true;  // since the start or a restart, where prediction begins anew
    for (std::size_t y = 0; y < static_cast<std::size_t>(header_.height); ++y) {
      for (std::size_t x = 0; x < width; ++x) {
        if (restart_interval_ > 0 && until_restart-- == 0) {
          // H.1.2.1: a whole number of rows.
          if (x != 0 || !reader.restart(restarts++ % 8)) return false;
          until_restart = restart_interval_ - 1;
          is_first_row = true;
        }
        for (const std::size_t place : places) {
          const Component& component = components_[place];
          std::uint16_t* sample = samples_.values.data() + (y * width + x) * step + place;
          int predicted = start;
          if (!is_first_row || x > 0) {
            const int left = x > 0 ? sample[-static_cast<std::ptrdiff_t>(step)] >> transform : 0;
            const auto up = static_cast<std::ptrdiff_t>(width * step);
            const int above = is_first_row ? 0 : sample[-up] >> transform;
            const int corner = is_first_row || x == 0
                                   ? 0
                                   : sample[-up - static_cast<std::ptrdiff_t>(step)] >> transform;
            predicted = is_first_row ? left
                        : x == 0     ? above
                                     : predict(predictor, left, above, corner);
          }
          const int category = reader.value(tables_[static_cast<std::size_t>(component.table)]);
          if (category > 16) return false;
          const int difference = category == 16 ? 32768 : extended(reader.bits(category), category);
          if (reader.has_failed()) return false;
          *sample = static_cast<std::uint16_t>(static_cast<unsigned>(predicted + difference)
                                               << transform);
        }
      }
      is_first_row = false;
    }
    return true;
  }

  // Table H.1.
  static int predict(int predictor, int left, int above, int corner) {
    switch (predictor) {
      case 1:
        return left;
      case 2:
        return above;
      case 3:
        return corner;
      case 4:
        return left + above - corner;
      case 5:
        return left + ((above - corner) >> 1);
      case 6:
        return above + ((left - corner) >> 1);
      default:
        return (left + above) >> 1;
    }
  }

  // One component: block by block, from left to right.
  bool read_blocks(BitReader& reader) {
    const Component& component = components_.front();
    const HuffmanTable& dc = tables_[static_cast<std::size_t>(component.table)];
    const HuffmanTable& ac = tables_[4 + static_cast<std::size_t>(component.ac_table)];
    const auto& quantisation = quantisation_[static_cast<std::size_t>(component.quantisation)];
    if (!ac.is_there || quantisation[0] == 0 || components_.size() != 1) return false;
    const int across = (header_.width + 7) / 8;
    const int blocks = across * ((header_.height + 7) / 8);
    int previous = 0;
    int restarts = 0;
    for (int index = 0; index < blocks; ++index) {
      if (restart_interval_ > 0 && index > 0 && index % restart_interval_ == 0) {
        if (!reader.restart(restarts++ % 8)) return false;
        previous = 0;
      }
      std::array<std::int64_t, 64> block{};
      const int category = reader.value(dc);
      if (category > 15) return false;
      previous += extended(reader.bits(category), category);
      // What no sound film has, and would overflow in what follows.
      if (previous < -65535 || previous > 65535) return false;
      block[0] = std::int64_t{previous} * quantisation[0];
      for (std::size_t k = 1; k < 64; ++k) {
        const int symbol = reader.value(ac);
        const int size = symbol & 15;
        const int run = symbol >> 4;
        if (size == 0 && run != 15) break;
        k += static_cast<std::size_t>(run);
        if (k > 63) return false;
        if (size > 0) {
          const std::size_t at = kZigzag[k];
          block[at] = std::int64_t{extended(reader.bits(size), size)} * quantisation[at];
        }
      }
      if (reader.has_failed()) return false;
      inverse_dct(block);
      write(block, index % across * 8, index / across * 8);
    }
    return true;
  }

  void write(const std::array<std::int64_t, 64>& block, int left, int top) {
    const int middle = 1 << (header_.precision - 1);
    for (int y = top; y < std::min(top + 8, header_.height); ++y) {
      for (int x = left; x < std::min(left + 8, header_.width); ++x) {
        const auto value = block[static_cast<std::size_t>((y - top) * 8 + x - left)] + middle;
        samples_.values[static_cast<std::size_t>(y) * static_cast<std::size_t>(header_.width) +
                        static_cast<std::size_t>(x)] =
            static_cast<std::uint16_t>(std::clamp<std::int64_t>(value, 0, 2 * middle - 1));
      }
    }
  }

  ByteView bytes_;
  Codestream header_;
  std::array<HuffmanTable, 8> tables_{};  // DC or lossless, then AC
  std::array<std::array<int, 64>, 4> quantisation_{};
  std::vector<Component> components_;
  int restart_interval_ = 0;
  int scanned_ = 0;
  Samples samples_;
};

}  // namespace

Result<Samples> decode_jpeg_by_huffman(ByteView bytes, const Codestream& header) {
  if (header.process == kLossless) {
    if (header.components != 1 && header.components != 3) {
      return fail("The lossless JPEG image inside the DICOM file has " +
                  std::to_string(header.components) + " components; expected 1 or 3.");
    }
    return Decoder(bytes, header).decode();
  }
  if (header.precision != 12 || (header.process != 0xc1 && header.process != 0xc0)) {
    return fail(
        "The JPEG image inside the DICOM file is of a kind that is not read; expected baseline, "
        "extended, progressive of 8 bits, or lossless.");
  }
  if (header.components != 1) {
    return fail("The JPEG image inside the DICOM file has colours of 12 bits; expected grey.");
  }
  return Decoder(bytes, header).decode();
}

}  // namespace thoraxlite
