// Writes a JSON document on one line, in UTF-8 whatever the texts are: bytes that are not become
// U+FFFD.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace thoraxlite {

class JsonWriter {
 public:
  // bracket: { or [, and } or ]. The commas come by themselves.
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);

  // The next value's, inside an object.
  JsonWriter& key(std::string_view name);

  JsonWriter& text(std::string_view value);
  JsonWriter& number(float value);  // null where it is not finite
  JsonWriter& whole(int value);
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  JsonWriter& document(std::string_view json);  // sound already

  std::string take() { return std::move(written_); }

 private:
  JsonWriter& put(std::string_view token);
  void quote(std::string_view text);

  std::string written_;
};

}  // namespace thoraxlite
