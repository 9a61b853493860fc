#include "audit/audit_page.h"

#include <cmath>
#include <limits>

#include "report/charts.h"
#include "report/html.h"
#include "report/split_section.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

double value_in(const Json& json, const std::string& name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_number() ? found->get<double>()
                                                   : std::numeric_limits<double>::quiet_NaN();
}

Interval interval_in(const Json& json, const std::string& name) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  const auto found = json.find(name);
  if (found == json.end() || !found->is_array() || !(*found)[0].is_number() ||
      !(*found)[1].is_number()) {
    return {kNone, kNone};
  }
  return {(*found)[0].get<double>(), (*found)[1].get<double>()};
}

std::string cell(const Json& json, const std::string& name) {
  return with_range(value_in(json, name), interval_in(json, name + "_95"));
}

std::string text_in(const Json& json, const std::string& name) {
  return json.at(name).get<std::string>();
}

bool is_there(const Json& json, const std::string& name) {
  return json.contains(name) && !json.at(name).is_null();
}

std::string units_in(const Json& json) {
  return escape(to_string(Units{json.at("patients").get<std::int64_t>(),
                                json.at("images_without_patient").get<std::int64_t>()}));
}

std::string section(const std::string& title, const std::string& html) {
  return "<section><h2>" + escape(title) + "</h2>\n" + html + "</section>\n";
}

std::string paragraph(const std::string& html) {
  return "<p>" + html + "</p>\n";
}

std::string news_section(const Json& audit) {
  std::string html = paragraph(
      "Every sentence below comes from a figure of this audit by a fixed rule, the worst "
      "first (native/docs/audit.md has the rules; the number behind a sentence is how "
      "bad it is, from 0 to 1). What no rule names is not thereby good.");
  if (audit.at("bad_news").empty()) {
    html += paragraph("No rule found anything.");
  } else {
    html += "<ul>\n";
    for (const Json& one : audit.at("bad_news")) {
      html += "<li>" + escape(text_in(one, "sentence")) + " <small>" +
              escape(spoken(text_in(one, "rule"))) + ", " + number(value_in(one, "severity")) +
              "</small></li>\n";
    }
    html += "</ul>\n";
  }
  if (!audit.at("not_measured").empty()) {
    html += "<p>Not measured:</p>\n<ul>\n";
    for (const Json& one : audit.at("not_measured")) {
      html +=
          "<li>" + escape(text_in(one, "what")) + ": " + escape(text_in(one, "why")) + "</li>\n";
    }
    html += "</ul>\n";
  }
  return section("Bad news first", html);
}

std::string left_out_section(const Json& audit) {
  if (!is_there(audit, "left_out")) return "";
  Table table{
      "Test films of sources that were left out of training, from the model file's card",
      {"left out", "films", "intervals over", "AUROC of films without a finding", "mean recall"},
      {}};
  for (const auto& [hospital, figures] : audit.at("left_out").at("test").at("hospitals").items()) {
    table.rows_html.push_back({escape(hospital), escape(figures.at("films").dump()),
                               units_in(figures.at("intervals_over")),
                               cell(figures, "area_under_roc"), cell(figures, "mean_recall")});
  }
  return section("Sources that training never saw",
                 paragraph("By networks of the same settings, each trained without one source: not "
                           "by this model.") +
                     to_html(table));
}

