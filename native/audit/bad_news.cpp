#include "audit/bad_news.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "evaluation/figure_json.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

// A figure with its interval; nothing where the JSON has none of it.
struct Reading {
  double value = 0, low = 0, high = 0;
};

std::optional<Reading> reading(const Json& json, const std::string& name) {
  const auto value = json.find(name), interval = json.find(name + "_95");
  if (value == json.end() || !value->is_number()) return std::nullopt;
  if (interval == json.end() || !interval->is_array() || !(*interval)[0].is_number() ||
      !(*interval)[1].is_number()) {
    return std::nullopt;
  }
  return Reading{value->get<double>(), (*interval)[0].get<double>(), (*interval)[1].get<double>()};
}

// What is there and not null.
const Json* part_of(const Json& json, const std::string& name) {
  const auto found = json.find(name);
  return found == json.end() || found->is_null() ? nullptr : &*found;
}

double value_of(const Json& json, const std::string& name) {
  const Json* part = part_of(json, name);
  return part != nullptr && part->is_number() ? part->get<double>()
                                              : std::numeric_limits<double>::quiet_NaN();
}

std::string digits(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", value);
  return text;
}

std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

std::string said(const Reading& figure) {
  return digits(figure.value) + " (" + digits(figure.low) + " to " + digits(figure.high) + ")";
}

std::string signed_change(const Reading& figure) {
  char text[96];
  std::snprintf(text, sizeof text, "%+.3f (%+.3f to %+.3f)", figure.value, figure.low, figure.high);
  return text;
}

std::string name_of(const Json& audit) {
  return audit.value("main_figure", "") == "balanced_accuracy" ? "balanced accuracy" : "mean AUROC";
}

using News = std::vector<BadNews>;

std::optional<Reading> main_reading(const Json& audit, const Json& figures) {
  return reading(figures, audit.value("main_figure", ""));
}

void add_left_out(const Json& audit, News& news) {
  const Json* left_out = part_of(audit, "left_out");
  if (left_out == nullptr) {
    news.push_back({"left_out_not_measured", 1,
                    "How the model does on a source that it never saw was not measured: its file "
                    "has no figures of sources that were left out of training."});
    return;
  }
  const std::string trained =
      "A network trained for " + left_out->at("epochs").dump() + " epochs without the films of ";
  std::optional<Reading> whole;
  if (const Json* overall = part_of(audit.at("whole"), "overall")) {
    whole = reading(*overall, "balanced_accuracy");
  }
  for (const auto& [hospital, figures] : left_out->at("test").at("hospitals").items()) {
    const auto area = reading(figures, "area_under_roc");
    if (area && area->low <= 0.5) {
      news.push_back({"left_out_at_chance", 1 - area->value,
                      trained + hospital +
                          " does not tell its films without a finding from its others better than "
                          "chance: AUROC " +
                          said(*area) + "."});
    }
    const auto recall = reading(figures, "mean_recall");
    if (recall && whole && recall->high < whole->low) {
      news.push_back({"left_out_falls", whole->value - recall->value,
                      trained + hospital + " has on them a mean recall of " + said(*recall) +
                          "; the balanced accuracy on sources that the model knows is " +
                          said(*whole) + "."});
    }
  }
}

void add_if_below(const std::string& rule, const std::string& what, const std::string& where,
                  const std::optional<Reading>& part, const std::optional<Reading>& whole,
                  News& news) {
  if (!part || !whole || part->high >= whole->low) return;
  news.push_back({rule, whole->value - part->value,
                  what + where + " is " + said(*part) + ", over all films " + said(*whole) + "."});
}

