#include "evaluation/left_out_figures.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "evaluation/classification.h"
#include "evaluation/roc.h"

namespace thoraxlite {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::size_t place_of(const std::vector<std::string>& labels, const std::string& normal) {
  const auto found = std::find(labels.begin(), labels.end(), normal);
  if (found != labels.end()) return static_cast<std::size_t>(found - labels.begin());
  std::string all;
  for (const std::string& label : labels) all += (all.empty() ? "" : ", ") + label;
  throw std::runtime_error("no label '" + normal +
                           "' for films without a finding; expected one of " + all);
}

void measure_recalls(HospitalFigures& figures, const ScoredImages& images) {
  const ClassificationReport all = classify(images, /*resamples=*/0);
  std::vector<bool> counts;
  for (std::size_t label = 0; label < images.labels.size(); ++label) {
    const ClassFigures& one = all.classes[label];
    counts.push_back(one.support >= kFewestFilms);
    if (one.support == 0) continue;
    figures.classes.push_back(
        {images.labels[label], one.support, one.correct, one.recall, one.recall_95, counts.back()});
  }
  const std::vector<int> truth = highest(images.targets);
  std::vector<std::size_t> counted;
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (counts[static_cast<std::size_t>(truth[i])]) counted.push_back(i);
  }
  figures.mean_recall = kNone;
  figures.mean_recall_95 = {kNone, kNone};
  const auto classes = std::count(counts.begin(), counts.end(), true);
  if (classes == 0) return;
  if (classes == 1) {
    for (const ClassRecall& one : figures.classes) {
      if (!one.counts) continue;
      figures.mean_recall = one.recall;
      figures.mean_recall_95 = one.recall_95;
    }
    return;
  }
  const ClassificationReport report = classify(pick(images, counted));
  figures.mean_recall = report.macro.recall;
  figures.mean_recall_95 = report.balanced_accuracy_95;
}

void measure_area(HospitalFigures& figures, const ScoredImages& images, std::size_t normal) {
  figures.area_under_roc = kNone;
  figures.area_under_roc_95 = {kNone, kNone};
  std::vector<float> scores;
  std::vector<int> present;
  for (std::size_t i = 0; i < images.size(); ++i) {
    scores.push_back(-ranks(images)[i][normal]);
    present.push_back(images.targets[i][normal] == 1 ? 0 : 1);
  }
  const std::int64_t others = std::count(present.begin(), present.end(), 1);
  if (std::min(others, static_cast<std::int64_t>(present.size()) - others) < kFewestFilms) return;
  const Clusters clusters = clusters_of(images.patients, images.size());
  figures.area_under_roc = area_under_roc(scores, present);
  figures.area_under_roc_95 =
      area_under_roc_interval(scores, present, clusters.of_image, clusters.size());
}

HospitalFigures measure(const std::string& name, const ScoredImages& images,
                        const std::string& normal) {
  check(images);
  if (!images.exclusive) {
    throw std::runtime_error(name + ": the labels do not exclude each other; expected one a film");
  }
  HospitalFigures figures;
  figures.name = name;
  figures.images = images.size();
  figures.over = clusters_of(images.patients, images.size()).units;
  measure_recalls(figures, images);
  measure_area(figures, images, place_of(images.labels, normal));
  return figures;
}

template <class Figure>
HospitalMean mean_over(const std::vector<HospitalFigures>& hospitals, const Figure& figure) {
  HospitalMean mean;
  for (const HospitalFigures& hospital : hospitals) {
    const double value = figure(hospital);
    if (!std::isfinite(value)) continue;
    mean.mean += value;
    ++mean.hospitals;
  }
  mean.mean = mean.hospitals > 0 ? mean.mean / mean.hospitals : kNone;
  return mean;
}

}  // namespace

double selection_figure(const HospitalFigures& figures) {
  return std::isfinite(figures.area_under_roc) ? figures.area_under_roc : figures.mean_recall;
}

LeftOutFigures left_out_figures(const std::vector<LeftOutFilms>& films, const std::string& normal) {
  LeftOutFigures result;
  std::vector<ScoredImages> all;
  for (const LeftOutFilms& one : films) {
    result.hospitals.push_back(measure(one.hospital, one.images, normal));
    all.push_back(one.images);
  }
  result.pooled = measure("all hospitals", joined(all), normal);
  result.area_under_roc = mean_over(
      result.hospitals, [](const HospitalFigures& hospital) { return hospital.area_under_roc; });
  result.mean_recall = mean_over(
      result.hospitals, [](const HospitalFigures& hospital) { return hospital.mean_recall; });
  result.selection = mean_over(result.hospitals, selection_figure);
  return result;
}

std::size_t chosen(const std::vector<SettingFigures>& settings) {
  std::size_t best = settings.size();
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const double figure = settings[i].left_out.selection.mean;
    if (!settings[i].diverged.empty() || !std::isfinite(figure)) continue;
    if (best == settings.size() || figure > settings[best].left_out.selection.mean) best = i;
  }
  return best;
}

}  // namespace thoraxlite
