// Pieces of an HTML page that is also well-formed XML. Arguments named `html` are markup; every
// other text may come from a file's name, a label or a JSON file, and is escaped here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evaluation/interval.h"

namespace thoraxlite {

// For element content and quoted attributes. Control characters and what is not UTF-8 become
// U+FFFD.
std::string escape(std::string_view text);

// Texts one after another, with commas. Escaped.
std::string listed(const std::vector<std::string>& texts);

// Fixed decimals; a dash where the value is not finite.
std::string number(double value, int decimals = 3);

// "0.912 to 0.955", kept on one line; a dash where it is not finite.
std::string range(const Interval& interval, int decimals = 3);

// A key as people say it: "mean_area_under_roc" is "mean AUROC".
std::string spoken(const std::string& key);

// A value above its interval, for a table's cell. Markup.
std::string with_range(double value, const Interval& interval);

struct Table {
  std::string caption;
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows_html;  // [rows][head]; the first cell names the row
};

std::string to_html(const Table& table);

// Folded away until it is asked for.
std::string details(const std::string& summary, const std::string& html);

// The whole page, by itself: nothing is loaded, its Content-Security-Policy allows only the styles
// inside and images inside.
std::string page(const std::string& title, const std::string& body_html);

inline constexpr const char* kResearchUse =
    "Research software. Not a medical device. It shows scores, and a person decides.";

}  // namespace thoraxlite
