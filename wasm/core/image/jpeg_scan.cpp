#include "core/image/jpeg_scan.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "core/image/inverse_dct.h"

namespace thoraxlite {
namespace {

using namespace jpeg_damage;
using Table = JpegCodeTable;

// Bytes behind a scan's last pixel that are taken for the padding of some encoder. So many more may
// be what is left of pixels that were decoded wrongly.
constexpr std::size_t kMostStrayBytes = 8;

// The next code and what belongs to it, where there is one. `value` is 0 for codes that
// bring no coefficient. On bits that are filled; takes at most JpegBitCursor::kCoefficient.
struct Decoded {
  int skip;
  int value;
  bool is_code;
};

__attribute__((always_inline)) inline Decoded decode(JpegBitCursor& bits, const Table& table) {
  Table::Entry entry = table.look(bits.bits());
  if (entry.is_whole()) {
    bits.drop(entry.length());
    return {entry.skip(), entry.value(), true};
  }
  if (entry.length() == 0) entry = table.look_further(bits.bits());
  if (entry.length() == 0) return {0, 0, false};
  bits.drop(entry.length());
  return {entry.skip(), entry.is_whole() ? 0 : bits.take_signed(entry.size()), true};
}

enum class BlockRead { sound, no_code, too_long };

// A block of zeros becomes one with coefficients; `reach` says which.
__attribute__((always_inline)) inline BlockRead read_block(JpegBitCursor& bits, const Table& dc,
                                                           const Table& ac, int& predictor,
                                                           std::int16_t* block, DctReach& reach) {
  bits.fill();
  const Decoded mean = decode(bits, dc);
  if (!mean.is_code) return BlockRead::no_code;
  // Unsigned, since hostile differences add up beyond an int.
  predictor =
      static_cast<int>(static_cast<unsigned>(predictor) + static_cast<unsigned>(mean.value));
  block[0] = static_cast<std::int16_t>(predictor);
  unsigned k = 1;
  Decoded next{};
  do {
    bits.fill();
    next = decode(bits, ac);
    if (!next.is_code) return BlockRead::no_code;
    k += static_cast<unsigned>(next.skip);
    block[kJpegOrder[k - 1]] = static_cast<std::int16_t>(next.value);
  } while (k < 64);
  if (next.skip == Table::kEndOfBlock) {
    // The first ten in zigzag order lie in the quarter of 4x4.
    const unsigned last = k - Table::kEndOfBlock - 1;
    reach = last == 0 ? DctReach::mean : last < 10 ? DctReach::low : DctReach::all;
    return BlockRead::sound;
  }
  reach = DctReach::all;
  return k == 64 || next.value == 0 ? BlockRead::sound : BlockRead::too_long;
}

}  // namespace

JpegScanReader::JpegScanReader(const JpegHeaders& headers, JpegScan scan, ByteView bytes)
    : headers_(headers),
      scan_(std::move(scan)),
      bits_(bytes.data, bytes.data + bytes.size),
      to_go_(headers.restart_interval) {
  const auto component_of = [&](int c) -> const JpegComponent& {
    return headers.components[static_cast<std::size_t>(c)];
  };
  if (scan_.components.size() == 1) {
    const int c = scan_.components[0];
    blocks_.push_back({c, 0, 0, 1, 1, &predictors_[0]});
    wide_ = component_of(c).blocks_wide;
    rows_ = component_of(c).blocks_high;
    return;
  }
  for (std::size_t i = 0; i < scan_.components.size(); ++i) {
    const JpegComponent& component = component_of(scan_.components[i]);
    for (int y = 0; y < component.vertical; ++y) {
      for (int x = 0; x < component.horizontal; ++x) {
        blocks_.push_back(
            {scan_.components[i], x, y, component.horizontal, component.vertical, &predictors_[i]});
      }
    }
  }
  const int width = 8 * headers.most_horizontal;
  const int height = 8 * headers.most_vertical;
  wide_ = (headers.width + width - 1) / width;
  rows_ = (headers.height + height - 1) / height;
}

const char* JpegScanReader::begin_mcu() {
  if (headers_.restart_interval == 0) return nullptr;
  if (to_go_ == 0) {
    if (bits_.left() < 0) return kEndsEarly;
    const JpegBits::Rest rest = bits_.rest();
    if (rest.bytes > 0) return kStrayBytes;
    const std::uint8_t* marker = rest.marker;
    while (marker < bits_.end() && *marker == 0xff) ++marker;
    if (marker == bits_.end() || *marker != jpeg_marker::kRestart0 + restarts_) return kNoRestart;
    bits_.restart(rest.marker);
    predictors_.fill(0);
    end_of_blocks_ = 0;
    restarts_ = (restarts_ + 1) % 8;
    to_go_ = headers_.restart_interval;
  }
  --to_go_;
  return nullptr;
}

const char* JpegScanReader::bad_code() const {
  // A code that is none takes 17 bits to tell.
  return bits_.left() <= Table::kLongestCode ? kEndsEarly : kBadCode;
}

const char* JpegScanReader::finish(bool is_only) const {
  JpegBits bits = bits_;
  if (bits.left() < 0) return kEndsEarly;
  while (true) {
    const JpegBits::Rest rest = bits.rest();
    if (rest.bytes > kMostStrayBytes + (is_only ? rest.zeros : 0)) return kStrayBytes;
    if (rest.marker == bits.end()) return nullptr;
    bits.restart(rest.marker);  // one too many
  }
}

const char* SequentialScan::begin() {
  if (scan_.first != 0 || scan_.last != 63 || scan_.high != 0 || scan_.low != 0) return kBadCode;
  const auto build = [](auto& tables, const auto& codes, int slot, Table::Kind kind) {
    if (slot > 3 || !codes[static_cast<std::size_t>(slot)].is_stated) return false;
    auto& table = tables[static_cast<std::size_t>(slot)];
    if (table) return true;
    table.emplace();
    return table->build(codes[static_cast<std::size_t>(slot)], kind);
  };
  for (const int c : scan_.components) {
    const JpegComponent& component = headers_.components[static_cast<std::size_t>(c)];
    if (!build(dc_, headers_.dc_codes, component.dc_slot, Table::Kind::dc) ||
        !build(ac_, headers_.ac_codes, component.ac_slot, Table::Kind::ac)) {
      return kContradiction;
    }
  }
  return nullptr;
}

const char* SequentialScan::read_row(std::vector<JpegPlane>& planes) {
  struct Target {
    const Table* dc;
    const Table* ac;
    const std::int16_t* steps;
    int* predictor;
    std::uint8_t* pixels;  // of the row's first block
    std::size_t stride;
    std::size_t step;  // bytes from an MCU's to the next
    int blocks;        // of the row that hold samples and are yet to come
    int across;        // blocks an MCU
    bool* has_contrast;
  };
  std::array<Target, 10> targets{};
  const std::size_t count = blocks_.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Block& block = blocks_[i];
    const auto c = static_cast<std::size_t>(block.component);
    const JpegComponent& component = headers_.components[c];
    JpegPlane& plane = planes[c];
    const int y = row_ * block.down + block.y;
    // Below the last row of samples there are blocks that stand for nothing.
    const int blocks = y < component.blocks_high ? component.blocks_wide - block.x : 0;
    std::uint8_t* pixels =
        blocks == 0 ? nullptr
                    : plane.samples + static_cast<std::size_t>(8 * y - plane.first) * plane.stride +
                          static_cast<std::size_t>(8 * block.x);
    targets[i] = {&*dc_[static_cast<std::size_t>(component.dc_slot)],
                  &*ac_[static_cast<std::size_t>(component.ac_slot)],
                  component.steps.data(),
                  block.predictor,
                  pixels,
                  plane.stride,
                  static_cast<std::size_t>(8 * block.across),
                  blocks,
                  block.across,
                  &plane.has_contrast};
  }
  ++row_;

