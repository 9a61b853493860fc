#include "core/model/json_fields.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/output_json.h"

namespace thoraxlite {
namespace {

using nlohmann::json;

std::string in_quotes(const std::string& text) {
  return '"' + text + '"';
}

std::string plain(double value) {
  return to_text(value);
}

const json& empty_array() {
  static const json value = json::array();
  return value;
}

const json& empty_object() {
  static const json value = json::object();
  return value;
}

}  // namespace

bool is_short_text(const json& value) {
  if (!value.is_string()) return false;
  const std::string& text = value.get_ref<const std::string&>();
  return !text.empty() && text.size() <= kMaxTextBytes;
}

JsonFields::JsonFields(const json& object, std::string where)
    : object_(object), where_(std::move(where)) {
  if (!object_.is_object()) refuse("is not a JSON object");
}

const json* JsonFields::find(const char* key) {
  if (!object_.is_object()) return nullptr;
  asked_.insert(key);
  const auto member = object_.find(key);
  if (member == object_.end()) {
    refuse("lacks " + in_quotes(key));
    return nullptr;
  }
  return &*member;
}

int JsonFields::integer(const char* key, int least, int most) {
  const json* value = find(key);
  if (value == nullptr) return least;
  // Unsigned first: a huge positive number would turn negative as a signed one.
  const bool fits = value->is_number_integer() &&
                    (!value->is_number_unsigned() || value->get<std::uint64_t>() <= 0x7fffffffu) &&
                    value->get<std::int64_t>() >= least && value->get<std::int64_t>() <= most;
  if (!fits) {
    refuse("has a wrong " + in_quotes(key) + "; expected a whole number from " +
           std::to_string(least) + " to " + std::to_string(most));
    return least;
  }
  return value->get<int>();
}

double JsonFields::number(const char* key, double least, double most) {
  const json* value = find(key);
  if (value == nullptr) return least;
  if (!value->is_number() || !(value->get<double>() >= least && value->get<double>() <= most)) {
    refuse("has a wrong " + in_quotes(key) + "; expected a number from " + plain(least) + " to " +
           plain(most));
    return least;
  }
  return value->get<double>();
}

std::string JsonFields::text(const char* key) {
  const json* value = find(key);
  if (value == nullptr) return {};
  if (!is_short_text(*value)) {
    refuse("has a wrong " + in_quotes(key) + "; expected a text of at most " +
           std::to_string(kMaxTextBytes) + " bytes");
    return {};
  }
  return value->get<std::string>();
}

const json& JsonFields::array(const char* key) {
  const json* value = find(key);
  if (value == nullptr) return empty_array();
  if (!value->is_array()) {
    refuse("has a wrong " + in_quotes(key) + "; expected an array");
    return empty_array();
  }
  return *value;
}

const json& JsonFields::object(const char* key) {
  const json* value = find(key);
  if (value == nullptr) return empty_object();
  if (!value->is_object()) {
    refuse("has a wrong " + in_quotes(key) + "; expected an object");
    return empty_object();
  }
  return *value;
}

int JsonFields::integer_or(const char* key, int least, int most, int fallback) {
  return has(key) ? integer(key, least, most) : fallback;
}

bool JsonFields::boolean_or(const char* key, bool fallback) {
  if (!has(key)) return fallback;
  const json* value = find(key);
  if (!value->is_boolean()) {
    refuse("has a wrong " + in_quotes(key) + "; expected true or false");
    return fallback;
  }
  return value->get<bool>();
}

bool JsonFields::has(const char* key) const {
  return object_.is_object() && object_.contains(key);
}

void JsonFields::refuse(const std::string& what) {
  if (!error_) error_ = Error{where_ + " " + what};
}

std::optional<Error> JsonFields::error() const {
  return error_;
}

std::optional<Error> JsonFields::error_or_unknown_key() const {
  if (error_) return error_;
  for (const auto& [key, value] : object_.items()) {
    if (asked_.count(key) == 0) {
      return Error{where_ + " has the key " + in_quotes(key) +
                   ", which this version does not know"};
    }
  }
  return std::nullopt;
}

}  // namespace thoraxlite
