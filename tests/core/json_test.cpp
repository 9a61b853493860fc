#include "core/json/json.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "core/image/crc32.h"
#include "core/json/decimal.h"
#include "core/json/json_writer.h"

using namespace thoraxlite;
using Oracle = nlohmann::json;

namespace {

bool same(const Json& json, const Oracle& oracle) {
  switch (json.kind) {
    case Json::Kind::null:
      return oracle.is_null();
    case Json::Kind::boolean:
      return oracle.is_boolean() && oracle.get<bool>() == json.boolean;
    case Json::Kind::number:
      return oracle.is_number() &&
             std::abs(json.number - oracle.get<double>()) <= 1e-15 * std::abs(json.number) &&
             (!json.whole || oracle.get<std::int64_t>() == *json.whole);
    case Json::Kind::text:
      return oracle.is_string() && oracle.get<std::string>() == json.text;
    case Json::Kind::array:
      if (!oracle.is_array() || oracle.size() != json.values.size()) return false;
      for (std::size_t i = 0; i < oracle.size(); ++i) {
        if (!same(json.values[i], oracle[i])) return false;
      }
      return true;
    case Json::Kind::object:
      if (!oracle.is_object() || oracle.size() != json.values.size()) return false;
      for (const auto& [key, value] : oracle.items()) {
        const Json* member = json.find(key);
        if (member == nullptr || !same(*member, value)) return false;
      }
      return true;
  }
  return false;
}

// What the library takes is taken, and is the same; what it refuses is refused.
void check_against_library(const std::string& text) {
  CAPTURE(text);
  const Result<Json> json = parse_json(text);
  const Oracle oracle = Oracle::parse(text, nullptr, /*allow_exceptions=*/false);
  REQUIRE(json.has_value() != oracle.is_discarded());
  if (json) REQUIRE(same(*json, oracle));
}

}  // namespace

TEST_CASE("JSON is read as the usual library reads it") {
  for (const char* text : {"null",
                           "true",
                           "false",
                           " \t\r\n1 ",
                           "[]",
                           "{}",
                           "[1,2.5,-3,1e3,1E-2,0,-0,0.0,-0.5e+1]",
                           R"({"a":{"b":[{"c":"d"}]},"":""})",
                           R"("\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\ud83d\ude00")",
                           "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"",
                           "9223372036854775807",
                           "9223372036854775808",
                           "-9223372036854775808",
                           "18446744073709551616",
                           "0.1",
                           "1.797693134862e308",
                           "2.2250738585072014e-280",
                           "123456789012345678901234567890",
                           "0.000000000000000000000001234",
                           "3.14159265358979323846264338327950288"}) {
    check_against_library(text);
  }
}

TEST_CASE("what is no JSON is refused where the usual library refuses it") {
  for (const char* text : {"",
                           " ",
                           "nul",
                           "True",
                           "01",
                           "-",
                           "+1",
                           ".5",
                           "1.",
                           "1e",
                           "1e+",
                           "0x1",
                           "1 2",
                           "[1,]",
                           "[,1]",
                           "[1",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{a:1}",
                           "{'a':1}",
                           "\"",
                           "\"\\\"",
                           "\"\\x\"",
                           "\"\\u12\"",
                           "\"\\ud800\"",
                           "\"\\udc00\"",
                           "\"\\ud800\\u0041\"",
                           "\"\n\"",
                           "\"\x01\"",
                           "\"\xff\"",
                           "\"\xc0\x80\"",
                           "\"\xed\xa0\x80\"",
                           "\"\xf5\x80\x80\x80\"",
                           "\"\xe2\x82\"",
                           "1e999",
                           "-1e999",
                           "[1]]",
                           "NaN",
                           "Infinity",
                           "/**/1"}) {
    check_against_library(text);
    CHECK_FALSE(parse_json(text).has_value());
  }
  CHECK(parse_json("[1,]").error().message == "it is malformed at byte 4");
  CHECK_FALSE(parse_json(std::string("1\0", 2)).has_value());
}