  JpegBitCursor bits(bits_);
  alignas(16) std::int16_t block[64] = {};
  for (int mcu = 0; mcu < wide_; ++mcu) {
    if (headers_.restart_interval > 0) {
      bits.store();
      if (const char* wrong = begin_mcu()) return wrong;
      bits.load();
    }
    for (std::size_t i = 0; i < count; ++i) {
      Target& target = targets[i];
      DctReach reach = DctReach::all;
      const auto read = read_block(bits, *target.dc, *target.ac, *target.predictor, block, reach);
      if (read != BlockRead::sound) {
        bits.store();
        return read == BlockRead::no_code ? bad_code() : kBadCode;
      }
      if (target.blocks <= 0) {
        std::fill(block, block + 64, std::int16_t{0});
        continue;
      }
      target.blocks -= target.across;
      if (reach != DctReach::mean || block[0] != 0) *target.has_contrast = true;
      inverse_dct(block, target.steps, reach, target.pixels, target.stride);
      target.pixels += target.step;
    }
  }
  bits.store();
  return bits_.left() < 0 ? kEndsEarly : nullptr;
}

JpegCoefficients::JpegCoefficients(const JpegComponent& component) {
  const auto whole = [](int blocks, int factor) { return (blocks + factor - 1) / factor * factor; };
  blocks_wide = whole(component.blocks_wide, component.horizontal);
  blocks_high = whole(component.blocks_high, component.vertical);
}

