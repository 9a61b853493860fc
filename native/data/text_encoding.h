// The encodings in which spreadsheets save text.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"

namespace thoraxlite {

// The text as UTF-8, without a byte order mark: UTF-16 of either order is known by its mark, all
// else is taken as it is. What is no Unicode (a lone surrogate, half a unit) becomes the byte 0xFF,
// which no UTF-8 has.
std::string to_utf8(ByteView text);

bool is_utf8(const std::string& text);

// With a question mark in place of each byte that is no UTF-8.
std::string only_utf8(std::string text);

}  // namespace thoraxlite
