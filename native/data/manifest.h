// The project's own dataset layout: a csv file (manifest.csv of a folder, or any other by its
// name), one row an image, with the columns
//
//   file     below the folder that the csv lies in; / or \ between folders
//   label    one name; or, in multi-label data, several joined by '|', or none
//   split    train, val (or valid, validation) or test, also in capitals. May be missing
//            where there are patients: then those are shared out by their names (hashed_share.h)
//   source   the hospital or collection; may be missing: then it is the folder's name
//   patient  may be missing, or empty where unknown
//   age      years; the same
//
// and any others, which are kept by their names. Labels are exclusive where every row has exactly
// one. No label at all is taken only where another row has several, since it is otherwise more
// likely to have been forgotten.
//
// Instead of `label` there may be a column a label: 1 present, 0 absent, -1 uncertain, nothing
// unknown. Which columns these are is told, or else they are all that hold nothing but such values.
// Uncertain counts as Uncertain says in training and validation, and as unknown in the test split.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/sample.h"
#include "data/uncertain.h"

namespace thoraxlite {

struct ManifestColumns {
  std::string file = "file";
  std::string patient = "patient";
  // Columns of 1, 0, -1, where the first is one; empty: the column label, or all such columns.
  std::vector<std::string> labels = {};
  Uncertain uncertain = Uncertain::ones;
};

// where: a folder with manifest.csv, or a csv file. Labels in the order in which the rows first
// name them, or of the columns. sources: keep only these; empty: all. Labels and whether they are
// exclusive are those of all rows, whichever sources are kept. Throws std::runtime_error naming the
// file, the row and what was expected: also for a file that stands in two rows, or that leads out
// of the folder, and for labels that differ by capitals or spaces alone.
SampleList read_manifest(const std::filesystem::path& where,
                         const std::vector<std::string>& sources = {},
                         const ManifestColumns& columns = {});

// The csv file of a folder, or itself; empty where there is none.
std::filesystem::path manifest_csv(const std::filesystem::path& where);

}  // namespace thoraxlite
