// What a command is told about its data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace thoraxlite {

struct DataOptions {
  // A folder (manifest.csv; train.csv and valid.csv of CheXpert; Data_Entry_2017.csv of NIH), or
  // phantom:COUNT, or phantom-multi:COUNT.
  std::string data;
  std::vector<std::string> sources;  // keep only these; empty: all, of CheXpert all frontal ones
  std::string uncertain = "ones";    // what CheXpert's -1 counts as: ones, zeros, ignore
  double labelled = 1;               // share of the training images whose labels are known, 0 .. 1
  std::uint64_t seed = 1;            // of phantoms
  double memory_limit = 8;           // GiB of pixels a split; a larger one is streamed from disk
  std::string fold = {};  // as 2/5: its splits are a fold's (data/folds.h); empty: its own
};

}  // namespace thoraxlite
