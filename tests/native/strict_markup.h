// Reads the reports as strictly as XML is read, so that a name that breaks out of its place shows.
#pragma once

#include <map>
#include <string>
#include <vector>

struct Element {
  std::string name;
  std::map<std::string, std::string> attributes;  // still escaped
};

struct Markup {
  std::vector<Element> elements;  // in the order in which they open
  std::string text;               // of all elements but style, unescaped, parts set off by newlines
};

// Throws std::runtime_error saying what is wrong where: an element that is not closed or closed out
// of turn, an attribute without quotes or twice, a bare < or &, an unknown entity.
Markup read_strictly(const std::string& page);
