// The bits of entropy-coded JPEG bytes (ITU-T T.81, F.2.2.5) up to the next marker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

namespace thoraxlite {

class JpegBits {
 public:
  JpegBits() = default;
  // end: where the marker stands that ends the scan; restart markers may come before it.
  JpegBits(const std::uint8_t* begin, const std::uint8_t* end)
      : at_(begin), stop_(end), end_(end) {}

  // Less than 0: more bits were taken than there are.
  int left() const { return count_ - made_up_; }

  // Where the next marker stands, and how many bytes before it nobody has taken; 0xff and the 0
  // behind it count as one where they were read ahead.
  struct Rest {
    std::size_t bytes = 0;
    std::size_t zeros = 0;  // directly before the marker
    const std::uint8_t* marker = nullptr;
  };
  Rest rest() const {
    Rest rest;
    rest.bytes = static_cast<std::size_t>(left() > 0 ? left() / 8 : 0);
    const std::uint8_t* at = at_;
    const std::uint8_t* marker = end_;  // its first 0xff
    while (at < end_ && marker == end_) {
      const std::uint8_t* start = at;
      while (at < end_ && *at == 0xff) ++at;
      if (at == start) {
        ++at;
        ++rest.bytes;
      } else if (at < end_ && *at == 0) {
        ++at;
        rest.bytes += 2;
      } else {
        marker = start;
      }
    }
    // What is nothing but 0xff up to the end belongs to the marker there.
    rest.marker = at < end_ ? marker : end_;
    while (rest.zeros < rest.bytes && marker[-1 - static_cast<std::ptrdiff_t>(rest.zeros)] == 0) {
      ++rest.zeros;
    }
    return rest;
  }

  // Goes on behind a restart marker. marker: from rest(), and not the end.
  void restart(const std::uint8_t* marker) {
    while (*marker == 0xff) ++marker;
    *this = JpegBits(marker + 1, end_);
  }
  const std::uint8_t* end() const { return end_; }

 private:
  friend class JpegBitCursor;

  // What a marker or its absence takes thought for.
  __attribute__((noinline)) void fill_by_bytes() {
    while (count_ <= 56) {
      std::uint64_t byte = 0;
      if (at_ >= stop_) {
        made_up_ += 8;
      } else if (*at_ != 0xff) {
        byte = *at_++;
      } else {
        // Several 0xff before a 0 are taken for one, as libjpeg does; else they are a marker's.
        const std::uint8_t* next = at_ + 1;
        while (next < stop_ && *next == 0xff) ++next;
        if (next >= stop_ || *next != 0) {
          stop_ = at_;
          continue;
        }
        byte = 0xff;
        at_ = next + 1;
      }
      bits_ |= byte << (56 - count_);
      count_ += 8;
    }
  }

  std::uint64_t bits_ = 0;
  int count_ = 0;
  int made_up_ = 0;                     // of them, behind the last byte
  const std::uint8_t* at_ = nullptr;    // the next byte
  const std::uint8_t* stop_ = nullptr;  // the next marker, as soon as it has been seen
  const std::uint8_t* end_ = nullptr;
};

// Takes bits. What it knows stays in registers; store() gives it back.
class JpegBitCursor {
 public:
  explicit JpegBitCursor(JpegBits& whole) : whole_(&whole) { load(); }

  // The next bits, from the highest on, as many as kCoefficient after fill(). Behind the last byte
  // come zeros.
  static constexpr int kCoefficient = 31;  // a code and what follows it
  std::uint64_t bits() const { return bits_; }

  void fill() {
    if (count_ >= 32) return;
    if (left_ >= 8) {
      const std::uint64_t next = big_endian(at_);
      if (!has_ff(next)) {
        // Of the last byte only some bits may fit: they come again, the same, with the next bytes.
        bits_ |= next >> count_;
        const int bytes = (63 - count_) >> 3;
        at_ += bytes;
        left_ -= bytes;
        count_ += 8 * bytes;
        return;
      }
    }
    store();
    whole_->fill_by_bytes();
    load();
  }
  void drop(int count) {
    bits_ <<= count;
    count_ -= count;
  }
  // count: 1 to kCoefficient.
  std::uint32_t take(int count) {
    const auto value = static_cast<std::uint32_t>(bits_ >> (64 - count));
    drop(count);
    return value;
  }
  // T.81, figure F.12. size: 1 to 15.
  int take_signed(int size) {
    const int is_negative = static_cast<int>(~bits_ >> 63);
    return static_cast<int>(take(size)) - ((1 << size) - 1) * is_negative;
  }

  void load() {
    bits_ = whole_->bits_;
    count_ = whole_->count_;
    at_ = whole_->at_;
    left_ = whole_->stop_ - at_;
  }
  void store() const {
    whole_->bits_ = bits_;
    whole_->count_ = count_;
    whole_->at_ = at_;
  }

 private:
  static std::uint64_t big_endian(const std::uint8_t* bytes) {
#ifdef __wasm_simd128__
    // WebAssembly has no instruction that turns an integer's bytes.
    const v128_t eight = wasm_v128_load64_zero(bytes);
    const v128_t turned =
        wasm_i8x16_shuffle(eight, eight, 7, 6, 5, 4, 3, 2, 1, 0, 7, 6, 5, 4, 3, 2, 1, 0);
    return static_cast<std::uint64_t>(wasm_i64x2_extract_lane(turned, 0));
#else
    std::uint64_t eight;
    std::memcpy(&eight, bytes, 8);
    return __builtin_bswap64(eight);  // all that we build for are little endian
#endif
  }

  static bool has_ff(std::uint64_t bytes) {
    constexpr std::uint64_t kOnes = 0x0101010101010101;
    return ((~bytes - kOnes) & bytes & (kOnes << 7)) != 0;
  }

  JpegBits* whole_;
  std::uint64_t bits_ = 0;
  int count_ = 0;
  const std::uint8_t* at_ = nullptr;
  std::ptrdiff_t left_ = 0;  // bytes up to the next marker that is known of
};

}  // namespace thoraxlite