std::string probe_section(const Json& audit) {
  if (!is_there(audit, "source_probe")) return "";
  const Json& probe = audit.at("source_probe");
  IntervalChart chart{"Films whose source is told",
                      "A row a source: share of its test films that the features tell, and 95% "
                      "interval; the numbers stand in the table.",
                      "recall",
                      {},
                      true};
  Table table{"Films whose source is told", {"source", "test films", "told", "recall"}, {}};
  for (const Json& one : probe.at("told")) {
    const std::string source = text_in(one, "source");
    chart.rows.push_back({source, value_in(one, "recall"), interval_in(one, "recall_95")});
    table.rows_html.push_back(
        {escape(source), one.at("films").dump(), one.at("correct").dump(), cell(one, "recall")});
  }
  const Json &all = probe.at("dealt_among_all"), &alike = probe.at("dealt_among_same_label");
  std::string html = paragraph(
      "A linear discriminant learned the source of " + probe.at("training_films").dump() +
      " training and validation films from the network's last features, and tells that of " +
      probe.at("test_films").dump() + " test films with balanced accuracy " +
      number(value_in(probe, "balanced_accuracy")) + " (" +
      range(interval_in(probe, "balanced_accuracy_95")) + ") and accuracy " +
      number(value_in(probe, "accuracy")) + " (" + range(interval_in(probe, "accuracy_95")) +
      "); intervals over " + units_in(probe.at("intervals_over")) +
      ". By chance balanced accuracy is " + number(value_in(probe, "chance")) +
      ", and the largest source is " + number(value_in(probe, "largest_share")) +
      " of the films. With the sources dealt out anew among patients it is " +
      number(value_in(all, "mean")) + " on average (97.5th percentile " +
      number(value_in(all, "high")) + ", p " + number(value_in(all, "p")) +
      "), among patients with the same labels " + number(value_in(alike, "mean")) + " (" +
      number(value_in(alike, "high")) + ", p " + number(value_in(alike, "p")) +
      "): what lies above that tells sources beyond what they hold.");
  return section("Which source a film is from",
                 html + "<div class=\"beside\">" + to_html(table) + to_html(chart) + "</div>\n");
}

// The columns that altered films have, behind a first one.
std::vector<std::string> altered_head(const std::string& first, const Json& audit) {
  std::vector<std::string> head = {first, "films"};
  if (text_in(audit, "main_figure") == "balanced_accuracy") {
    head.insert(head.end(), {"accuracy", "balanced accuracy"});
  }
  head.insert(head.end(), {"mean AUROC", "change of " + spoken(text_in(audit, "main_figure")),
                           "calls changed", "mean change of a score", "refused"});
  return head;
}

std::vector<std::string> altered_row(const std::string& first, const Json& audit,
                                     const Json& figures) {
  std::vector<std::string> row = {escape(first), figures.at("images").dump()};
  if (text_in(audit, "main_figure") == "balanced_accuracy") {
    row.insert(row.end(), {cell(figures, "accuracy"), cell(figures, "balanced_accuracy")});
  }
  row.insert(row.end(), {cell(figures, "mean_area_under_roc"), cell(figures, "change"),
                         cell(figures, "calls_changed"), cell(figures, "score_change"),
                         cell(figures, "refused")});
  return row;
}

std::string block_out_section(const Json& audit) {
  if (!is_there(audit, "block_outs")) return "";
  const Json& block_outs = audit.at("block_outs");
  const std::string figure = text_in(audit, "main_figure");
  IntervalChart chart{"Films with parts made even",
                      "A row a part: " + spoken(figure) +
                          " and 95% interval; the numbers stand in "
                          "the table.",
                      spoken(figure),
                      {},
                      false};
  Table table{"Films with parts made even", altered_head("", audit), {}};
  chart.rows.push_back({"as they are", value_in(audit.at("as_they_are"), figure),
                        interval_in(audit.at("as_they_are"), figure + "_95")});
  table.rows_html.push_back(altered_row("as they are", audit, audit.at("as_they_are")));
  std::string chances;
  for (const Json& part : block_outs.at("parts")) {
    const std::string done = text_in(part, "done");
    chart.rows.push_back({done, value_in(part, figure), interval_in(part, figure + "_95")});
    table.rows_html.push_back(altered_row(done, audit, part));
    chances +=
        (chances.empty() ? "" : ", ") + escape(done) + " " + number(value_in(part, "chance"));
  }
  const Json& lungs = block_outs.at("lungs_from");
  return section(
      "Without parts of the film",
      paragraph("Where the lungs are, masks in the data's folder say of " +
                lungs.at("data").dump() + " films, the model's own lung network of " +
                lungs.at("lung_network").dump() + ", and nothing of " + lungs.at("nothing").dump() +
                ", which are left out where lungs are needed. Refused films are scored all the "
                "same. Chance: " +
                chances + ".") +
          to_html(table) + "<div class=\"charts\">\n" + to_html(chart) + "</div>\n");
}

LineChart curve_chart(const Json& curve, const std::string& title, const std::string& description,
                      const Axis& y) {
  const Json& points = curve.at("points");
  return {title,
          description,
          {text_in(curve, "kind") + ": " + text_in(curve, "strength"),
           value_in(points.front(), "strength"), value_in(points.back(), "strength"), false},
          y,
          {},
          false};
}

