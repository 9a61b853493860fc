#include "search/search_space.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <stdexcept>
#include <type_traits>

#include "data/hashed_share.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFixed[] = {
    "data",    "without-list",     "file-column",   "patient-column", "incomplete", "reader",
    "sources", "uncertain",        "labelled",      "unlabelled",     "fold",       "leave-out",
    "levels",  "soft-labels-from", "features-from", "seed",           "init",       "epochs"};

[[noreturn]] void refuse(const std::string& option, const std::string& what) {
  throw std::runtime_error("--" + option + ": " + what);
}

// "NAME(LOW, HIGH)"
bool read_range(const std::string& text, const char* name, double& low, double& high) {
  const std::string format = std::string(name) + " ( %lf , %lf ) %n";
  int end = 0;
  return std::sscanf(text.c_str(), format.c_str(), &low, &high, &end) == 2 &&
         end == static_cast<int>(text.size());
}

template <class Value>
void set_number(Value& value, const std::string& option, const std::string& text,
                const Allowed& allowed) {
  constexpr bool kWhole = std::is_integral_v<Value>;
  const Json number = Json::parse(text, nullptr, false);
  if (!(kWhole ? number.is_number_integer() : number.is_number())) {
    refuse(option, "'" + text + "' is no " + (kWhole ? "whole " : "") + "number");
  }
  const auto there = number.get<double>();
  if (allowed.low < allowed.high && (there < allowed.low || there > allowed.high)) {
    char bounds[96];
    std::snprintf(bounds, sizeof bounds, "%g to %g", allowed.low, allowed.high);
    refuse(option, text + "; expected " + bounds);
  }
  value = number.get<Value>();
}

void set_word(std::string& value, const std::string& option, const std::string& text,
              const Allowed& allowed) {
  const auto& words = allowed.words;
  if (!words.empty() && std::find(words.begin(), words.end(), text) == words.end()) {
    std::string known;
    for (const std::string& word : words) known += (known.empty() ? "" : ", ") + word;
    refuse(option, "'" + text + "'; expected one of " + known);
  }
  value = text;
}

std::string as_text(double value, bool whole) {
  char text[64];
  std::snprintf(text, sizeof text, whole ? "%.0f" : "%.5g", value);
  return text;
}

bool is_whole(const std::string& option) {
  bool whole = false;
  const RunOptions options;
  visit_options(options, [&](const char* name, const auto& value, const Allowed&, const char*) {
    using Value = std::decay_t<decltype(value)>;
    if (option == name) whole = std::is_integral_v<Value> && !std::is_same_v<Value, bool>;
  });
  return whole;
}

}  // namespace

bool can_be_searched(const std::string& option) {
  return std::find(std::begin(kFixed), std::end(kFixed), option) == std::end(kFixed);
}

Choice parse_choice(const std::string& option, const std::vector<std::string>& texts) {
  Choice choice{option, {}, 0, 0, false, is_whole(option)};
  const bool even = texts.size() == 1 && read_range(texts[0], "uniform", choice.low, choice.high);
  choice.logarithmic =
      texts.size() == 1 && !even && read_range(texts[0], "log-uniform", choice.low, choice.high);
  RunOptions options;
  if (!even && !choice.logarithmic) {
    choice.values = texts;
    for (const std::string& value : choice.values) set_option(options, option, value);
    return choice;
  }
  if (!(choice.low < choice.high) || (choice.logarithmic && choice.low <= 0)) {
    refuse(option, texts[0] + ": expected LOW < HIGH" +
                       (choice.logarithmic ? std::string(", both above 0") : std::string()));
  }
  for (const double bound : {choice.low, choice.high}) {
    set_option(options, option, as_text(bound, choice.whole));
  }
  return choice;
}

std::string draw(const Choice& choice, std::uint64_t seed, std::int64_t trial) {
  const std::uint64_t bits = name_hash("search " + std::to_string(seed) + " trial " +
                                       std::to_string(trial) + " " + choice.option);
  const double share = static_cast<double>(bits >> 11) * 0x1p-53;
  if (!choice.values.empty()) {
    return choice
        .values[static_cast<std::size_t>(share * static_cast<double>(choice.values.size()))];
  }
  const double value = choice.logarithmic ? choice.low * std::pow(choice.high / choice.low, share)
                                          : choice.low + share * (choice.high - choice.low);
  // Rounding must not lead out of what the option can take.
  const std::string text = as_text(value, choice.whole);
  const double rounded = std::stod(text);
  if (rounded < choice.low || rounded > choice.high) {
    return as_text(rounded < choice.low ? choice.low : choice.high, choice.whole);
  }
  return text;
}

void set_option(RunOptions& options, const std::string& option, const std::string& text) {
  bool known = false;
  visit_options(options, [&](const char* name, auto& value, const Allowed& allowed, const char*) {
    using Value = std::decay_t<decltype(value)>;
    if (option != name) return;
    known = true;
    if constexpr (std::is_same_v<Value, std::string>) {
      set_word(value, option, text, allowed);
    } else if constexpr (std::is_same_v<Value, bool>) {
      if (text != "true" && text != "false") refuse(option, "'" + text + "' is not true or false");
      value = text == "true";
    } else if constexpr (std::is_arithmetic_v<Value>) {
      set_number(value, option, text, allowed);
    } else {
      refuse(option, "a list cannot be searched");
    }
  });
  if (!known) refuse(option, "no such option");
}

}  // namespace thoraxlite
