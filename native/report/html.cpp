#include "report/html.h"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <utility>

#include "report/style.h"

namespace thoraxlite {
namespace {

constexpr char kReplacement[] = "\xEF\xBF\xBD";  // U+FFFD
constexpr char kNoBreak[] = "\xC2\xA0";
constexpr char kDash[] = "\xE2\x80\x93";

// Length of the UTF-8 sequence at the start of text (RFC 3629), or 0 where there is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  // Overlong forms, surrogates, and what lies beyond U+10FFFF.
  const bool refused = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F) ||
                       (lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F);
  return refused ? 0 : length;
}

bool is_control(std::string_view character) {
  const auto lead = static_cast<std::uint8_t>(character[0]);
  if (character == "\n" || character == "\t") return false;
  if (lead < 0x20 || lead == 0x7F) return true;
  if (character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF") return true;  // not characters
  return lead == 0xC2 && static_cast<std::uint8_t>(character[1]) < 0xA0;        // C1
}

}  // namespace

std::string escape(std::string_view text) {
  std::string safe;
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    const std::string_view character = text.substr(0, length == 0 ? 1 : length);
    text.remove_prefix(character.size());
    if (length == 0 || is_control(character)) {
      safe += kReplacement;
    } else if (character == "&") {
      safe += "&amp;";
    } else if (character == "<") {
      safe += "&lt;";
    } else if (character == ">") {
      safe += "&gt;";
    } else if (character == "\"") {
      safe += "&quot;";
    } else if (character == "'") {
      safe += "&#39;";
    } else {
      safe += character;
    }
  }
  return safe;
}

std::string listed(const std::vector<std::string>& texts) {
  std::string html;
  for (const std::string& text : texts) html += (html.empty() ? "" : ", ") + escape(text);
  return html;
}

std::string number(double value, int decimals) {
  if (!std::isfinite(value)) return kDash;
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string range(const Interval& interval, int decimals) {
  if (!std::isfinite(interval.low) || !std::isfinite(interval.high)) return kDash;
  return number(interval.low, decimals) + kNoBreak + "to" + kNoBreak +
         number(interval.high, decimals);
}

std::string spoken(const std::string& key) {
  constexpr std::pair<const char*, const char*> kWords[] = {
      {"area_under_roc", "AUROC"}, {"auroc", "AUROC"}, {"f1", "F1"}, {"_", " "}};
  std::string text = key;
  for (const auto& [written, said] : kWords) {
    const std::size_t length = std::string_view(written).size();
    for (std::size_t at; (at = text.find(written)) != std::string::npos;) {
      text.replace(at, length, said);
    }
  }
  return text;
}

std::string with_range(double value, const Interval& interval) {
  if (!std::isfinite(value)) return kDash;
  return number(value) + "<small>" + range(interval) + "</small>";
}

std::string to_html(const Table& table) {
  // A wide table scrolls by itself; the keyboard reaches it.
  std::string html = "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"" +
                     escape(table.caption) + "\"><table><caption>" + escape(table.caption) +
                     "</caption><thead><tr>";
  for (const std::string& name : table.head) html += "<th scope=\"col\">" + escape(name) + "</th>";
  html += "</tr></thead><tbody>\n";
  for (const auto& row : table.rows_html) {
    html += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      html += i == 0 ? "<th scope=\"row\">" + row[i] + "</th>" : "<td>" + row[i] + "</td>";
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

std::string details(const std::string& summary, const std::string& html) {
  return "<details><summary>" + escape(summary) + "</summary>\n" + html + "</details>\n";
}

std::string page(const std::string& title, const std::string& body_html) {
  return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
         "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\"/>\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
         "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
         "<title>" +
         escape(title) + "</title>\n<style>\n" + kStyle + "</style></head>\n<body>\n<header><h1>" +
         escape(title) + "</h1>\n<p class=\"use\">" + kResearchUse + "</p></header>\n<main>\n" +
         body_html + "</main>\n</body></html>\n";
}

}  // namespace thoraxlite
