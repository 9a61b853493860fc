#include "core/json/json_writer.h"

#include "core/json/decimal.h"
#include "core/json/utf8.h"

namespace thoraxlite {

JsonWriter& JsonWriter::open(char bracket) {
  return put({&bracket, 1});
}

JsonWriter& JsonWriter::close(char bracket) {
  written_ += bracket;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  text(name);
  written_ += ':';
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
  put("");
  quote(value);
  return *this;
}

JsonWriter& JsonWriter::number(float value) {
  return put(to_text(value));
}

JsonWriter& JsonWriter::whole(int value) {
  return put(std::to_string(value));
}

JsonWriter& JsonWriter::boolean(bool value) {
  return put(value ? "true" : "false");
}

JsonWriter& JsonWriter::null() {
  return put("null");
}

JsonWriter& JsonWriter::document(std::string_view json) {
  return put(json);
}

// A value follows another where what stands before it neither opens nor names anything.
JsonWriter& JsonWriter::put(std::string_view token) {
  constexpr std::string_view kBeforeFirst = "{[:";
  if (!written_.empty() && kBeforeFirst.find(written_.back()) == std::string_view::npos) {
    written_ += ',';
  }
  written_ += token;
  return *this;
}

void JsonWriter::quote(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr std::string_view kSpecial = "\"\\\b\f\n\r\t";
  constexpr std::string_view kNames = "\"\\bfnrt";
  written_ += '"';
  const char* end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    const int length = utf8_length(at, end);
    const std::size_t special = kSpecial.find(*at);
    if (length == 0) {
      written_ += "\xef\xbf\xbd";
      ++at;
    } else if (special != std::string_view::npos) {
      written_ += '\\';
      written_ += kNames[special];
      ++at;
    } else if (length == 1 && static_cast<unsigned char>(*at) < 0x20) {
      written_ += *at < 0x10 ? "\\u000" : "\\u001";
      written_ += kDigits[static_cast<std::size_t>(*at & 15)];
      ++at;
    } else {
      written_.append(at, static_cast<std::size_t>(length));
      at += length;
    }
  }
  written_ += '"';
}

}  // namespace thoraxlite
