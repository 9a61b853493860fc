// The elements of a DICOM file (PS3.5 7): where each begins and how long it is, and nothing of what
// it means. Own code: of DCMTK and dicom-parser neither takes all the odd structures that
// hospitals' files have, nor does either run both natively and in the page; what is here copies no
// byte, allocates nothing by a length that a file states, and keeps only the elements that are
// read.
#pragma once

#include <cstdint>
#include <vector>

#include "core/result.h"

namespace thoraxlite {

using DicomTag = std::uint32_t;  // group << 16 | element

struct DataSet;

struct DicomElement {
  DicomTag tag = 0;
  bool is_of_words = false;         // OW: matters to bytes in a big-endian file
  bool is_encapsulated = false;     // its value is a sequence of fragments
  bool is_cut = false;              // the file ends within it
  ByteView value;                   // empty for a sequence, and where encapsulated
  std::vector<DataSet> items;       // of a sequence
  std::vector<ByteView> fragments;  // behind the offset table
  ByteView offset_table;            // where encapsulated
};

struct DataSet {
  bool is_big_endian = false;
  std::vector<DicomElement> elements;  // each tag once: the first of its kind counts

  const DicomElement* find(DicomTag tag) const;  // nullptr where there is none
};

struct ParsedData {
  DataSet data;
  bool is_cut = false;          // the file ends where a sequence or an element is not yet over
  bool has_bytes_left = false;  // behind the pixels stands what are no elements
};

// How a data set is written, by its transfer syntax.
struct Encoding {
  bool is_explicit = true;
  bool is_big_endian = false;
};

// What the first element shows: representations are two known letters, and a group of the standard
// is below 256, so that its other byte is 0. `said` where it shows nothing.
Encoding encoding_of(ByteView elements, Encoding said);

// The meta information (group 0002, PS3.10 7.1) at the start of `elements`, whatever its group
// length says and in whichever representation each element is; the bytes behind it in `rest`.
// Error: damaged.
Result<DataSet> parse_meta_information(ByteView elements, ByteView& rest);

// Forgiving in structure: a sequence may be of any representation and stand with or without its
// delimiters, items may be empty, fragments odd. Strict in length: what is longer than what it
// stands in is an error, unless it stands behind the pixels. Error: damaged or truncated.
Result<ParsedData> parse_data_set(ByteView elements, Encoding encoding);

}  // namespace thoraxlite
