#include "data/csv.h"

#include <csv.h>

#include <algorithm>

#include "data/file_bytes.h"
#include "data/text_encoding.h"

namespace thoraxlite {
namespace {

struct Rows {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> current;
  std::size_t not_text = 0;  // the first row that is no UTF-8, the header being 1; 0: none
};

void on_field(void* text, std::size_t size, void* data) {
  auto& rows = *static_cast<Rows*>(data);
  rows.current.emplace_back(static_cast<const char*>(text), size);
  if (rows.not_text == 0 && !is_utf8(rows.current.back())) rows.not_text = rows.rows.size() + 1;
}

void on_row(int, void* data) {
  auto& rows = *static_cast<Rows*>(data);
  const std::size_t fields = rows.current.size();
  rows.rows.push_back(std::move(rows.current));
  rows.current.clear();
  rows.current.reserve(fields);
}

// The one that the header has most of, outside of quotes; a comma where it has none.
char separator_of(const std::string& text) {
  constexpr char kSeparators[] = {',', ';', '\t'};
  std::size_t counts[std::size(kSeparators)] = {};
  bool quoted = false;
  for (const char letter : text) {
    if (letter == '"') quoted = !quoted;
    if (quoted) continue;
    if (letter == '\n' || letter == '\r') break;
    for (std::size_t i = 0; i < std::size(kSeparators); ++i) counts[i] += letter == kSeparators[i];
  }
  return kSeparators[std::max_element(std::begin(counts), std::end(counts)) - counts];
}

}  // namespace

std::optional<std::size_t> CsvTable::find_column(const std::string& name) const {
  const auto found = std::find(columns.begin(), columns.end(), name);
  if (found == columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns.begin());
}

std::size_t CsvTable::column(const std::string& name) const {
  if (const auto found = find_column(name)) return *found;
  std::string known;
  for (const auto& column : columns) known += (known.empty() ? "" : ", ") + column;
  throw std::runtime_error(file.string() + ": no column '" + name + "'; it has " + known);
}

std::runtime_error CsvTable::error(std::size_t row, const std::string& reason) const {
  return std::runtime_error(file.string() + ": row " + std::to_string(row + 2) + ": " + reason);
}

CsvTable read_csv(const std::filesystem::path& file) {
  const std::string text = to_utf8(view(require_file(file)));

  Rows parsed;
  csv_parser parser{};
  csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
  csv_set_delim(&parser, static_cast<unsigned char>(separator_of(text)));
  const std::size_t used = csv_parse(&parser, text.data(), text.size(), on_field, on_row, &parsed);
  const bool whole = used == text.size() && csv_fini(&parser, on_field, on_row, &parsed) == 0;
  const std::string reason = whole ? "" : csv_strerror(csv_error(&parser));
  csv_free(&parser);
  if (parsed.not_text > 0) {
    throw std::runtime_error(file.string() + ": row " + std::to_string(parsed.not_text) +
                             " is no UTF-8 text; save the file as \"CSV UTF-8\"");
  }
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