// One group of films against all films. classes: of labels that exclude each other.
void add_group(const std::string& where, const Json* classes, const Json& findings,
               const Json& whole, News& news) {
  if (classes != nullptr) {
    if (value_of(*classes, "images") < kFewestNewsFilms) return;
    const Json& all = whole.at("overall");
    add_if_below("group_below_whole", "Accuracy", where, reading(*classes, "accuracy"),
                 reading(all, "accuracy"), news);
    for (std::size_t i = 0; i < all.at("classes").size(); ++i) {
      const Json& one = classes->at("classes")[i];
      if (value_of(one, "support") < kFewestNewsFilms) continue;
      add_if_below("group_below_whole", "The recall of " + one.at("label").get<std::string>(),
                   where, reading(one, "recall"), reading(all.at("classes")[i], "recall"), news);
    }
    return;
  }
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const Json& one = findings[i];
    const double with = value_of(one, "true_positives") + value_of(one, "false_negatives");
    const double without = value_of(one, "true_negatives") + value_of(one, "false_positives");
    if (std::min(with, without) < kFewestNewsFilms) continue;
    add_if_below("group_below_whole", "The AUROC of " + one.at("label").get<std::string>(), where,
                 reading(one, "area_under_roc"), reading(whole.at("findings")[i], "area_under_roc"),
                 news);
  }
}

void add_groups(const Json& audit, News& news) {
  const Json& whole = audit.at("whole");
  const bool classes = whole.contains("overall");
  if (const Json* sources = part_of(whole, "by_source")) {
    for (const auto& [source, part] : sources->items()) {
      add_group(" on films of " + source, classes ? &part : nullptr,
                part.value("findings", Json::array()), whole, news);
    }
  }
  const Json* subgroups = part_of(whole, "subgroups");
  if (subgroups == nullptr) return;
  for (const auto& [column, groups] : subgroups->items()) {
    for (const Json& group : groups) {
      add_group(" on films with " + column + " " + group.at("value").get<std::string>(),
                classes ? &group.at("overall") : nullptr, group.at("findings"), whole, news);
    }
  }
}

void add_labels_at_chance(const Json& audit, News& news) {
  for (const Json& one : audit.at("whole").at("findings")) {
    const double with = value_of(one, "true_positives") + value_of(one, "false_negatives");
    const double without = value_of(one, "true_negatives") + value_of(one, "false_positives");
    const auto area = reading(one, "area_under_roc");
    if (!area || std::min(with, without) < kFewestNewsFilms || area->low > 0.5) continue;
    news.push_back({"label_at_chance", 1 - area->value,
                    "Scores for " + one.at("label").get<std::string>() +
                        " do not put films with it above those without better than chance: AUROC " +
                        said(*area) + "."});
  }
}

void add_source_told(const Json& audit, News& news) {
  const Json* probe = part_of(audit, "source_probe");
  if (probe == nullptr) return;
  const auto told = reading(*probe, "balanced_accuracy");
  const double alike = value_of(probe->at("dealt_among_same_label"), "high");
  const double chance = value_of(*probe, "chance");
  if (!told || !(told->low > std::max(alike, chance))) return;
  news.push_back(
      {"source_told",
       told->value - std::max(chance, value_of(probe->at("dealt_among_same_label"), "mean")),
       "The network's features tell which of " + std::to_string(probe->at("sources").size()) +
           " sources a film is from: balanced accuracy " + said(*told) + ", by chance " +
           digits(chance) +
           "; of sources dealt out among patients with the same labels 97.5 % lie "
           "below " +
           digits(alike) + ". So its scores may follow the source."});
}

