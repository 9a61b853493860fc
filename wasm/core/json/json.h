// A JSON document (RFC 8259) from an unknown hand, read without exceptions.
//
// Own code: the reader and the writer of the usual library, with the printf and strtod that they
// bring, took a fifth of the small WebAssembly module. The tests hold it to that library.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace thoraxlite {

struct Json {
  enum class Kind { null, boolean, number, text, array, object };

  Kind kind = Kind::null;
  bool boolean = false;
  double number = 0;                  // within a few units in the last place, see decimal.h
  std::optional<std::int64_t> whole;  // of a number without point and exponent, where it fits
  std::string text;                   // UTF-8
  std::vector<std::string> keys;      // of an object, in the order of the text; each once
  std::vector<Json> values;           // of an array, or of the object's keys

  bool is(Kind wanted) const { return kind == wanted; }

  // A member of an object; nullptr where it has none of that name, or where this is no object.
  const Json* find(std::string_view key) const;
};

inline constexpr int kMaxJsonDepth = 16;              // a model card nests five deep
inline constexpr std::size_t kMaxJsonKeyBytes = 256;  // keys are quoted in messages

// Refuses what RFC 8259 leaves open or a reader could take in two ways: duplicate keys, numbers
// that no double holds, deeper nesting than kMaxJsonDepth, longer keys than kMaxJsonKeyBytes,
// anything after the document. The error is half a sentence: "it is malformed at byte 7".
Result<Json> parse_json(std::string_view text);

}  // namespace thoraxlite
