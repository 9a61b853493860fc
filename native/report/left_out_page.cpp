#include "report/left_out_page.h"

#include <cmath>

#include "report/charts.h"
#include "report/html.h"

namespace thoraxlite {
namespace {

std::string counted(const HospitalMean& mean) {
  if (mean.hospitals == 0) return number(std::nan(""));
  return number(mean.mean) + "<small>of " + std::to_string(mean.hospitals) + " hospitals</small>";
}

std::string setting_table(const std::vector<SettingFigures>& settings) {
  Table table{"Settings",
              {"setting", "selection figure", "mean AUROC", "mean of mean recalls", "pooled AUROC",
               "pooled mean recall"},
              {}};
  for (const SettingFigures& setting : settings) {
    const LeftOutFigures& of = setting.left_out;
    if (!setting.diverged.empty()) {
      table.rows_html.push_back({escape(setting.name), escape(setting.diverged), "", "", "", ""});
      continue;
    }
    table.rows_html.push_back({escape(setting.name), counted(of.selection),
                               counted(of.area_under_roc), counted(of.mean_recall),
                               with_range(of.pooled.area_under_roc, of.pooled.area_under_roc_95),
                               with_range(of.pooled.mean_recall, of.pooled.mean_recall_95)});
  }
  return to_html(table);
}

std::string recall_html(const HospitalFigures& hospital, const std::string& label) {
  for (const ClassRecall& one : hospital.classes) {
    if (one.label != label) continue;
    return number(one.recall) + "<small>" + std::to_string(one.correct) + " of " +
           std::to_string(one.images) + ", " + range(one.recall_95) +
           (one.counts ? "" : "; too few to count") + "</small>";
  }
  return "no film";
}

std::string hospital_table(const std::string& caption, const LeftOutFigures& figures) {
  Table table{caption, {"left out", "films", "intervals over", "AUROC", "mean recall"}, {}};
  for (const ClassRecall& one : figures.pooled.classes)
    table.head.push_back("recall of " + one.label);
  const auto add = [&](const HospitalFigures& hospital) {
    std::vector<std::string> row = {escape(hospital.name), std::to_string(hospital.images),
                                    escape(to_string(hospital.over)),
                                    with_range(hospital.area_under_roc, hospital.area_under_roc_95),
                                    with_range(hospital.mean_recall, hospital.mean_recall_95)};
    for (const ClassRecall& one : figures.pooled.classes) {
      row.push_back(recall_html(hospital, one.label));
    }
    table.rows_html.push_back(row);
  };
  for (const HospitalFigures& hospital : figures.hospitals) add(hospital);
  add(figures.pooled);
  return to_html(table);
}

// A row a setting for each hospital, so that what is compared lies together.
std::string hospital_charts(const std::vector<SettingFigures>& settings) {
  IntervalChart areas{"AUROC of normal films against the others",
                      "A row each hospital and setting: figure and 95% interval; the numbers stand "
                      "in the tables of the settings.",
                      "AUROC",
                      {},
                      false};
  IntervalChart recalls{"Mean recall",
                        "A row each hospital and setting: figure and 95% interval; the numbers "
                        "stand in the tables of the settings.",
                        "mean recall",
                        {},
                        false};
  std::size_t hospitals = 0;
  for (const SettingFigures& setting : settings) {
    hospitals = std::max(hospitals, setting.left_out.hospitals.size());
  }
  for (std::size_t i = 0; i < hospitals; ++i) {
    for (const SettingFigures& setting : settings) {
      if (!setting.diverged.empty()) continue;
      const HospitalFigures& hospital = setting.left_out.hospitals[i];
      const std::string name = hospital.name + ", " + setting.name;
      areas.rows.push_back({name, hospital.area_under_roc, hospital.area_under_roc_95});
      recalls.rows.push_back({name, hospital.mean_recall, hospital.mean_recall_95});
    }
  }
  return areas.rows.empty()
             ? ""
             : "<div class=\"charts\">\n" + to_html(areas) + to_html(recalls) + "</div>\n";
}

}  // namespace

std::string to_html(const std::string& title, const std::vector<SettingFigures>& settings,
                    const std::optional<LeftOutFigures>& test) {
  const std::size_t best = chosen(settings);
  std::string html =
      "<section><h2>Settings</h2>\n<p>For every hospital a network was trained on the training "
      "films of the others; the validation films of the others chose its epoch and its "
      "calibration. It is judged on the training and validation films of the hospital that was "
      "left out. Settings are compared by the selection figure: " +
      escape(kLeftOutSelection) +
      ". Recalls are of calls by the highest logit; classes of fewer than 10 films are shown and "
      "count in no mean. An interval says how a figure of these networks would vary with other "
      "patients or images of these hospitals; how it would with other hospitals, their spread "
      "alone tells. A pooled AUROC compares scores of different networks, each calibrated by its "
      "own validation films, and shares of ill films that differ between hospitals.</p>\n" +
      setting_table(settings) + "<p>" +
      (best < settings.size()
           ? "Chosen: <strong>" + escape(settings[best].name) + "</strong>." +
                 (settings.size() > 1 ? " It was chosen by these very films, so that its figures "
                                        "are a little too good."
                                      : "")
           : std::string("None is chosen, as none has a selection figure.")) +
      "</p>\n" + hospital_charts(settings) + "</section>\n";
  for (const SettingFigures& setting : settings) {
    if (!setting.diverged.empty()) continue;
    html +=
        "<section><h2>" + escape(setting.name) + "</h2>\n" +
        hospital_table(setting.name + ": films of hospitals that were left out", setting.left_out) +
        "</section>\n";
  }
  html += "<section><h2>Test films</h2>\n";
  if (test) {
    html += "<p>Of the hospitals that were left out, by the networks of " +
            escape(settings[best].name) +
            ", which the films above chose. They chose nothing.</p>\n" +
            hospital_table("Test films of hospitals that were left out", *test);
  } else {
    html += "<p>They were not looked at.</p>\n";
  }
  return page(title, html + "</section>\n");
}

}  // namespace thoraxlite