void add_block_outs(const Json& audit, News& news) {
  const Json* block_outs = part_of(audit, "block_outs");
  if (block_outs == nullptr) return;
  for (const Json& part : block_outs->at("parts")) {
    const std::string done = part.at("done").get<std::string>();
    if (part.at("part") == "lungs") {
      const auto left = main_reading(audit, part);
      const double chance = value_of(part, "chance");
      if (left && left->low > chance) {
        news.push_back({"told_without_lungs", left->value - chance,
                        "With " + done + " the " + name_of(audit) + " is still " + said(*left) +
                            ", by chance " + digits(chance) +
                            ": part of it does not come from the lungs."});
      }
      const auto refused = reading(part, "refused");
      if (refused && refused->high < kBlackLungsRefused) {
        news.push_back({"black_lungs_scored", 1 - refused->value,
                        "Films with " + done + " are refused in " + said(*refused) +
                            " of the cases alone; the others get scores."});
      }
      continue;
    }
    const auto change = reading(part, "change");
    if (!change || change->high >= 0) continue;
    news.push_back({"part_missed", -change->value,
                    "With " + done + " the " + name_of(audit) + " changes by " +
                        signed_change(*change) + "."});
  }
}

void add_curves(const Json& audit, News& news) {
  const Json* curves = part_of(audit, "curves");
  if (curves == nullptr) return;
  for (const Json& curve : *curves) {
    const Json& points = curve.at("points");
    const std::string kind = curve.at("kind").get<std::string>();
    std::size_t none = 0;
    while (none < points.size() && points[none].at("strength") != curve.at("none")) ++none;
    std::optional<std::size_t> turning, falling;
    for (std::size_t i = 0; i < points.size(); ++i) {
      const bool small = curve.at("small_steps").get<bool>() && (i + 1 == none || i == none + 1);
      const auto turned = reading(points[i], "calls_changed");
      if (small && turned && turned->low > kCallsThatMayTurn &&
          (!turning || turned->value > value_of(points[*turning], "calls_changed"))) {
        turning = i;
      }
      const auto change = reading(points[i], "change");
      if (change && change->high < 0 &&
          (!falling || change->value < value_of(points[*falling], "change"))) {
        falling = i;
      }
    }
    const auto at = [&](std::size_t i) {
      return kind + " " + short_number(value_of(points[i], "strength")) + " (" +
             curve.at("strength").get<std::string>() + ")";
    };
    const bool exclusive = audit.value("main_figure", "") == "balanced_accuracy";
    if (turning) {
      const auto turned = reading(points[*turning], "calls_changed");
      news.push_back({"calls_turn", turned->value,
                      "A small change turns calls: " + at(*turning) + " those of " + said(*turned) +
                          (exclusive ? " of the films." : " of the pairs of film and label.")});
    }
    if (falling) {
      const auto change = reading(points[*falling], "change");
      const auto refused = reading(points[*falling], "refused");
      news.push_back(
          {"figure_falls", -change->value,
           "At " + at(*falling) + " the " + name_of(audit) + " changes by " +
               signed_change(*change) + ", the most of its kind" +
               (refused ? "; " + digits(refused->value) + " of those films are refused." : ".")});
    }
  }
}

void add_calibration(const Json& audit, News& news) {
  const Json* calibration = part_of(audit, "calibration");
  if (calibration == nullptr) return;
  const auto add = [&](const Json& one, const std::string& what) {
    const auto error = reading(one, "error");
    const double high = value_of(one, "high_if_calibrated");
    if (!error || !(error->low > high)) return;
    news.push_back({"not_calibrated", error->value - value_of(one, "mean_if_calibrated"),
                    "Scores " + what + " are no probabilities: expected calibration error " +
                        said(*error) + ", where of calibrated ones 97.5 % lie below " +
                        digits(high) + "."});
  };
  for (const Json& one : calibration->at("labels")) {
    add(one, "for " + one.at("label").get<std::string>());
  }
  if (const Json* called = part_of(*calibration, "called_class"))
    add(*called, "of the called class");
}

