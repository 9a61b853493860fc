// What a command is told about its data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace thoraxlite {

struct DataOptions {
  // A folder in one of the layouts of commands/dataset_option.h, a csv file in the manifest's, a
  // folder of films without a list, phantom:COUNT, or phantom-multi:COUNT.
  std::string data;
  std::vector<std::string> sources;      // keep only these; empty: those that the layout keeps
  std::vector<std::string> labels = {};  // only these, in this order; empty: all of the layout
  std::string file_column = "file";      // of a manifest
  std::string patient_column = "patient";
  std::string uncertain = "ones";  // what -1 counts as: ones, zeros, ignore
  // A folder of films without a list is taken, whose `labels` guides tell: findings, which come
  // together, or one, exactly one a film. Empty: it is not.
  std::string without_list = {};
  bool incomplete = false;  // leave out whatever images are not there
  bool reader = false;      // labels by radiologists' readings (data/reading.h)
  double labelled = 1;      // share of the training images whose labels are known, 0 .. 1
  std::vector<std::string> unlabelled = {};  // more data, of whose training films guides tell alone
  std::uint64_t seed = 1;                    // of phantoms
  double memory_limit = 8;  // GiB of pixels a split; a larger one is streamed from disk
  std::string fold = {};    // as 2/5: its splits are a fold's (data/folds.h); empty: its own
  std::vector<std::string> leave_out = {};  // sources that training never sees; none: all stay
};

}  // namespace thoraxlite
