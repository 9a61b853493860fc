#include "export/card_texts.h"

#include <algorithm>
#include <stdexcept>

#include "data/text_encoding.h"

namespace thoraxlite {
namespace {

bool is_sound(const std::string& text) {
  return is_utf8(text) && std::none_of(text.begin(), text.end(), [](unsigned char byte) {
           return (byte < 0x20 && byte != '\n') || byte == 0x7f;
         });
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
