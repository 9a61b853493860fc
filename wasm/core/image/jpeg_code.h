// The Huffman codes of JPEG (ITU-T T.81, annexes C and F) as tables to look bits up in.
#pragma once

#include <array>
#include <cstdint>

namespace thoraxlite {

// As a file states one.
struct JpegCode {
  bool is_stated = false;
  std::array<std::uint8_t, 17> counts{};   // of codes of each length, from 1 on
  std::array<std::uint8_t, 256> values{};  // in the order of the codes
};

// Of annex K.3, which a file that states none means, as frames of films do. slot: 0 or 1.
JpegCode standard_dc_code(int slot);
JpegCode standard_ac_code(int slot);

// What a code and the bits that belong to it say: most of them in one look, since where both are
// short enough together the table has the coefficient itself.
class JpegCodeTable {
 public:
  enum class Kind { dc, ac, progressive_ac };

  // Where all that follows the code fits into a look, `length` covers it and `value` is made of it;
  // elsewhere `size` bits follow the code.
  struct Entry {
    std::uint32_t bits;

    int length() const { return static_cast<int>(bits & 31); }  // 0: the code is longer than a look
    bool is_whole() const { return (bits & 0x1e0) == 0; }
    int size() const { return static_cast<int>(bits >> 5 & 15); }
    // How many coefficients further the next one is. An end of block goes beyond any block; in a
    // progressive file kEndOfBlock + r stands for a run of them of r bits.
    int skip() const { return static_cast<int>(bits >> 9 & 127); }
    int value() const { return static_cast<std::int32_t>(bits) >> 16; }
  };
  static constexpr int kEndOfBlock = 64;
  static constexpr int kLook = 10;  // bits
  static constexpr int kLongestCode = 16;

  // False where the code is none: too many codes of a length, or a DC value of over 15 bits.
  bool build(const JpegCode& code, Kind kind);

  Entry look(std::uint64_t bits) const { return entries_[bits >> (64 - kLook)]; }

  // The same for a code longer than a look; length 0 where no code begins like that. `bits` from
  // the highest on.
  Entry look_further(std::uint64_t bits) const;

 private:
  std::array<Entry, 1 << kLook> entries_;
  std::array<std::int32_t, kLongestCode + 1> last_{};   // the last code of a length, or -1
  std::array<std::int32_t, kLongestCode + 1> first_{};  // its place among the values, less itself
  std::array<std::uint8_t, 256> values_{};
  Kind kind_ = Kind::dc;
};

}  // namespace thoraxlite
