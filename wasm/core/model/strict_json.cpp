#include "core/model/strict_json.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace thoraxlite {
namespace {

using nlohmann::json;

// Builds the document itself, since it must see what the library's own builder would let pass; two
// readings would double the parser's part of the WebAssembly module. Returning false stops the
// parser.
struct Builder final : json::json_sax_t {
  json document;
  std::vector<json*> open;  // objects and arrays, the innermost last
  std::string name;         // of the member of an object that comes next
  std::string reason;

  json& put(json value) {
    if (open.empty()) return document = std::move(value);
    if (json::array_t* array = open.back()->get_ptr<json::array_t*>()) {
      array->push_back(std::move(value));
      return array->back();
    }
    return (*open.back()->get_ptr<json::object_t*>())[name] = std::move(value);
  }

  bool start(json::value_t type) {
    if (open.size() >= kMaxJsonDepth) {
      reason = "it nests deeper than " + std::to_string(kMaxJsonDepth) + " levels";
      return false;
    }
    // Whatever is open stays where it is: only the innermost array grows.
    open.push_back(&put(type));
    return true;
  }
  bool end() {
    open.pop_back();
    return true;
  }

  bool start_object(std::size_t) override { return start(json::value_t::object); }
  bool start_array(std::size_t) override { return start(json::value_t::array); }
  bool end_object() override { return end(); }
  bool end_array() override { return end(); }
  bool key(string_t& key) override {
    if (key.size() > kMaxJsonKeyBytes) {
      reason = "a key is longer than " + std::to_string(kMaxJsonKeyBytes) + " bytes";
      return false;
    }
    if (open.back()->contains(key)) {
      reason = "the key \"" + key + "\" stands twice in one object";
      return false;
    }
    name = std::move(key);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    reason = "it is malformed at byte " + std::to_string(position);
    return false;
  }

  bool take(json value) {
    put(std::move(value));
    return true;
  }
  bool null() override { return take(nullptr); }
  bool boolean(bool value) override { return take(value); }
  bool number_integer(number_integer_t value) override { return take(value); }
  bool number_unsigned(number_unsigned_t value) override { return take(value); }
  bool number_float(number_float_t value, const string_t&) override { return take(value); }
  bool string(string_t& value) override { return take(std::move(value)); }
  bool binary(binary_t&) override { return false; }  // JSON text has none
};

}  // namespace

Result<json> parse_strict_json(std::string_view text) {
  Builder builder;
  if (!json::sax_parse(text, &builder)) return fail(builder.reason);
  return std::move(builder.document);
}

}  // namespace thoraxlite
