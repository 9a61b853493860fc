#include "data/csv.h"

#include <csv.h>

#include <algorithm>

#include "data/file_bytes.h"

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
  const std::size_t fields = rows.current.size();
  rows.rows.push_back(std::move(rows.current));
  rows.current.clear();
  rows.current.reserve(fields);
}

ByteView without_byte_order_mark(ByteView text) {
  constexpr std::uint8_t kMark[] = {0xEF, 0xBB, 0xBF};  // as spreadsheets write it before UTF-8
  if (text.size < 3 || !std::equal(kMark, kMark + 3, text.data)) return text;
  return {text.data + 3, text.size - 3};
}

}  // namespace

std::size_t CsvTable::column(const std::string& name) const {
  const auto found = std::find(columns.begin(), columns.end(), name);
  if (found != columns.end()) return static_cast<std::size_t>(found - columns.begin());
  std::string known;
  for (const auto& column : columns) known += (known.empty() ? "" : ", ") + column;
  throw std::runtime_error(file.string() + ": no column '" + name + "'; it has " + known);
}

std::runtime_error CsvTable::error(std::size_t row, const std::string& reason) const {
  return std::runtime_error(file.string() + ": row " + std::to_string(row + 2) + ": " + reason);
}

CsvTable read_csv(const std::filesystem::path& file) {
  const std::vector<std::uint8_t> bytes = require_file(file);
  const ByteView text = without_byte_order_mark(view(bytes));

  Rows parsed;
  csv_parser parser{};
  csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
  const std::size_t used = csv_parse(&parser, text.data, text.size, on_field, on_row, &parsed);
  const bool whole = used == text.size && csv_fini(&parser, on_field, on_row, &parsed) == 0;
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
  const bool comma_at_end = table.columns.back().empty();
  if (comma_at_end) table.columns.pop_back();
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    std::vector<std::string>& row = table.rows[i];
    if (comma_at_end && row.size() > table.columns.size() && row.back().empty()) row.pop_back();
    if (row.size() == table.columns.size()) continue;
    throw table.error(i, std::to_string(row.size()) + " fields; expected " +
                             std::to_string(table.columns.size()));
  }
  return table;
}

}  // namespace thoraxlite
