// Reads the members of one JSON object and remembers the first thing that was wrong, so that a
// reader can ask for all its fields and check once at the end.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/json/json.h"
#include "core/result.h"

namespace thoraxlite {

inline constexpr std::size_t kMaxTextBytes = 256;  // of a name or a label

// A text that is not empty and not longer than kMaxTextBytes.
bool is_short_text(const Json& value);

class JsonFields {
 public:
  // where: names the object in messages, as in `node "conv1"`. object must outlive this.
  JsonFields(const Json& object, std::string where);

  // A member of the wanted kind and range; where it is missing or wrong, the error is kept and a
  // value inside the range comes back.
  int integer(const char* key, int least, int most);
  double number(const char* key, double least, double most);
  std::string text(const char* key);
  // `count` whole numbers, or one that stands for all of them.
  std::vector<int> integers(const char* key, std::size_t count, int least, int most);
  const Json& array(const char* key);
  const Json& object(const char* key);

  // The same where the key may be missing.
  int integer_or(const char* key, int least, int most, int fallback);
  double number_or(const char* key, double least, double most, double fallback);
  bool boolean_or(const char* key, bool fallback);

  bool has(const char* key) const;

  // Keeps an error of the caller's, unless an earlier one stands.
  void refuse(const std::string& what);

  // The first error; with it also any key that nobody asked for: a setting that is not understood
  // would be a setting that is not obeyed.
  std::optional<Error> error() const;
  std::optional<Error> error_or_unknown_key() const;

 private:
  const Json* find(const char* key);
  const Json& member(const char* key, Json::Kind kind, const char* expected);

  const Json& object_;
  std::string where_;
  std::set<std::string> asked_;
  std::optional<Error> error_;
};

}  // namespace thoraxlite
