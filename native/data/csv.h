// Comma-separated values (RFC 4180) with a header row, parsed by libcsv.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace thoraxlite {

struct CsvTable {
  std::filesystem::path file;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  // each as long as columns

  // Index of a column; throws std::runtime_error naming the file and the columns that it has.
  std::size_t column(const std::string& name) const;
};

// Throws std::runtime_error: file not readable, no header, or a row with another number of fields.
CsvTable read_csv(const std::filesystem::path& file);

}  // namespace thoraxlite
