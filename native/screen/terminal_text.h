// Texts from files, made safe for a terminal.
#pragma once

#include <string>

namespace thoraxlite {

// Control characters (C0, DEL, and C1 in UTF-8) become question marks: a file's name, a model's
// label or a tensor's name must not steer the terminal.
std::string printable(std::string text);

}  // namespace thoraxlite
