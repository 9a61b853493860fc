#include "terminal_text.h"

namespace thoraxlite {

std::string printable(std::string text) {
  unsigned char previous = 0;
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_c1 = previous == 0xc2 && byte >= 0x80 && byte < 0xa0;
    if (byte < 0x20 || byte == 0x7f || is_c1) c = '?';
    previous = byte;
  }
  return text;
}

}  // namespace thoraxlite
