#include "training/event_file.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "report/curves.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

// Castagnoli's polynomial, reflected (RFC 3720, appendix B.4).
std::uint32_t crc32c(std::string_view bytes) {
  static const std::array<std::uint32_t, 256> kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
      table[i] = i;
      for (int bit = 0; bit < 8; ++bit) {
        table[i] = (table[i] >> 1) ^ ((table[i] & 1) ? 0x82F63B78u : 0u);
      }
    }
    return table;
  }();
  std::uint32_t crc = 0xFFFFFFFFu;
  for (const char byte : bytes) {
    crc = kTable[(crc ^ static_cast<std::uint8_t>(byte)) & 0xFF] ^ (crc >> 8);
  }
  return ~crc;
}

// A CRC of bytes that hold CRCs themselves is of little use: so they are rotated and shifted.
std::uint32_t masked(std::uint32_t crc) {
  return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
}

std::string little_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xFF);
  return text;
}

std::uint64_t from_little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
  }
  return value;
}

template <class Bits, class Value>
std::string bits_of(Value value) {
  static_assert(sizeof(Bits) == sizeof(Value));
  Bits bits;
  std::memcpy(&bits, &value, sizeof bits);
  return little_endian(bits, sizeof bits);
}

std::string varint(std::uint64_t value) {
  std::string text;
  for (; value >= 0x80; value >>= 7) text += static_cast<char>((value & 0x7F) | 0x80);
  return text + static_cast<char>(value);
}

// Field 1 of an Event, and what a field begins with: number * 8 + wire type (0 varint, 1 eight
// bytes, 2 a length and so many bytes, 5 four bytes).
constexpr char kWallTime = 1 * 8 + 1, kStep = 2 * 8, kVersion = 3 * 8 + 2, kSummary = 5 * 8 + 2;
constexpr char kValue = 1 * 8 + 2, kTag = 1 * 8 + 2, kSimpleValue = 2 * 8 + 5;

std::string text_field(char key, const std::string& text) {
  return key + varint(text.size()) + text;
}

std::string wall_time_field() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return kWallTime + bits_of<std::uint64_t>(std::chrono::duration<double>(now).count());
}

std::string value_field(const std::string& tag, const Json& value) {
  if (!value.is_number()) return "";
  return text_field(
      kValue, text_field(kTag, tag) + kSimpleValue + bits_of<std::uint32_t>(value.get<float>()));
}

std::string tag_of(const std::string& key) {
  if (key.find("loss") != std::string::npos) return "loss/" + key;
  return (key == "learning_rate" || key == "seconds" ? "training/" : "figures/") + key;
}

std::string epoch_event(std::int64_t epoch, const Json& line) {
  std::string summary;
  for (const auto& [key, value] : line.items()) {
    if (key == "epoch") continue;
    if (!value.is_object()) {
      summary += value_field(tag_of(key), value);
      continue;
    }
    for (const auto& [part, of_part] : value.items()) {
      summary += value_field(key + "/" + part, of_part);
    }
  }
  return wall_time_field() + kStep + varint(static_cast<std::uint64_t>(epoch)) +
         text_field(kSummary, summary);
}

std::string record(const std::string& payload) {
  const std::string length = little_endian(payload.size(), 8);
  return length + little_endian(masked(crc32c(length)), 4) + payload +
         little_endian(masked(crc32c(payload)), 4);
}

// The payload of the record that `bytes` begins with; empty where there is no whole one.
std::string_view payload_of(std::string_view bytes) {
  constexpr std::size_t kHead = 12, kTail = 4;
  if (bytes.size() < kHead + kTail) return {};
  const std::uint64_t length = from_little_endian(bytes.substr(0, 8));
  if (length > bytes.size() - kHead - kTail ||
      from_little_endian(bytes.substr(8, 4)) != masked(crc32c(bytes.substr(0, 8)))) {
    return {};
  }
  const std::string_view payload = bytes.substr(kHead, length);
  const bool whole =
      from_little_endian(bytes.substr(kHead + length, kTail)) == masked(crc32c(payload));
  return whole ? payload : std::string_view{};
}

// Of an event as epoch_event() writes it; 0 for the one that names the version.
std::int64_t step_of(std::string_view payload) {
  constexpr std::size_t kAt = 9;  // behind the wall time
  if (payload.size() <= kAt || payload[kAt] != kStep) return 0;
  std::uint64_t step = 0;
  for (std::size_t i = kAt + 1, shift = 0; i < payload.size() && shift < 63; ++i, shift += 7) {
    step |= static_cast<std::uint64_t>(payload[i] & 0x7F) << shift;
    if ((payload[i] & 0x80) == 0) break;
  }
  return static_cast<std::int64_t>(step);
}

struct Kept {
  std::size_t bytes = 0;
  std::int64_t last_step = 0;
};

// The records from the first on that are whole, in order, and of epochs up to the last.
Kept keep(std::string_view file, std::int64_t last_epoch) {
  Kept kept;
  while (true) {
    const std::string_view payload = payload_of(file.substr(kept.bytes));
    if (payload.empty()) return kept;
    const std::int64_t step = step_of(payload);
    const bool first = kept.bytes == 0;
    if (first != (step == 0) || step > last_epoch || (!first && step <= kept.last_step)) {
      return kept;
    }
    kept.last_step = step;
    kept.bytes += payload.size() + 16;
  }
}

}  // namespace

void write_events(const std::filesystem::path& run) {
  const std::vector<Json> epochs = read_epochs(run);
  const std::filesystem::path path = run / kEventFile;
  std::string file;
  if (std::ifstream stream(path, std::ios::binary); stream) {
    file.assign(std::istreambuf_iterator<char>(stream), {});
  }
  const std::int64_t last = epochs.empty() ? 0 : epochs.back().at("epoch").get<std::int64_t>();
  const Kept kept = keep(file, last);
  std::string added;
  if (kept.bytes == 0) added = record(wall_time_field() + text_field(kVersion, "brain.Event:2"));
  for (const Json& line : epochs) {
    const auto epoch = line.at("epoch").get<std::int64_t>();
    if (epoch > kept.last_step) added += record(epoch_event(epoch, line));
  }
  std::error_code failure;
  if (kept.bytes < file.size()) std::filesystem::resize_file(path, kept.bytes, failure);
  std::ofstream stream(path, std::ios::binary | std::ios::app);
  stream << added;
  stream.close();
  if (failure || !stream) throw std::runtime_error(path.string() + ": cannot be written");
}

}  // namespace thoraxlite
