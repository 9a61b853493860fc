#include "export/card_texts.h"

#include <stdexcept>

#include "core/json/utf8.h"

namespace thoraxlite {
namespace {

bool is_sound(const std::string& text) {
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at < end;) {
    const int length = utf8_length(at, end);
    const auto byte = static_cast<unsigned char>(*at);
    if (length == 0 || (byte < 0x20 && byte != '\n') || byte == 0x7f) return false;
    at += length;
  }
  return true;
}

void check(const char* option, const std::string& text) {
  if (text.size() <= kMaxCardTextBytes && is_sound(text)) return;
  throw std::runtime_error(std::string(option) + ": " + std::to_string(text.size()) +
                           " bytes; expected at most " + std::to_string(kMaxCardTextBytes) +
                           " of UTF-8 without control characters");
}

}  // namespace

void check(const CardTexts& texts) {
  check("--intended-use", texts.intended_use);
  check("--licence", texts.licence);
  check("--citation", texts.citation);
}

}  // namespace thoraxlite