TEST_CASE("objects and arrays nest to sixteen levels, no deeper") {
  const auto nested = [](int depth, const std::string& open, const std::string& close) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += open;
    text += "1";
    for (int i = 0; i < depth; ++i) text += close;
    return parse_json(text);
  };
  const std::pair<const char*, const char*> kinds[] = {{"[", "]"}, {"{\"a\":", "}"}};
  for (const auto& [open, close] : kinds) {
    CHECK(nested(16, open, close).has_value());
    REQUIRE_FALSE(nested(17, open, close).has_value());
    CHECK(nested(17, open, close).error().message == "it nests deeper than 16 levels");
  }
}

TEST_CASE("a document damaged anywhere is read or refused as the usual library does it") {
  const std::string sound =
      R"({"name":"a\u00e9\ud83d\ude00","n":[0,-1.5e-3,12345678901],"o":{"t":true,"f":false,"z":null}})";
  std::mt19937 random(5);
  for (int i = 0; i < 20000; ++i) {
    std::string text = sound;
    for (unsigned change = 0; change <= random() % 2; ++change) {
      text[random() % text.size()] = "{}[]\",:\\u0e-+.1 \x80t"[random() % 19];
    }
    const Result<Json> json = parse_json(text);
    // The library lets a key stand twice.
    if (!json && json.error().message.find("twice") != std::string::npos) continue;
    check_against_library(text);
  }
}

TEST_CASE("a float is written with the fewest digits that read back as it") {
  CHECK(to_text(0.0f) == "0.0");
  CHECK(to_text(-0.0f) == "-0.0");
  CHECK(to_text(1.0f) == "1.0");
  CHECK(to_text(0.1f) == "0.1");
  CHECK(to_text(-2.5f) == "-2.5");
  CHECK(to_text(1e-6f) == "1e-6");
  CHECK(to_text(0.00001f) == "0.00001");
  CHECK(to_text(1e20f) == "1e20");
  CHECK(to_text(std::numeric_limits<float>::max()) == "3.4028235e38");
  CHECK(to_text(std::numeric_limits<float>::denorm_min()) == "1e-45");
  CHECK(to_text(std::numeric_limits<float>::infinity()) == "null");
  CHECK(to_text(std::numeric_limits<float>::quiet_NaN()) == "null");
  using OfFloats = nlohmann::basic_json<std::map, std::vector, std::string, bool, std::int64_t,
                                        std::uint64_t, float>;
  std::mt19937 random(6);
  for (int i = 0; i < 50000; ++i) {
    const auto bits = static_cast<std::uint32_t>(random());
    float value = 0;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    const std::string text = to_text(value);
    CAPTURE(text);
    REQUIRE(static_cast<float>(Oracle::parse(text).get<double>()) == value);
    const auto digits = [](std::string of) {
      of.erase(std::min(of.find('e'), of.size()));
      of.erase(std::remove_if(of.begin(), of.end(), [](char c) { return c < '0' || c > '9'; }),
               of.end());
      of.erase(0, of.find_first_not_of('0'));
      return of.find_last_not_of('0') + 1;
    };
    REQUIRE(digits(text) <= digits(OfFloats(value).dump()));
  }
}

TEST_CASE("what is written is JSON with its commas") {
  JsonWriter json;
  json.open('{').key("a").open('[').whole(-1).number(0.5f).null().open('{').close('}').close(']');
  json.key("b\"").text("[").key("c").boolean(true).key("d").document("{}").close('}');
  CHECK(json.take() == R"({"a":[-1,0.5,null,{}],"b\"":"[","c":true,"d":{}})");
}

TEST_CASE("CRC-32 is that of the standard, of any length") {
  const auto of = [](const std::string& text) {
    return crc32({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  };
  CHECK(of("") == 0);
  CHECK(of("123456789") == 0xcbf43926);
  std::string text;
  std::uint32_t rest = 0xffffffff;
  for (int i = 0; i < 100; ++i) {
    text += static_cast<char>(37 * i);
    rest ^= static_cast<std::uint8_t>(37 * i);
    for (int bit = 0; bit < 8; ++bit) rest = rest >> 1 ^ (rest & 1 ? 0xedb88320u : 0);
    REQUIRE(of(text) == ~rest);
  }
}
