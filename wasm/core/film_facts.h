// What a film's file says of the film, judged once for every reader.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace thoraxlite {

// What a person should know of how a film was read: something in its file was odd, and this was
// done.
enum class FilmNote {
  turned_upright,   // its file says that it is stored mirrored or turned: it was set right
  window_unusable,  // a window that is none: another one, or the full range, was taken
  decimal_comma,    // a number with a comma for its point
  table_scaled,     // a VOI LUT whose entries fill fewer bits than it says: scaled by the largest
  colours_reread,   // grey only if its colours are not what the file says that they are
  frames_missing,   // the file says more frames than it has
  bytes_skipped,    // bytes that belong to nothing, behind whole pixels
  transfer_syntax_wrong,  // written in another way than the file says
};
inline constexpr int kFilmNotes = 8;

const char* to_string(FilmNote note);    // as the enumerator is written
const char* sentence_of(FilmNote note);  // for a person

struct FilmFacts {
  float colourfulness = 0;  // as in Film, of the pixels before they were made grey
  double age_years = std::numeric_limits<double>::quiet_NaN();  // of the patient; NaN: unknown
  bool is_lateral = false;
  std::string other_body_part;  // as the file says it, where it is not of a chest; else empty
  std::string other_modality;   // as the file says it, where it is no X-ray film; else empty
  std::vector<FilmNote> notes;
};

// A film's turn: how its stored pixels come upright. Transposed first (rows become columns), then
// mirrored left to right, then top to bottom.
struct Orientation {
  bool is_transposed = false;
  bool is_mirrored = false;
  bool is_flipped = false;

  bool is_upright() const { return !is_transposed && !is_mirrored && !is_flipped; }
};

// pixels: [height, width], or [width, height] afterwards where transposed. Square where they are no
// picture but the average of one.
template <class Pixel>
std::vector<Pixel> upright(const std::vector<Pixel>& pixels, int width, int height,
                           Orientation orientation) {
  const int columns = orientation.is_transposed ? height : width;
  const int rows = orientation.is_transposed ? width : height;
  std::vector<Pixel> turned(pixels.size());
  std::size_t next = 0;
  for (int y = 0; y < rows; ++y) {
    const int row = orientation.is_flipped ? rows - 1 - y : y;
    for (int x = 0; x < columns; ++x) {
      const int column = orientation.is_mirrored ? columns - 1 - x : x;
      const int stored_row = orientation.is_transposed ? column : row;
      const int stored_column = orientation.is_transposed ? row : column;
      turned[next++] = pixels[static_cast<std::size_t>(stored_row) * width + stored_column];
    }
  }
  return turned;
}

}  // namespace thoraxlite
