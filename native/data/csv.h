// Comma-separated values (RFC 4180) with a header row, parsed by libcsv.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace thoraxlite {

struct CsvTable {
  std::filesystem::path file;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  // each as long as columns

  // Index of a column; throws std::runtime_error naming the file and the columns that it has.
  std::size_t column(const std::string& name) const;

  // What to throw about rows[row]: names the file and the row as it stands in the file.
  std::runtime_error error(std::size_t row, const std::string& reason) const;
};

// A comma at the end of the header (as in NIH's Data_Entry_2017.csv) makes no column.
// Throws std::runtime_error: file not readable, no header, or a row with another number of fields.
CsvTable read_csv(const std::filesystem::path& file);

}  // namespace thoraxlite