// G.1.1.1; that a scan brings what none has brought before, or the next bit of what has.
const char* ProgressiveScan::begin(std::vector<JpegComponent>& components) {
  const bool is_dc = scan_.first == 0;
  const bool is_band =
      is_dc ? scan_.last == 0
            : scan_.first <= scan_.last && scan_.last < 64 && scan_.components.size() == 1;
  if (!is_band || (scan_.high != 0 && scan_.low != scan_.high - 1) || scan_.low > 13) {
    return kContradiction;
  }
  for (const int c : scan_.components) {
    JpegComponent& component = components[static_cast<std::size_t>(c)];
    if (!is_dc && component.lowest_bit[0] < 0) return kBadCode;
    for (int k = scan_.first; k <= scan_.last; ++k) {
      std::int8_t& lowest = component.lowest_bit[static_cast<std::size_t>(k)];
      if (scan_.high != std::max<int>(lowest, 0)) return kBadCode;
      lowest = static_cast<std::int8_t>(scan_.low);
    }
  }
  for (const int c : scan_.components) {
    const JpegComponent& component = components[static_cast<std::size_t>(c)];
    if (is_dc && scan_.high != 0) break;  // bits without codes
    const int slot = is_dc ? component.dc_slot : component.ac_slot;
    const auto& codes = is_dc ? headers_.dc_codes : headers_.ac_codes;
    if (slot > 3 || !codes[static_cast<std::size_t>(slot)].is_stated) return kContradiction;
    auto& table = is_dc ? dc_[static_cast<std::size_t>(slot)] : ac_;
    if (table) continue;
    table.emplace();
    const Table::Kind kind = is_dc ? Table::Kind::dc : Table::Kind::progressive_ac;
    if (!table->build(codes[static_cast<std::size_t>(slot)], kind)) return kContradiction;
  }
  return nullptr;
}

const char* ProgressiveScan::read(std::vector<JpegComponent>& components,
                                  std::vector<JpegCoefficients>& coefficients) {
  if (const char* wrong = begin(components)) return wrong;
  for (int row = 0; row < rows_; ++row) {
    for (int mcu = 0; mcu < wide_; ++mcu) {
      if (const char* wrong = begin_mcu()) return wrong;
      for (const Block& place : blocks_) {
        const auto c = static_cast<std::size_t>(place.component);
        std::int16_t* block =
            coefficients[c].block(mcu * place.across + place.x, row * place.down + place.y);
        const char* wrong = nullptr;
        if (scan_.first > 0) {
          wrong = scan_.high == 0 ? read_first_ac(block) : refine_ac(block);
        } else if (scan_.high == 0) {
          const int slot = components[c].dc_slot;
          wrong = read_first_dc(block, *place.predictor, *dc_[static_cast<std::size_t>(slot)]);
        } else {
          JpegBitCursor bits(bits_);
          bits.fill();
          if (bits.take(1) != 0) block[0] = static_cast<std::int16_t>(block[0] | 1 << scan_.low);
          bits.store();
        }
        if (wrong != nullptr) return wrong;
      }
    }
    if (bits_.left() < 0) return kEndsEarly;
  }
  return nullptr;
}