Series series_of(const Json& curve, const std::string& name, const std::string& key) {
  Series series{name, {}};
  for (const Json& point : curve.at("points")) {
    series.points.push_back({value_in(point, "strength"), value_in(point, key)});
  }
  return series;
}

std::string curve_html(const Json& audit, const Json& curve) {
  const std::string kind = text_in(curve, "kind"), figure = text_in(audit, "main_figure");
  LineChart figures = curve_chart(curve, kind + ": " + spoken(figure),
                                  "The figure against the strength, with the ends of its 95% "
                                  "interval; the numbers stand below.",
                                  {spoken(figure), 0, 1, false});
  figures.series = {series_of(curve, spoken(figure), figure), {"95%, low", {}}, {"95%, high", {}}};
  for (const Json& point : curve.at("points")) {
    const Interval interval = interval_in(point, figure + "_95");
    const double strength = value_in(point, "strength");
    figures.series[1].points.push_back({strength, interval.low});
    figures.series[2].points.push_back({strength, interval.high});
  }
  LineChart shares =
      curve_chart(curve, kind + ": what changes",
                  "Share of calls that change, share of films refused, and mean "
                  "change of a score, against the strength; the numbers stand below.",
                  {"share", 0, 1, false});
  shares.series = {series_of(curve, "calls changed", "calls_changed"),
                   series_of(curve, "refused", "refused"),
                   series_of(curve, "mean change of a score", "score_change")};
  Table table{kind + ", " + text_in(curve, "strength"), altered_head("strength", audit), {}};
  for (const Json& point : curve.at("points")) {
    const double strength = value_in(point, "strength");
    std::string name = number(strength, 2);
    if (point.at("strength") == curve.at("none")) name += " (as it is)";
    table.rows_html.push_back(altered_row(name, audit, point));
  }
  return "<h3>" + escape(kind) + "</h3>\n<div class=\"charts\">\n" + to_html(figures) +
         to_html(shares) + "</div>\n" + details("Numbers", to_html(table));
}

std::string curves_section(const Json& audit) {
  if (!is_there(audit, "curves")) return "";
  std::string html = paragraph(
      "Each film is averaged to the side that the model reads, altered, and scored by the "
      "core. Refused films are scored all the same. Changes are of the same films as they "
      "are.");
  for (const Json& curve : audit.at("curves")) html += curve_html(audit, curve);
  return section("Under small changes", html);
}

std::string calibration_chart(const Json& one, const std::string& name) {
  LineChart chart{"Reliability, " + name,
                  "Observed rate against mean score in bins of as many images each; on the "
                  "diagonal, scores are probabilities. The numbers stand below.",
                  {"mean score", 0, 1, false},
                  {"observed rate", 0, 1, false},
                  {{name, {}}},
                  true};
  Table table{"Reliability, " + name, {"bin", "images", "mean score", "observed rate"}, {}};
  for (const Json& bin : one.at("bins")) {
    chart.series[0].points.push_back({value_in(bin, "mean_score"), value_in(bin, "rate")});
    table.rows_html.push_back({std::to_string(table.rows_html.size() + 1), bin.at("images").dump(),
                               number(value_in(bin, "mean_score")), number(value_in(bin, "rate"))});
  }
  return to_html(chart) + details("Numbers", to_html(table));
}

std::string calibration_section(const Json& audit) {
  if (!is_there(audit, "calibration")) return "";
  const Json& calibration = audit.at("calibration");
  Table table{"Expected calibration error",
              {"scores of", "images", "error", "if calibrated, mean", "if calibrated, at most"},
              {}};
  std::string charts;
  const auto add = [&](const Json& one, const std::string& name) {
    table.rows_html.push_back({escape(name), one.at("images").dump(), cell(one, "error"),
                               number(value_in(one, "mean_if_calibrated")),
                               number(value_in(one, "high_if_calibrated"))});
    charts += "<div>" + calibration_chart(one, name) + "</div>\n";
  };
  for (const Json& one : calibration.at("labels")) add(one, text_in(one, "label"));
  if (is_there(calibration, "called_class")) {
    add(calibration.at("called_class"), "the called class");
  }
  return section("Are scores probabilities?",
                 paragraph("In at most " + calibration.at("bins").dump() +
                           " bins of as many images each. Beside each error stands what it would "
                           "be if every score were a probability, as it is above 0 then too.") +
                     to_html(table) + "<div class=\"charts\">\n" + charts + "</div>\n");
}

