#include "core/image/jpeg_headers.h"

#include <algorithm>
#include <cstring>

namespace thoraxlite {
namespace {

using namespace jpeg_marker;

int divided_up(int number, int divisor) {
  return (number + divisor - 1) / divisor;
}

constexpr std::array<std::uint8_t, 64 + 80> make_order() {
  std::array<std::uint8_t, 64 + 80> order{};
  for (std::size_t k = 64; k < order.size(); ++k) order[k] = 63;
  int x = 0;
  int y = 0;
  for (std::size_t k = 0; k < 64; ++k) {
    order[k] = static_cast<std::uint8_t>(8 * y + x);
    const bool is_upwards = (x + y) % 2 == 0;
    int& along = is_upwards ? x : y;
    int& across = is_upwards ? y : x;
    if (along == 7) {
      ++across;
    } else {
      ++along;
      if (across > 0) --across;
    }
  }
  return order;
}

}  // namespace

constexpr std::array<std::uint8_t, 64 + 80> kJpegOrder = make_order();

Result<void> JpegHeaders::take(int marker, ByteView segment) {
  bool is_sound = true;
  if (is_frame(marker)) {
    is_progressive = marker == kProgressive;
    is_sound = take_frame(segment);
  } else if (marker == kCodes) {
    is_sound = take_codes(segment);
  } else if (marker == kSteps) {
    is_sound = take_steps(segment);
  } else if (marker == kRestartInterval) {
    is_sound = segment.size == 2;
    if (is_sound) restart_interval = segment.data[0] << 8 | segment.data[1];
  } else if (marker >= kApplication0 && marker <= kApplication0 + 15) {
    take_application(marker, segment);
  } else {
    // What is reserved may mean anything. The number of lines was stated before.
    is_sound = marker == kComment || marker == kNumberOfLines || marker == kArithmeticCodes;
  }
  if (!is_sound) return jpeg_damaged(jpeg_damage::kContradiction);
  return {};
}

bool JpegHeaders::take_frame(ByteView segment) {
  const std::uint8_t* bytes = segment.data;
  const std::size_t count = bytes[5];
  if (segment.size != 6 + 3 * count) return false;
  height = bytes[1] << 8 | bytes[2];
  width = bytes[3] << 8 | bytes[4];
  for (std::size_t c = 0; c < count; ++c) {
    const std::uint8_t* stated = bytes + 6 + 3 * c;
    JpegComponent component;
    component.identifier = stated[0];
    component.horizontal = stated[1] >> 4;
    component.vertical = stated[1] & 15;
    component.steps_slot = stated[2];
    component.lowest_bit.fill(-1);
    components.push_back(component);
  }
  return true;
}

bool JpegHeaders::take_codes(ByteView segment) {
  const std::uint8_t* at = segment.data;
  std::size_t left = segment.size;
  while (left > 16) {
    JpegCode code;
    code.is_stated = true;
    std::size_t count = 0;
    for (std::size_t length = 1; length <= 16; ++length) {
      code.counts[length] = at[length];
      count += at[length];
    }
    if (count > code.values.size() || count > left - 17) return false;
    std::copy(at + 17, at + 17 + count, code.values.begin());
    const int slot = at[0] & 0x10 ? at[0] - 0x10 : at[0];
    if (slot > 3) return false;
    (at[0] & 0x10 ? ac_codes : dc_codes)[static_cast<std::size_t>(slot)] = code;
    at += 17 + count;
    left -= 17 + count;
  }
  return left == 0;
}

bool JpegHeaders::take_steps(ByteView segment) {
  const std::uint8_t* at = segment.data;
  std::size_t left = segment.size;
  while (left > 0) {
    const std::size_t slot = at[0] & 15;
    const std::size_t bytes = at[0] >> 4 != 0 ? 2 : 1;
    if (slot > 3 || left < 1 + 64 * bytes) return false;
    ++at;
    for (std::size_t k = 0; k < 64; ++k, at += bytes) {
      const int step = bytes == 2 ? at[0] << 8 | at[1] : at[0];
      steps_[slot][kJpegOrder[k]] = static_cast<std::int16_t>(step);
    }
    has_steps_[slot] = true;
    left -= 1 + 64 * bytes;
  }
  return true;
}

// JFIF and Adobe say what three components are.
void JpegHeaders::take_application(int marker, ByteView segment) {
  if (has_begun_) return;
  if (marker == kApplication0 && segment.size >= 14 && std::memcmp(segment.data, "JFIF", 5) == 0) {
    says_jfif_ = true;
  }
  if (marker == kApplication0 + 14 && segment.size >= 12 &&
      std::memcmp(segment.data, "Adobe", 5) == 0) {
    says_adobe_ = true;
    adobe_transform_ = segment.data[11];
  }
}

// What follows from the frame once all headers before the first scan are known; false where it
// cannot be.
bool JpegHeaders::measure() {
  for (const JpegComponent& component : components) {
    if (component.horizontal < 1 || component.horizontal > 4 || component.vertical < 1 ||
        component.vertical > 4) {
      return false;
    }
    most_horizontal = std::max(most_horizontal, component.horizontal);
    most_vertical = std::max(most_vertical, component.vertical);
  }
  for (JpegComponent& component : components) {
    component.width = divided_up(width * component.horizontal, most_horizontal);
    component.height = divided_up(height * component.vertical, most_vertical);
    component.blocks_wide = divided_up(component.width, 8);
    component.blocks_high = divided_up(component.height, 8);
  }
  if (components.size() == 3 && !says_jfif_) {
    is_rgb = says_adobe_ ? adobe_transform_ == 0
                         : components[0].identifier == 'R' && components[1].identifier == 'G' &&
                               components[2].identifier == 'B';
  }
  if (is_progressive) return true;
  for (std::size_t slot = 0; slot < 2; ++slot) {
    if (!dc_codes[slot].is_stated) dc_codes[slot] = standard_dc_code(static_cast<int>(slot));
    if (!ac_codes[slot].is_stated) ac_codes[slot] = standard_ac_code(static_cast<int>(slot));
  }
  return true;
}

Result<JpegScan> JpegHeaders::begin_scan(ByteView segment) {
  const auto contradiction = jpeg_damaged(jpeg_damage::kContradiction);
  const std::size_t count = segment.size > 0 ? segment.data[0] : 0;
  if (count < 1 || count > components.size() || segment.size != 4 + 2 * count) {
    return contradiction;
  }
  if (!has_begun_ && !measure()) return contradiction;
  has_begun_ = true;
  JpegScan scan;
  int blocks = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t* stated = segment.data + 1 + 2 * i;
    // In the frame's order, so that where it calls several alike each is meant once.
    std::size_t place = i;
    while (place < components.size() && components[place].identifier != stated[0]) ++place;
    const bool is_new = std::find(scan.components.begin(), scan.components.end(),
                                  static_cast<int>(place)) == scan.components.end();
    if (place == components.size() || !is_new) return contradiction;
    JpegComponent& component = components[place];
    component.dc_slot = stated[1] >> 4;
    component.ac_slot = stated[1] & 15;
    scan.components.push_back(static_cast<int>(place));
    blocks += component.horizontal * component.vertical;
    if (component.has_scan) {
      // Of other files a second scan would mix two pictures.
      if (!is_progressive) return contradiction;
      continue;
    }
    component.has_scan = true;
    if (component.steps_slot > 3) return contradiction;
    const auto slot = static_cast<std::size_t>(component.steps_slot);
    if (!has_steps_[slot]) return contradiction;
    component.steps = steps_[slot];
  }
  if (count > 1 && blocks > 10) return contradiction;
  const std::uint8_t* rest = segment.data + 1 + 2 * count;
  scan.first = rest[0];
  scan.last = rest[1];
  scan.high = rest[2] >> 4;
  scan.low = rest[2] & 15;
  return scan;
}

}  // namespace thoraxlite