// G.1.2.1.
const char* ProgressiveScan::read_first_dc(std::int16_t* block, int& predictor,
                                           const JpegCodeTable& table) {
  JpegBitCursor bits(bits_);
  bits.fill();
  const Decoded mean = decode(bits, table);
  bits.store();
  if (!mean.is_code) return bad_code();
  if (__builtin_add_overflow(predictor, mean.value, &predictor)) return kContradiction;
  block[0] = static_cast<std::int16_t>(static_cast<unsigned>(predictor) << scan_.low);
  return nullptr;
}

// G.1.2.2.
const char* ProgressiveScan::read_first_ac(std::int16_t* block) {
  if (end_of_blocks_ > 0) {
    --end_of_blocks_;
    return nullptr;
  }
  JpegBitCursor bits(bits_);
  for (int k = scan_.first; k <= scan_.last;) {
    bits.fill();
    const Decoded next = decode(bits, *ac_);
    if (!next.is_code) {
      bits.store();
      return bad_code();
    }
    if (next.skip >= Table::kEndOfBlock) {
      const int size = next.skip - Table::kEndOfBlock;
      end_of_blocks_ = (1 << size) - 1;
      if (size > 0) end_of_blocks_ += static_cast<int>(bits.take(size));
      break;
    }
    k += next.skip;
    if (next.value == 0) continue;
    if (k - 1 > scan_.last) return kBadCode;
    block[kJpegOrder[static_cast<std::size_t>(k - 1)]] =
        static_cast<std::int16_t>(static_cast<unsigned>(next.value) << scan_.low);
  }
  bits.store();
  return nullptr;
}

// G.1.2.3: between new coefficients, each of which is one bit and its sign, the next bit of each
// that is not 0 already.
const char* ProgressiveScan::refine_ac(std::int16_t* block) {
  const int bit = 1 << scan_.low;
  JpegBitCursor bits(bits_);
  int k = scan_.first;
  const auto refine = [&](std::int16_t& coefficient) {
    bits.fill();
    if (bits.take(1) == 0 || (coefficient & bit) != 0) return;
    coefficient = static_cast<std::int16_t>(coefficient + (coefficient > 0 ? bit : -bit));
  };
  const auto at = [&](int place) -> std::int16_t& {
    return block[kJpegOrder[static_cast<std::size_t>(place)]];
  };
  while (end_of_blocks_ == 0 && k <= scan_.last) {
    bits.fill();
    const Decoded next = decode(bits, *ac_);
    const bool is_end = next.skip >= Table::kEndOfBlock;
    // A new coefficient has one bit.
    if (!next.is_code || next.value > 1 || next.value < -1) {
      bits.store();
      return next.is_code ? kBadCode : bad_code();
    }
    if (is_end) {
      const int size = next.skip - Table::kEndOfBlock;
      end_of_blocks_ = 1 << size;
      if (size > 0) end_of_blocks_ += static_cast<int>(bits.take(size));
      break;
    }
    for (int zeros = next.skip - 1; k <= scan_.last; ++k) {
      if (at(k) != 0) {
        refine(at(k));
      } else if (--zeros < 0) {
        break;
      }
    }
    if (next.value != 0) {
      if (k > scan_.last) return kBadCode;
      at(k) = static_cast<std::int16_t>(next.value > 0 ? bit : -bit);
    }
    ++k;
  }
  if (end_of_blocks_ > 0) {
    for (; k <= scan_.last; ++k) {
      if (at(k) != 0) refine(at(k));
    }
    --end_of_blocks_;
  }
  bits.store();
  return nullptr;
}

}  // namespace thoraxlite
