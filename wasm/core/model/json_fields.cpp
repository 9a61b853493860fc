#include "core/model/json_fields.h"

#include <algorithm>
#include <utility>

#include "core/json/decimal.h"

namespace thoraxlite {
namespace {

std::string in_quotes(const std::string& text) {
  return '"' + text + '"';
}

std::string plain(double value) {
  return to_text(static_cast<float>(value));
}

const Json kEmpty{};  // an array or object without members

}  // namespace

bool is_short_text(const Json& value) {
  return value.is(Json::Kind::text) && !value.text.empty() && value.text.size() <= kMaxTextBytes;
}

JsonFields::JsonFields(const Json& object, std::string where)
    : object_(object), where_(std::move(where)) {
  if (!object_.is(Json::Kind::object)) refuse("is not a JSON object");
}

const Json* JsonFields::find(const char* key) {
  if (!object_.is(Json::Kind::object)) return nullptr;
  asked_.insert(key);
  const Json* member = object_.find(key);
  if (member == nullptr) refuse("lacks " + in_quotes(key));
  return member;
}

int JsonFields::integer(const char* key, int least, int most) {
  const Json* value = find(key);
  if (value == nullptr) return least;
  if (!value->whole || *value->whole < least || *value->whole > most) {
    refuse("has a wrong " + in_quotes(key) + "; expected a whole number from " +
           std::to_string(least) + " to " + std::to_string(most));
    return least;
  }
  return static_cast<int>(*value->whole);
}

double JsonFields::number(const char* key, double least, double most) {
  const Json* value = find(key);
  if (value == nullptr) return least;
  if (!value->is(Json::Kind::number) || value->number < least || value->number > most) {
    refuse("has a wrong " + in_quotes(key) + "; expected a number from " + plain(least) + " to " +
           plain(most));
    return least;
  }
  return value->number;
}

std::vector<int> JsonFields::integers(const char* key, std::size_t count, int least, int most) {
  const Json* value = find(key);
  const auto fits = [least, most](const Json& number) {
    return number.whole && *number.whole >= least && *number.whole <= most;
  };
  std::vector<int> numbers(count, least);
  if (value == nullptr) return numbers;
  if (fits(*value)) {
    numbers.assign(count, static_cast<int>(*value->whole));
  } else if (value->is(Json::Kind::array) && value->values.size() == count &&
             std::all_of(value->values.begin(), value->values.end(), fits)) {
    for (std::size_t i = 0; i < count; ++i) numbers[i] = static_cast<int>(*value->values[i].whole);
  } else {
    refuse("has a wrong " + in_quotes(key) + "; expected a whole number from " +
           std::to_string(least) + " to " + std::to_string(most) + ", or an array of " +
           std::to_string(count));
  }
  return numbers;
}

std::string JsonFields::text(const char* key) {
  const Json* value = find(key);
  if (value == nullptr) return {};
  if (!is_short_text(*value)) {
    refuse("has a wrong " + in_quotes(key) + "; expected a text of at most " +
           std::to_string(kMaxTextBytes) + " bytes");
    return {};
  }
  return value->text;
}

const Json& JsonFields::array(const char* key) {
  return member(key, Json::Kind::array, "an array");
}

const Json& JsonFields::object(const char* key) {
  return member(key, Json::Kind::object, "an object");
}

const Json& JsonFields::member(const char* key, Json::Kind kind, const char* expected) {
  const Json* value = find(key);
  if (value == nullptr) return kEmpty;
  if (!value->is(kind)) {
    refuse("has a wrong " + in_quotes(key) + "; expected " + expected);
    return kEmpty;
  }
  return *value;
}

int JsonFields::integer_or(const char* key, int least, int most, int fallback) {
  return has(key) ? integer(key, least, most) : fallback;
}

double JsonFields::number_or(const char* key, double least, double most, double fallback) {
  return has(key) ? number(key, least, most) : fallback;
}

bool JsonFields::boolean_or(const char* key, bool fallback) {
  if (!has(key)) return fallback;
  const Json* value = find(key);
  if (!value->is(Json::Kind::boolean)) {
    refuse("has a wrong " + in_quotes(key) + "; expected true or false");
    return fallback;
  }
  return value->boolean;
}

bool JsonFields::has(const char* key) const {
  return object_.find(key) != nullptr;
}

void JsonFields::refuse(const std::string& what) {
  if (!error_) error_ = Error{where_ + " " + what};
}

std::optional<Error> JsonFields::error() const {
  return error_;
}

std::optional<Error> JsonFields::error_or_unknown_key() const {
  if (error_) return error_;
  for (const std::string& key : object_.keys) {
    if (asked_.count(key) == 0) {
      return Error{where_ + " has the key " + in_quotes(key) +
                   ", which this version does not know"};
    }
  }
  return std::nullopt;
}

}  // namespace thoraxlite
