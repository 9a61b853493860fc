#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "evaluation/comparison.h"
#include "evaluation/figure_json.h"
#include "screen/terminal_text.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

template <class... Values>
std::string print(const char* format, Values... values) {
  char text[256];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

// A p may be small: three significant digits.
Json p_json(double p) {
  if (std::isnan(p)) return nullptr;
  return std::strtod(print("%.3g", p).c_str(), nullptr);
}

void put(Json& json, double first, double second, const PairedDifference& difference) {
  json["first"] = number(first);
  json["second"] = number(second);
  json["difference"] = number(difference.value);
  json["difference_95"] = interval_json(difference.interval);
  json["p"] = p_json(difference.p);
}

Json area_json(const AreaComparison& area) {
  Json json;
  put(json, area.first, area.second, area.difference);
  return json;
}

Json share_json(const ShareComparison& share) {
  Json json = {{"films", share.images},
               {"right_both", share.both},
               {"right_only_first", share.only_first},
               {"right_only_second", share.only_second}};
  put(json, share.first(), share.second(), share.difference);
  return json;
}

// Code points, as wide as most are.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(std::max(width, width_of(text)) - width_of(text) + 2, ' ');
}

std::string p_text(double p) {
  if (std::isnan(p)) return "-";
  return p < 0.0001 ? "<0.0001" : print("%.4f", p);
}

std::string row(double first, double second, const PairedDifference& difference) {
  if (std::isnan(first)) return "     -      -        -  -                     -      ";
  const std::string interval =
      std::isnan(difference.interval.low)
          ? "-"
          : print("%+.3f to %+.3f", difference.interval.low, difference.interval.high);
  return print("%6.3f %6.3f   %+.3f  %-20s  %-7s", first, second, difference.value,
               interval.c_str(), p_text(difference.p).c_str());
}

std::string row(const ShareComparison& share) {
  return row(share.first(), share.second(), share.difference) +
         print(" %7lld  %7lld  %7lld", static_cast<long long>(share.images),
               static_cast<long long>(share.only_first), static_cast<long long>(share.only_second));
}

std::string row(const AreaComparison& area, std::int64_t films) {
  return row(area.first, area.second, area.difference) +
         print(" %7lld", static_cast<long long>(films));
}

// What was compared, and what could not be.
std::string heading(const Comparison& of) {
  const auto films = [](std::int64_t count) {
    return std::to_string(count) + (count == 1 ? " film" : " films");
  };
  std::string text = films(of.films) + " in both files with a score; intervals and p over " +
                     to_string(of.over) + "\n";
  if (of.over.patients == 0) {
    text +=
        "where somebody has several of the films, intervals may be too narrow and p too small\n";
  }
  if (of.only_first > 0) text += "left out: " + films(of.only_first) + " of A that B has not\n";
  if (of.only_second > 0) text += "left out: " + films(of.only_second) + " of B that A has not\n";
  if (of.without_score > 0) {
    text += "left out: " + films(of.without_score) + " without a score in A or B\n";
  }
  const auto labels = [&](const char* whose, const std::vector<std::string>& names) {
    if (names.empty()) return;
    text += std::string("left out, labels of ") + whose + ":";
    for (const std::string& name : names) text += " '" + printable(name) + "'";
    text += "\n";
  };
  labels("A that B has not", of.labels_only_first);
  labels("B that A has not", of.labels_only_second);
  return text;
}

}  // namespace

Json to_json(const Comparison& comparison) {
  Json json = {{"films", comparison.films},
               {"films_only_first", comparison.only_first},
               {"films_only_second", comparison.only_second},
               {"films_without_score", comparison.without_score},
               {"intervals_over", units_json(comparison.over)},
               {"labels_only_first", comparison.labels_only_first},
               {"labels_only_second", comparison.labels_only_second}};
  if (comparison.accuracy) json["accuracy"] = share_json(*comparison.accuracy);
  json["mean_area_under_roc"] = area_json(comparison.mean_area);
  json["labels"] = Json::array();
  for (const LabelComparison& label : comparison.labels) {
    json["labels"].push_back({{"label", label.label},
                              {"with", label.with},
                              {"without", label.without},
                              {"unknown", comparison.films - label.with - label.without},
                              {"area_under_roc", area_json(label.area)},
                              {"sensitivity", share_json(label.sensitivity)},
                              {"specificity", share_json(label.specificity)},
                              {"right_calls", share_json(label.right)}});
  }
  return json;
}

std::string to_table(const Comparison& comparison) {
  std::size_t width = 10;
  for (const LabelComparison& label : comparison.labels) {
    width = std::max(width, width_of(label.label));
  }
  std::string text = heading(comparison) + "\n" + padded("", width) + padded("figure", 11) +
                     "     A      B    A - B  95 %                  p         films  A alone  B "
                     "alone\n";
  const auto add = [&](const std::string& name, const char* figure, const std::string& values) {
    text += padded(name, width) + padded(figure, 11) + values + "\n";
  };
  if (comparison.accuracy) add("all labels", "accuracy", row(*comparison.accuracy));
  add("all labels", "mean AUROC", row(comparison.mean_area, comparison.films));
  for (const LabelComparison& label : comparison.labels) {
    add(printable(label.label), "AUROC", row(label.area, label.with + label.without));
    if (label.right.images == 0) continue;
    add("", "sensitivity", row(label.sensitivity));
    add("", "specificity", row(label.specificity));
    add("", "right calls", row(label.right));
  }
  return text +
         "\nA alone, B alone: films that it alone gets right\np: DeLong's test of AUROC, McNemar's "
         "exact test of calls; each by itself, not adjusted for how many there are\n";
}

}  // namespace thoraxlite
