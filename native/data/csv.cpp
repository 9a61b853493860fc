#include "data/csv.h"

#include <csv.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace thoraxlite {
namespace {

struct Rows {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> current;
};

void on_field(void* text, std::size_t size, void* rows) {
  static_cast<Rows*>(rows)->current.emplace_back(static_cast<const char*>(text), size);
}

void on_row(int, void* data) {
  auto& rows = *static_cast<Rows*>(data);
  rows.rows.push_back(std::move(rows.current));
  rows.current.clear();
}

}  // namespace

std::size_t CsvTable::column(const std::string& name) const {
  const auto found = std::find(columns.begin(), columns.end(), name);
  if (found != columns.end()) return static_cast<std::size_t>(found - columns.begin());
  std::string known;
  for (const auto& column : columns) known += (known.empty() ? "" : ", ") + column;
  throw std::runtime_error(file.string() + ": no column '" + name + "'; it has " + known);
}

CsvTable read_csv(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error(file.string() + ": cannot be opened; expected a csv file");
  const std::string text{std::istreambuf_iterator<char>(stream), {}};

  Rows parsed;
  csv_parser parser{};
  csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
  const std::size_t used = csv_parse(&parser, text.data(), text.size(), on_field, on_row, &parsed);
  const bool whole = used == text.size() && csv_fini(&parser, on_field, on_row, &parsed) == 0;
  const std::string reason = whole ? "" : csv_strerror(csv_error(&parser));
  csv_free(&parser);
  if (!whole) {
    throw std::runtime_error(file.string() + ": row " + std::to_string(parsed.rows.size() + 1) +
                             " is not csv: " + reason);
  }
  if (parsed.rows.empty()) {
    throw std::runtime_error(file.string() + ": empty; expected a csv file with a header row");
  }

  CsvTable table{file, std::move(parsed.rows.front()), {}};
  parsed.rows.erase(parsed.rows.begin());
  table.rows = std::move(parsed.rows);
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    if (table.rows[row].size() == table.columns.size()) continue;
    throw std::runtime_error(file.string() + ": row " + std::to_string(row + 2) + " has " +
                             std::to_string(table.rows[row].size()) + " fields; expected " +
                             std::to_string(table.columns.size()));
  }
  return table;
}

}  // namespace thoraxlite
