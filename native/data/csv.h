// Comma-separated values (RFC 4180) with a header row, parsed by libcsv.
#pragma once

#include <filesystem>
#include <optional>
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

  // The same of one that need not be there.
  std::optional<std::size_t> find_column(const std::string& name) const;

  // What to throw about rows[row]: names the file and the row as it stands in the file.
  std::runtime_error error(std::size_t row, const std::string& reason) const;
};

// What spreadsheets save is read too: UTF-8 with a byte order mark, UTF-16 (which has one), line
// ends of any system, and semicolons or tabs for commas, whichever the header has most of. A comma
// at the end of the header (as in NIH's Data_Entry_2017.csv) makes no column. Texts come as UTF-8.
// Throws std::runtime_error: file not readable, no header, a row with another number of fields, or
// text that is no UTF-8.
CsvTable read_csv(const std::filesystem::path& file);

}  // namespace thoraxlite
