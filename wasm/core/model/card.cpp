#include "core/model/card.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/model/graph.h"
#include "core/model/json_fields.h"
#include "core/model/operating_points.h"
#include "core/novelty.h"

namespace thoraxlite {
namespace {

constexpr std::size_t kMaxLabels = 1000;
constexpr int kMaxCases = 1'000'000'000;
constexpr std::size_t kMaxSets = 16;
constexpr std::size_t kMaxWord = 40;  // letters

Result<std::vector<std::string>> read_labels(const Json& array) {
  std::vector<std::string> labels;
  for (const Json& label : array.values) {
    if (!is_short_text(label)) return fail("the card has a label that is not a short text");
    labels.push_back(label.text);
    if (std::count(labels.begin(), labels.end(), labels.back()) > 1) {
      return fail("the card has the label \"" + labels.back() + "\" twice");
    }
    if (labels.size() > kMaxLabels) return fail("the card has too many labels");
  }
  if (labels.empty()) return fail("the card has no labels");
  return labels;
}

// Fills the input's specification and the minimum age; returns what was wrong.
std::optional<Error> read_input(const Json& object, Card& card) {
  JsonFields fields(object, "the card's input");
  InputSpec& input = card.input;
  input.size = fields.integer("size", 1, kMaxInputSide);
  fields.integer("channels", 1, 1);
  if (fields.text("resize") != "area") fields.refuse("has a wrong \"resize\"; expected \"area\"");
  input.mean = static_cast<float>(fields.number("mean", -10, 10));
  input.std = static_cast<float>(fields.number("std", 1e-6, 10));
  if (fields.has("minimum_age")) {
    card.minimum_age = static_cast<float>(fields.number("minimum_age", 0, 150));
  }
  return fields.error_or_unknown_key();
}

Result<LungView> read_view(const Json& object) {
  JsonFields fields(object, "the card's view");
  LungView view;
  view.film = fields.integer("film", kThumbnailSide, kMaxInputSide);
  view.margin = static_cast<float>(fields.number("margin", 0, 1));
  view.mean = static_cast<float>(fields.number("mean", 0, 1));
  view.deviation = static_cast<float>(fields.number("deviation", 1e-3, 1));
  const std::string outside = fields.text("outside");
  if (outside == "kept") {
    view.outside = Outside::kept;
  } else if (outside == "cut") {
    view.outside = Outside::cut;
  } else if (outside != "faded") {
    fields.refuse("has a wrong \"outside\"; expected \"faded\", \"cut\" or \"kept\"");
  }
  if (const auto error = fields.error_or_unknown_key()) return tl::unexpected(*error);
  return view;
}

// may_lack: without a threshold it is a point that could not be chosen.
Result<OperatingPoint> read_operating_point(const Json& object, const std::string& label,
                                            bool may_lack) {
  JsonFields fields(object, "the operating point of \"" + label + "\"");
  OperatingPoint point;
  if (fields.text("label") != label) {
    fields.refuse("is missing; the operating points must stand in the order of the labels");
  }
  point.has_threshold = !may_lack || fields.has("threshold");
  if (point.has_threshold) {
    point.threshold = static_cast<float>(fields.number("threshold", 0, 1));
    point.sensitivity = static_cast<float>(fields.number("sensitivity", 0, 1));
    point.specificity = static_cast<float>(fields.number("specificity", 0, 1));
  }
  point.cases = fields.integer("cases", 0, kMaxCases);
  point.positives = fields.integer("positives", 0, point.cases);
  if (fields.has("threshold_95")) {
    JsonFields range(fields.object("threshold_95"), "the threshold_95 of \"" + label + "\"");
    const auto low = static_cast<float>(range.number("low", 0, 1));
    const auto high = static_cast<float>(range.number("high", 0, 1));
    if (!(low <= point.threshold && point.threshold <= high)) {
      range.refuse("does not hold the threshold");
    }
    if (const auto error = range.error_or_unknown_key()) return tl::unexpected(*error);
    point.threshold_95 = ThresholdRange{low, high};
  }
  if (fields.has("evidence_inside_5")) {
    point.evidence_inside_5 = static_cast<float>(fields.number("evidence_inside_5", 0, 1));
  }
  if (const auto error = fields.error_or_unknown_key()) return tl::unexpected(*error);
  return point;
}

// The array at `key` of fields, and with it the end of them; returns what was wrong.
std::optional<Error> read_points(JsonFields& fields, const char* key,
                                 const std::vector<std::string>& labels, bool may_lack,
                                 std::vector<OperatingPoint>& read) {
  const Json& points = fields.array(key);
  if (points.values.size() != labels.size()) {
    fields.refuse("has " + std::to_string(points.values.size()) + " operating points; expected " +
                  std::to_string(labels.size()) + ", one a label");
  }
  if (const auto error = fields.error_or_unknown_key()) return error;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const Result<OperatingPoint> point =
        read_operating_point(points.values[i], labels[i], may_lack);
    if (!point) return point.error();
    read.push_back(*point);
  }
  return std::nullopt;
}

// Fills temperature and operating points; returns what was wrong.
std::optional<Error> read_calibration(const Json& object, Card& card) {
  JsonFields fields(object, "the card's calibration");
  card.temperature = static_cast<float>(fields.number("temperature", 1e-3, 1e3));
  return read_points(fields, "operating_points", card.labels, false, card.operating_points);
}

// A word of a command line, of a table's cell, and with no slash in it.
bool is_word(const std::string& text) {
  return !text.empty() && text.size() <= kMaxWord &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

// Fills the sets beside the default; returns what was wrong.
std::optional<Error> read_operating_sets(const Json& array, Card& card) {
  if (array.values.size() > kMaxSets) return Error{"the card has too many operating sets"};
  for (const Json& object : array.values) {
    JsonFields fields(object, "an operating set");
    OperatingSet set;
    set.name = fields.text("name");
    const std::string population = fields.text("population");
    if (!is_word(set.name) || !is_word(population)) {
      fields.refuse("has a wrong \"name\" or \"population\"; expected a-z, 0-9 and _, at most " +
                    std::to_string(kMaxWord));
    }
    if (population != "all") set.name += '/' + population;
    const std::vector<std::string> before = operating_points(card);
    if (std::count(before.begin(), before.end(), set.name) > 0) {
      fields.refuse("is called \"" + set.name + "\", as another is");
    }
    if (const auto error = read_points(fields, "points", card.labels, true, set.points)) {
      return error;
    }
    card.operating_sets.push_back(std::move(set));
  }
  return std::nullopt;
}

// The revision that a network was trained at stands in for a version in files from before there was
// one.
std::string read_version(const Json& document) {
  if (const Json* version = document.find("version"); version && is_short_text(*version)) {
    return version->text;
  }
  const Json* training = document.find("training");
  if (training == nullptr || !training->is(Json::Kind::object)) return {};
  const Json* revision = training->find("revision");
  return revision && is_short_text(*revision) ? revision->text : std::string();
}

// Fills the label that means none of the others; returns what was wrong.
std::optional<Error> read_neither(const Json& document, Card& card) {
  const Json* neither = document.find("neither");
  if (neither == nullptr) return std::nullopt;
  const auto found = std::find(card.labels.begin(), card.labels.end(), neither->text);
  if (!neither->is(Json::Kind::text) || found == card.labels.end() || card.labels.size() < 2) {
    return Error{"the card has a wrong \"neither\"; expected one of several labels"};
  }
  card.neither = static_cast<std::size_t>(found - card.labels.begin());
  return std::nullopt;
}

}  // namespace

Result<Card> read_card(const Json& document) {
  JsonFields fields(document, "the card");
  Card card;
  card.name = fields.text("name");
  const std::string activation = fields.text("activation");
  if (activation == "softmax") {
    card.activation = Activation::softmax;
  } else if (activation != "sigmoid") {
    fields.refuse("has a wrong \"activation\"; expected \"sigmoid\" or \"softmax\"");
  }
  const Json& labels = fields.array("labels");
  const Json& input = fields.object("input");
  const Json& calibration = fields.object("calibration");
  // Other keys tell people about the model and change nothing here.
  if (const auto error = fields.error()) return tl::unexpected(*error);

  Result<std::vector<std::string>> read = read_labels(labels);
  if (!read) return tl::unexpected(read.error());
  card.labels = std::move(*read);
  card.version = read_version(document);
  if (const auto error = read_neither(document, card)) return tl::unexpected(*error);
  if (const auto error = read_input(input, card)) return tl::unexpected(*error);
  if (fields.has("view")) {
    const Json& view = fields.object("view");
    if (const auto error = fields.error()) return tl::unexpected(*error);
    const Result<LungView> seen = read_view(view);
    if (!seen) return tl::unexpected(seen.error());
    card.view = *seen;
  }
  if (const auto error = read_calibration(calibration, card)) return tl::unexpected(*error);
  if (fields.has("operating_sets")) {
    const Json& sets = fields.array("operating_sets");
    if (const auto error = fields.error()) return tl::unexpected(*error);
    if (const auto error = read_operating_sets(sets, card)) return tl::unexpected(*error);
  }
  return card;
}

}  // namespace thoraxlite
