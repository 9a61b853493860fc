#include "core/film_facts.h"

namespace thoraxlite {

const char* to_string(FilmNote note) {
  switch (note) {
    case FilmNote::turned_upright:
      return "turned_upright";
    case FilmNote::window_unusable:
      return "window_unusable";
    case FilmNote::decimal_comma:
      return "decimal_comma";
    case FilmNote::table_scaled:
      return "table_scaled";
    case FilmNote::colours_reread:
      return "colours_reread";
    case FilmNote::frames_missing:
      return "frames_missing";
    case FilmNote::bytes_skipped:
      return "bytes_skipped";
    case FilmNote::transfer_syntax_wrong:
      break;
  }
  return "transfer_syntax_wrong";
}

const char* sentence_of(FilmNote note) {
  switch (note) {
    case FilmNote::turned_upright:
      return "Its file says that it is stored mirrored or turned; it was set upright.";
    case FilmNote::window_unusable:
      return "A window of its file is none that can be used; it was left out.";
    case FilmNote::decimal_comma:
      return "A number of its file has a comma in place of its point; it was read as a point.";
    case FilmNote::table_scaled:
      return "The entries of its VOI LUT fill fewer bits than the table says; they were scaled by "
             "the "
             "largest of them.";
    case FilmNote::colours_reread:
      return "It is grey only if its colours are coded in another way than its file says; so they "
             "were "
             "read.";
    case FilmNote::frames_missing:
      return "Its file says that it has more frames than it has.";
    case FilmNote::bytes_skipped:
      return "Bytes behind its pixels that belong to nothing were left out.";
    case FilmNote::transfer_syntax_wrong:
      break;
  }
  return "It is written in another transfer syntax than its file says.";
}

}  // namespace thoraxlite