void add_evidence(const Json& audit, News& news) {
  const Json* evidence = part_of(audit, "evidence");
  if (evidence == nullptr) return;
  if (const Json* lesions = part_of(*evidence, "lesions")) {
    const auto share = reading(*lesions, "share");
    // Where the lungs are known, to point to them is no merit: chance is of places inside them.
    const bool in_lungs = part_of(*lesions, "by_chance_in_lungs") != nullptr;
    const double chance = value_of(*lesions, in_lungs ? "by_chance_in_lungs" : "by_chance");
    if (share && share->low <= chance) {
      news.push_back({"peak_not_on_lesions", 1 - share->value,
                      "Evidence does not show where a lesion is: its peak lies on one in " +
                          said(*share) + " of the films that have a mask, by chance" +
                          (in_lungs ? ", of places inside the lungs," : "") + " in " +
                          digits(chance) + "."});
    }
  }
  for (const Json& one : evidence->value("inside_lungs", Json::array())) {
    const auto share = reading(one, "mean");
    const double chance = value_of(one, "by_chance");
    if (!share || one.at("positive").get<int>() < kFewestNewsFilms || share->low > chance) continue;
    news.push_back({"evidence_not_in_lungs", 1 - share->value,
                    "Evidence for " + one.at("label").get<std::string>() +
                        " lies no more inside the lungs than if it were spread evenly: " +
                        said(*share) + " of it, by chance " + digits(chance) + "."});
  }
}

void add_comparison(const Json& audit, News& news) {
  const Json* comparison = part_of(audit, "comparison");
  if (comparison == nullptr) return;
  const std::string old = comparison->at("old").at("model").get<std::string>();
  const auto add = [&](const Json& of, const std::string& what) {
    const auto difference = reading(of, "difference");
    if (!difference || difference->high >= 0) return;
    news.push_back({"worse_than_old", -difference->value,
                    what + " is less than that of " + old +
                        " on the same films: " + signed_change(*difference) + "."});
  };
  if (const Json* accuracy = part_of(*comparison, "accuracy")) add(*accuracy, "Accuracy");
  add(comparison->at("mean_area_under_roc"), "The mean AUROC");
  for (const Json& one : comparison->at("labels")) {
    const std::string label = one.at("label").get<std::string>();
    add(one.at("area_under_roc"), "The AUROC of " + label);
    add(one.at("sensitivity"), "The sensitivity for " + label);
    add(one.at("specificity"), "The specificity for " + label);
  }
}

void add_films(const Json& audit, News& news) {
  const Json* films = part_of(audit, "films");
  if (films == nullptr) return;
  const auto refused = reading(*films, "refused");
  if (refused && refused->low > kFilmsThatMayBeRefused) {
    news.push_back(
        {"films_refused", refused->value, "Of the test films " + said(*refused) + " are refused."});
  }
  const auto unread = static_cast<double>(films->at("without_score").size());
  if (unread > 0) {
    news.push_back({"films_unread", unread / (unread + value_of(*films, "scored")),
                    short_number(unread) + (unread == 1 ? " film" : " films") +
                        " of the split could not be read, and " + (unread == 1 ? "is" : "are") +
                        " in no figure."});
  }
}

// Equals stay in order.
void sort_by_severity(News& news) {
  std::vector<std::size_t> order(news.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(-news[a].severity, a) < std::pair(-news[b].severity, b);
  });
  News sorted;
  for (const std::size_t place : order) sorted.push_back(std::move(news[place]));
  news = std::move(sorted);
}

}  // namespace

News bad_news(const Json& audit) {
  News first, news;
  add_left_out(audit, first);
  add_groups(audit, news);
  add_labels_at_chance(audit, news);
  add_source_told(audit, news);
  add_block_outs(audit, news);
  add_evidence(audit, news);
  add_curves(audit, news);
  add_calibration(audit, news);
  add_comparison(audit, news);
  add_films(audit, news);
  sort_by_severity(first);
  sort_by_severity(news);
  first.insert(first.end(), news.begin(), news.end());
  return first;
}

Json to_json(const News& news) {
  Json json = Json::array();
  for (const BadNews& one : news) {
    json.push_back(
        {{"rule", one.rule}, {"severity", number(one.severity)}, {"sentence", one.sentence}});
  }
  return json;
}

}  // namespace thoraxlite
