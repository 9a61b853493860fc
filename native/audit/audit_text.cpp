#include "audit/audit_text.h"

#include <cstdio>

#include "screen/terminal_text.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

template <class... Values>
std::string formatted(const char* format, Values... values) {
  char text[128];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

std::string column(const Json& figures, const std::string& key, const char* format) {
  const Json& value = figures.at(key);
  return value.is_number() ? formatted(format, value.get<double>()) : "       -";
}

std::string altered_line(const std::string& name, const std::string& figure, const Json& figures) {
  return formatted("%-28s %7lld", name.c_str(),
                   static_cast<long long>(figures.at("images").get<std::int64_t>())) +
         column(figures, figure, "%8.3f") + column(figures, "change", "%+8.3f") +
         column(figures, "calls_changed", "%8.3f") + column(figures, "refused", "%8.3f") + "\n";
}

std::string altered_table(const Json& audit) {
  const std::string figure = audit.at("main_figure").get<std::string>();
  std::string text = "films; " + figure +
                     ", its change; share of calls changed, of films refused\n" +
                     altered_line("as they are", figure, audit.at("as_they_are"));
  for (const Json& part : audit.at("block_outs").at("parts")) {
    text += altered_line(part.at("done").get<std::string>(), figure, part);
  }
  for (const Json& curve : audit.at("curves")) {
    for (const Json& point : curve.at("points")) {
      if (point.at("strength") == curve.at("none")) continue;
      const std::string strength = formatted(" %g", point.at("strength").get<double>());
      text += altered_line(curve.at("kind").get<std::string>() + strength, figure, point);
    }
  }
  return text;
}

}  // namespace

std::string audit_text(const Json& audit) {
  std::string text = "Bad news first, of " + audit.at("films").at("scored").dump() + " films:\n";
  for (const Json& one : audit.at("bad_news")) {
    text += "- " + printable(one.at("sentence").get<std::string>()) + "\n";
  }
  if (audit.at("bad_news").empty()) text += "- no rule found anything\n";
  text += "Not measured:\n";
  for (const Json& one : audit.at("not_measured")) {
    text += "- " + one.at("what").get<std::string>() + ": " +
            printable(one.at("why").get<std::string>()) + "\n";
  }
  return text + "\n" + altered_table(audit);
}

}  // namespace thoraxlite
