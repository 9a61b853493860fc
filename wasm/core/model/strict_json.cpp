#include "core/model/strict_json.h"

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace thoraxlite {
namespace {

using nlohmann::json;

// Reads the document once without keeping it, to find what the library would let pass. Returning
// false stops the parser.
struct Inspector final : json::json_sax_t {
  std::vector<std::set<std::string>> keys;  // of each object or array that is open
  std::string reason;

  bool open() {
    if (keys.size() >= kMaxJsonDepth) {
      reason = "it nests deeper than " + std::to_string(kMaxJsonDepth) + " levels";
      return false;
    }
    keys.emplace_back();
    return true;
  }
  bool close() {
    keys.pop_back();
    return true;
  }

  bool start_object(std::size_t) override { return open(); }
  bool start_array(std::size_t) override { return open(); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    if (name.size() > kMaxJsonKeyBytes) {
      reason = "a key is longer than " + std::to_string(kMaxJsonKeyBytes) + " bytes";
      return false;
    }
    if (keys.back().insert(name).second) return true;
    reason = "the key \"" + name + "\" stands twice in one object";
    return false;
  }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    reason = "it is malformed at byte " + std::to_string(position);
    return false;
  }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
};

}  // namespace

Result<json> parse_strict_json(std::string_view text) {
  Inspector inspector;
  if (!json::sax_parse(text, &inspector)) return fail(inspector.reason);
  return json::parse(text, nullptr, /*allow_exceptions=*/false);
}

}  // namespace thoraxlite
