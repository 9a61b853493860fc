#include "lungs/lung_films.h"

#include <torch/torch.h>

#include <stdexcept>

#include "data/csv.h"
#include "data/for_each_index.h"
#include "data/image_pixels.h"
#include "training/progress.h"

namespace thoraxlite {
namespace {

void require_pixels(const std::filesystem::path& file, int side, std::uint8_t* pixels) {
  const Result<void> read = read_pixels(file, side, pixels);
  if (!read) throw std::runtime_error(file.string() + ": " + read.error().message);
}

Split split_of(const CsvTable& table, std::size_t row, std::size_t column) {
  try {
    return parse_split(table.rows[row][column]);
  } catch (const std::runtime_error& error) {
    throw table.error(row, error.what());
  }
}

}  // namespace

LungFilms read_lung_films(const std::filesystem::path& folder, Split split, int side) {
  const CsvTable table = read_csv(folder / "masks.csv");
  const std::size_t mask = table.column("mask"), file = table.column("file"),
                    of_split = table.column("split"), source = table.column("source"),
                    patient = table.column("patient");
  LungFilms films;
  std::vector<std::string> masks;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const auto& row = table.rows[i];
    if (split_of(table, i, of_split) != split) continue;
    films.files.push_back(row[file]);
    films.sources.push_back(row[source]);
    films.patients.push_back(row[patient]);
    masks.push_back(row[mask]);
  }
  const auto count = static_cast<std::int64_t>(masks.size());
  if (count == 0) {
    throw std::runtime_error((folder / "masks.csv").string() + ": no row of split " +
                             to_string(split) + "; expected some");
  }
  films.pixels = torch::empty({count, 1, side, side}, torch::kUInt8);
  films.masks = torch::empty_like(films.pixels);
  Progress progress("reading films and lung masks", count);
  for_each_index(masks.size(), [&](std::size_t i) {
    const std::size_t first = i * static_cast<std::size_t>(side) * static_cast<std::size_t>(side);
    require_pixels(path_below(folder, films.files[i]), side,
                   films.pixels.data_ptr<std::uint8_t>() + first);
    require_pixels(path_below(folder, masks[i]), side,
                   films.masks.data_ptr<std::uint8_t>() + first);
    progress.advance(1);
  });
  films.masks = films.masks.ge(128).to(torch::kUInt8);
  return films;
}

}  // namespace thoraxlite
