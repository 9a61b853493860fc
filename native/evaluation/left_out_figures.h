// Figures of networks on hospitals that they never saw: one network a hospital, of classes that
// exclude each other.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "evaluation/clusters.h"
#include "evaluation/interval.h"
#include "evaluation/scored_images.h"

namespace thoraxlite {

// Of so many films a class counts in means, and a side of an AUROC is one.
inline constexpr std::int64_t kFewestFilms = 10;

// How settings are compared; selection_figure() is this sentence.
inline constexpr const char* kLeftOutSelection =
    "mean over the hospitals of the AUROC of normal films against the others, or, where a side has "
    "fewer than 10 films, of the mean recall of the classes with at least 10";

struct ClassRecall {
  std::string label;
  std::int64_t images = 0, correct = 0;  // called by the highest logit
  double recall = 0;
  Interval recall_95;
  bool counts = false;  // in the mean
};

// Intervals are by patient, as evaluate() gives them. What the films do not define is NaN.
struct HospitalFigures {
  std::string name;
  std::size_t images = 0;
  Units over;
  std::vector<ClassRecall> classes;  // that it has, in the order of the labels
  double mean_recall = 0;            // over the classes that count; of several: balanced accuracy
  Interval mean_recall_95;
  double area_under_roc = 0;  // of "not normal", by the logit of normal, downwards
  Interval area_under_roc_95;
};

// Of a figure over the hospitals that define it, without an interval: they are few, and their
// networks share most of their training films.
struct HospitalMean {
  double mean = 0;
  int hospitals = 0;
};

struct LeftOutFigures {
  std::vector<HospitalFigures> hospitals;  // in their order
  // Of every film once. Its AUROC compares scores of different networks, each calibrated by its own
  // validation films, and shares of ill films that differ between hospitals.
  HospitalFigures pooled;
  HospitalMean area_under_roc, mean_recall, selection;
};

// A hospital's films, calibrated, as the network said that was trained without them.
struct LeftOutFilms {
  std::string hospital;
  ScoredImages images;
};

// NaN where the hospital defines neither.
double selection_figure(const HospitalFigures& figures);

// films: at least one hospital, as check() of scored_images.h accepts them, of the same labels.
// normal: the label of films without a finding. Throws std::runtime_error as check() does, for
// labels that do not exclude each other, and if none is called so.
LeftOutFigures left_out_figures(const std::vector<LeftOutFilms>& films, const std::string& normal);

// Settings of training, each with a network for every hospital that leaves.
struct SettingFigures {
  std::string name;
  LeftOutFigures left_out;    // without hospitals where it diverged
  std::string diverged = {};  // where, and how; empty: nowhere
};

// The setting with the highest selection figure, the first of equals; their number where no setting
// has one. A setting that diverged has none.
std::size_t chosen(const std::vector<SettingFigures>& settings);

nlohmann::ordered_json to_json(const LeftOutFigures& figures);
// For a terminal; UTF-8: a row a setting, which is chosen, and a table of each setting's hospitals.
std::string to_table(const std::vector<SettingFigures>& settings);
std::string to_table(const LeftOutFigures& figures);

}  // namespace thoraxlite