std::string evidence_section(const Json& audit) {
  if (!is_there(audit, "evidence")) return "";
  const Json& evidence = audit.at("evidence");
  std::string html;
  if (evidence.contains("inside_lungs") && !evidence.at("inside_lungs").empty()) {
    Table table{"Share of the evidence inside the lung field, films that are positive",
                {"finding", "positive films", "mean share", "median", "mostly inside", "by chance"},
                {}};
    for (const Json& one : evidence.at("inside_lungs")) {
      table.rows_html.push_back({escape(text_in(one, "label")), one.at("positive").dump(),
                                 cell(one, "mean"), number(value_in(one, "median")),
                                 cell(one, "mostly_inside_share"),
                                 number(value_in(one, "by_chance"))});
    }
    html += paragraph("By chance: the lungs' share of those films.") + to_html(table);
  }
  if (is_there(evidence, "lesions")) {
    const Json& lesions = evidence.at("lesions");
    html += paragraph(
        "Of " + lesions.at("films").dump() +
        " test films on which people drew lesions, the maximum of the highest "
        "finding's evidence lies on one in " +
        lesions.at("maximum_on_lesion").dump() + ": " + number(value_in(lesions, "share")) + " (" +
        range(interval_in(lesions, "share_95")) + "), by chance " +
        number(value_in(lesions, "by_chance")) +
        (is_there(lesions, "by_chance_in_lungs")
             ? ", of places inside the lungs " + number(value_in(lesions, "by_chance_in_lungs"))
             : "") +
        ".");
  }
  return html.empty() ? "" : section("Where evidence lies", html);
}

std::string comparison_section(const Json& audit) {
  if (!is_there(audit, "comparison")) return "";
  const Json& comparison = audit.at("comparison");
  Table table{"This model less the other, on the same films",
              {"figure", "this", "the other", "difference", "p"},
              {}};
  const auto add = [&](const std::string& name, const Json& one) {
    table.rows_html.push_back({escape(name), number(value_in(one, "first")),
                               number(value_in(one, "second")), cell(one, "difference"),
                               number(value_in(one, "p"), 4)});
  };
  if (is_there(comparison, "accuracy")) add("accuracy", comparison.at("accuracy"));
  add("mean AUROC", comparison.at("mean_area_under_roc"));
  for (const Json& one : comparison.at("labels")) {
    const std::string label = text_in(one, "label");
    add(label + ", AUROC", one.at("area_under_roc"));
    add(label + ", sensitivity", one.at("sensitivity"));
    add(label + ", specificity", one.at("specificity"));
  }
  const Json& old = comparison.at("old");
  return section("Against another model",
                 paragraph("The other: " + escape(text_in(old, "model")) + ", SHA-256 " +
                           escape(text_in(old, "sha256")) + ". " + comparison.at("films").dump() +
                           " films; intervals over " + units_in(comparison.at("intervals_over")) +
                           "; no p is adjusted for how many there are.") +
                     to_html(table));
}

std::string about(const Json& audit) {
  const Json& films = audit.at("films");
  std::string html =
      "<section><h2>What was audited</h2>\n<p>Model " + escape(text_in(audit, "model")) +
      ", SHA-256 " + escape(text_in(audit, "sha256")) + ". Films of split " +
      escape(text_in(audit, "split")) + " of " + escape(text_in(audit, "dataset")) + ": " +
      films.at("scored").dump() + " scored of " + films.at("in_split").dump() + " in the split";
  if (!films.at("asked").is_null()) {
    html += "; a sample of whole patients, drawn with seed " + films.at("seed").dump() +
            " until there were " + films.at("asked").dump() + " films";
  }
  return html + ". " + escape(text_in(audit, "date")) + ", revision " +
         escape(text_in(audit, "revision")) + ".</p></section>\n";
}

}  // namespace

std::string audit_page(const Json& audit, const ScoredImages& images,
                       const Evaluation& evaluation) {
  return page("Audit of " + text_in(audit, "model"),
              about(audit) + news_section(audit) + left_out_section(audit) +
                  section("The films as they are",
                          split_html(text_in(audit, "model"), text_in(audit, "split"), images,
                                     evaluation)) +
                  probe_section(audit) + block_out_section(audit) + curves_section(audit) +
                  calibration_section(audit) + evidence_section(audit) + comparison_section(audit));
}

}  // namespace thoraxlite
