#include "data/text_encoding.h"

#include <algorithm>
#include <cstdint>

#include "core/json/utf8.h"

namespace thoraxlite {
namespace {

constexpr char kNoText = '\xFF';

bool begins_with(ByteView text, std::initializer_list<std::uint8_t> bytes) {
  if (text.size < bytes.size()) return false;
  const std::uint8_t* at = text.data;
  for (const std::uint8_t byte : bytes) {
    if (*at++ != byte) return false;
  }
  return true;
}

void append(std::string& text, std::uint32_t code) {
  const auto tail = [&](int shift) { text += static_cast<char>(0x80 | (code >> shift & 0x3F)); };
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | code >> 6);
    tail(0);
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0 | code >> 12);
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0 | code >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

std::string from_utf16(ByteView text, bool big_endian) {
  const auto unit = [&](std::size_t i) -> std::uint32_t {
    const std::uint8_t first = text.data[2 * i], second = text.data[2 * i + 1];
    return big_endian ? first << 8 | second : second << 8 | first;
  };
  const std::size_t units = text.size / 2;
  std::string result;
  for (std::size_t i = 0; i < units; ++i) {
    const std::uint32_t code = unit(i);
    if (code < 0xD800 || code > 0xDFFF) {
      append(result, code);
    } else if (code < 0xDC00 && i + 1 < units && unit(i + 1) >= 0xDC00 && unit(i + 1) <= 0xDFFF) {
      append(result, 0x10000 + ((code - 0xD800) << 10) + (unit(++i) - 0xDC00));
    } else {
      result += kNoText;
    }
  }
  if (text.size % 2 != 0) result += kNoText;
  return result;
}

}  // namespace

std::string to_utf8(ByteView text) {
  if (begins_with(text, {0xFF, 0xFE})) return from_utf16({text.data + 2, text.size - 2}, false);
  if (begins_with(text, {0xFE, 0xFF})) return from_utf16({text.data + 2, text.size - 2}, true);
  const std::size_t mark = begins_with(text, {0xEF, 0xBB, 0xBF}) ? 3 : 0;
  return {reinterpret_cast<const char*>(text.data) + mark, text.size - mark};
}

bool is_utf8(const std::string& text) {
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    const int length = utf8_length(at, end);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::string only_utf8(std::string text) {
  const char* const end = text.data() + text.size();
  for (char* at = text.data(); at != end;) {
    const int length = utf8_length(at, end);
    if (length == 0) *at = '?';
    at += std::max(length, 1);
  }
  return text;
}

}  // namespace thoraxlite
