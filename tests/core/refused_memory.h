// Memory that the system refuses on demand, and counts: to operator new, and to the malloc of
// whatever is linked into the program (which takes the linker's --wrap=malloc).
#pragma once

namespace thoraxlite {

enum class Refuse { none, one, all_later };

// From now on: the first `granted` requests are granted, then one or all are refused.
void refuse_memory(Refuse kind, long granted);

// Grants all again; how many requests were left before the first refused one, 0 where one was.
long grant_memory();

// What was asked for since the last call.
struct Requests {
  long count = 0;
  long bytes = 0;
};
Requests requests();

}  // namespace thoraxlite
