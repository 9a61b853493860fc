// A search as one HTML file that needs nothing else.
#pragma once

#include <string>

#include "search/search_result.h"

namespace thoraxlite {

// The trials from the best one down, with what they tried and how far they came, and the courses of
// the first twelve. The same search gives the same bytes.
std::string to_html(const std::string& title, const SearchResult& search);

}  // namespace thoraxlite
