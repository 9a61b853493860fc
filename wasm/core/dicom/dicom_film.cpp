#include "core/dicom/dicom_film.h"

#include <algorithm>

#include "core/dicom/colour.h"
#include "core/dicom/subject.h"

namespace thoraxlite {
namespace {

std::vector<std::uint16_t> grey_pixels(std::vector<std::uint16_t> samples,
                                       const PixelFormat& format, const GreyWay& way) {
  std::vector<bool> is_present(std::size_t(format.mask()) + 1);
  for (const std::uint16_t sample : samples) is_present[format.code(sample)] = true;
  const std::vector<std::uint16_t> table = grey_table(way, is_present);
  for (std::uint16_t& sample : samples) sample = table[format.code(sample)];
  return samples;
}

// PS3.5 9.1: at most 64 characters.
std::string shortened_uid(const DataSet& data, const DicomAttribute& attribute) {
  return text(data, attribute).substr(0, 64);
}

void sort_notes(std::vector<FilmNote>& notes) {
  std::sort(notes.begin(), notes.end());
  notes.erase(std::unique(notes.begin(), notes.end()), notes.end());
}

}  // namespace

Result<DicomDescription> describe(const DicomFile& file, int frame, std::optional<int> window) {
  const DataSet& data = file.data;
  const auto format = read_pixel_format(data);
  if (!format) return tl::unexpected(format.error());
  DicomDescription about;
  about.format = *format;
  const auto frames = count_frames(file, *format);
  if (!frames) return tl::unexpected(frames.error());
  about.frames = *frames;
  about.frame = frame;
  if (frame < 0 || frame >= about.frames) {
    return fail("There is no frame " + std::to_string(frame + 1) + "; the DICOM file has " +
                std::to_string(about.frames) + '.');
  }
  std::vector<FilmNote>& notes = about.facts.notes;
  if (about.frames < format->frames) notes.push_back(FilmNote::frames_missing);
  if (file.has_bytes_left) notes.push_back(FilmNote::bytes_skipped);
  if (file.is_syntax_wrong) notes.push_back(FilmNote::transfer_syntax_wrong);
  if (format->is_grey()) {
    auto ways = read_grey_ways(data, *format, frame, notes);
    if (!ways) return tl::unexpected(ways.error());
    about.ways = std::move(*ways);
  }
  const int vois = static_cast<int>(about.ways.vois.size());
  about.window = window.value_or(vois > 0 ? 0 : -1);
  if (about.window < -1 || about.window >= vois) {
    return fail("There is no window " + std::to_string(about.window + 1) + "; the DICOM file has " +
                std::to_string(vois) + '.');
  }
  if (about.window >= 0) {
    about.ways.way.voi = about.ways.vois[static_cast<std::size_t>(about.window)].voi;
  } else {
    about.ways.way.voi = {};
  }
  about.facts.age_years = age_years(data);
  about.facts.is_lateral = is_lateral(data);
  about.facts.other_body_part = other_body_part(data);
  about.facts.other_modality = other_modality(data);
  about.orientation = orientation_of(data);
  if (!about.orientation.is_upright()) notes.push_back(FilmNote::turned_upright);
  return about;
}

Result<DicomFilm> make_film(const DicomFile& file, const DicomDescription& about, Samples samples) {
  const PixelFormat& format = about.format;
  DicomFilm film;
  film.facts = about.facts;
  film.study_uid = shortened_uid(file.data, kStudyInstanceUID);
  film.sop_uid = shortened_uid(file.data, kSOPInstanceUID);
  if (samples.has_bytes_left) film.facts.notes.push_back(FilmNote::bytes_skipped);
  std::vector<std::uint16_t> pixels;
  if (format.is_grey()) {
    pixels = grey_pixels(std::move(samples.values), format, about.ways.way);
  } else {
    Result<GreyOfColour> grey = format.photometric == Photometric::palette_color
                                    ? grey_of_palette(file.data, samples, format)
                                    : grey_of_colour(samples, format);
    if (!grey) return tl::unexpected(grey.error());
    if (grey->is_reread) film.facts.notes.push_back(FilmNote::colours_reread);
    film.facts.colourfulness = grey->colourfulness;
    pixels = std::move(grey->pixels);
  }
  sort_notes(film.facts.notes);
  film.image.width = format.columns;
  film.image.height = format.rows;
  film.image.max_value = 65535;
  if (!about.orientation.is_upright()) {
    pixels = upright(pixels, format.columns, format.rows, about.orientation);
    if (about.orientation.is_transposed) std::swap(film.image.width, film.image.height);
  }
  film.image.pixels = std::move(pixels);
  return film;
}

}  // namespace thoraxlite
