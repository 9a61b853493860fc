// tests/golden/dicom_cases.json: what a data set says, and the film or the sentence that it makes.
// The page's tests read the same file (tests/browser/dicom_cases.test.mjs).
//
// A case has `pixels` (codes of 16 bits in one row, 12 of them stored), `with` (elements [tag, VR,
// value] in place of those of a plain film; null: none), `syntax` (as it is written) and `says` (as
// it says). A value is a text, numbers of 16 bits, {"bytes": hex}, {"items": [elements]} or
// {"fragments": [hex]}.
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "dicom/read_dicom.h"

using namespace thoraxlite;
using nlohmann::json;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes from_hex(const std::string& digits) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

// PS3.5 7.1, written anew here so that the reader is held to the standard and not to itself.
class Writer {
 public:
  explicit Writer(const std::string& uid)
      : is_big_endian_(uid == "1.2.840.10008.1.2.2"), is_implicit_(uid == "1.2.840.10008.1.2") {}

  Bytes elements(const std::map<std::string, json>& all) {
    for (const auto& [tag, element] : all) write(tag, element.at(1), element.at(2));
    return std::move(bytes_);
  }

 private:
  void number(std::uint32_t value, int count) {
    for (int i = 0; i < count; ++i) {
      const int shift = 8 * (is_big_endian_ ? count - 1 - i : i);
      bytes_.push_back(static_cast<std::uint8_t>(value >> shift));
    }
  }
  void tag(const std::string& digits) {
    number(static_cast<std::uint32_t>(std::stoul(digits.substr(0, 4), nullptr, 16)), 2);
    number(static_cast<std::uint32_t>(std::stoul(digits.substr(4), nullptr, 16)), 2);
  }
  void append(const Bytes& bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }

  void header(const std::string& digits, const std::string& vr, std::uint32_t length) {
    tag(digits);
    if (is_implicit_) return number(length, 4);
    bytes_.insert(bytes_.end(), vr.begin(), vr.end());
    const bool is_long = vr == "OB" || vr == "OW" || vr == "SQ" || vr == "UN";
    if (is_long) number(0, 2);
    number(length, is_long ? 4 : 2);
  }

  Bytes bytes_of(const json& value) const {
    if (value.is_string()) {
      const std::string text = value;
      Bytes bytes(text.begin(), text.end());
      if (bytes.size() % 2 == 1) bytes.push_back(' ');
      return bytes;
    }
    if (value.is_object()) return from_hex(value.at("bytes"));
    Bytes bytes;
    for (const int word : value) {
      const int low = is_big_endian_ ? word >> 8 & 255 : word & 255;
      bytes.push_back(static_cast<std::uint8_t>(low));
      bytes.push_back(static_cast<std::uint8_t>(is_big_endian_ ? word & 255 : word >> 8 & 255));
    }
    return bytes;
  }

  void write(const std::string& digits, const std::string& vr, const json& value) {
    if (value.is_null()) return;
    if (value.is_object() && value.contains("fragments")) {
      header(digits, vr, 0xffffffff);
      tag("fffee000");
      number(0, 4);
      for (const std::string hex : value["fragments"]) {
        const Bytes fragment = from_hex(hex);
        tag("fffee000");
        number(static_cast<std::uint32_t>(fragment.size()), 4);
        append(fragment);
      }
      tag("fffee0dd");
      return number(0, 4);
    }
    if (value.is_object() && value.contains("items")) {
      header(digits, vr, 0xffffffff);
      for (const json& item : value["items"]) {
        std::map<std::string, json> elements;
        for (const json& element : item) elements[element.at(0)] = element;
        tag("fffee000");
        number(0xffffffff, 4);
        for (const auto& [name, element] : elements) write(name, element.at(1), element.at(2));
        tag("fffee00d");
        number(0, 4);
      }
      tag("fffee0dd");
      return number(0, 4);
    }
    const Bytes bytes = bytes_of(value);
    header(digits, vr, static_cast<std::uint32_t>(bytes.size()));
    append(bytes);
  }

  bool is_big_endian_;
  bool is_implicit_;
  Bytes bytes_;
};

Bytes file_of(const json& one) {
  const std::string syntax = one.value("syntax", "1.2.840.10008.1.2.1");
  std::map<std::string, json> elements;
  for (const json& element : {
           json{"00080016", "UI", "1.2.840.10008.5.1.4.1.1.1.1"},
           json{"00080060", "CS", "DX"},
           json{"00280002", "US", json::array({1})},
           json{"00280004", "CS", "MONOCHROME2"},
           json{"00280010", "US", json::array({1})},
           json{"00280011", "US", json::array({one["pixels"].size()})},
           json{"00280100", "US", json::array({16})},
           json{"00280101", "US", json::array({12})},
           json{"00280102", "US", json::array({11})},
           json{"00280103", "US", json::array({0})},
           json{"7fe00010", "OW", one["pixels"]},
       }) {
    elements[element[0]] = element;
  }
  for (const json& element : one.value("with", json::array())) elements[element[0]] = element;
  const Bytes data = Writer(syntax).elements(elements);
  const Bytes meta = Writer("1.2.840.10008.1.2.1")
                         .elements({{"00020010", {"00020010", "UI", one.value("says", syntax)}}});
  Bytes file(128);
  for (const char letter : {'D', 'I', 'C', 'M'}) file.push_back(static_cast<std::uint8_t>(letter));
  file.insert(file.end(), meta.begin(), meta.end());
  file.insert(file.end(), data.begin(), data.end());
  return file;
}

}  // namespace

TEST_CASE("every golden case gives its film or its sentence") {
  const json cases = json::parse(std::ifstream(DICOM_CASES));
  CHECK(cases.size() > 100);
  for (const json& one : cases) {
    const std::string name = one["name"];
    CAPTURE(name);
    const Bytes file = file_of(one);
    const auto film = read_dicom({file.data(), file.size()});
    const json& expected = one["expect"];
    if (expected.contains("error")) {
      REQUIRE(!film);
      CHECK(film.error().message == expected["error"]);
      continue;
    }
    REQUIRE_MESSAGE(film, (film ? "" : film.error().message));
    const FilmFacts& facts = film->facts;
    if (expected.contains("grey")) CHECK(json(film->image.pixels) == expected["grey"]);
    if (expected.contains("size")) {
      CHECK(json{film->image.width, film->image.height} == expected["size"]);
    }
    if (expected.contains("notes")) {
      json notes = json::array();
      for (const FilmNote note : facts.notes) notes.push_back(to_string(note));
      CHECK(notes == expected["notes"]);
    }
    if (expected.contains("lateral")) CHECK(facts.is_lateral == expected["lateral"].get<bool>());
    if (expected.contains("body_part")) CHECK(facts.other_body_part == expected["body_part"]);
    if (expected.contains("modality")) CHECK(facts.other_modality == expected["modality"]);
    for (const auto& [key, age] :
         {std::pair("age", facts.age_years), std::pair("whole_age", std::floor(facts.age_years))}) {
      if (!expected.contains(key)) continue;
      if (expected[key].is_null()) {
        CHECK(std::isnan(age));
      } else {
        CHECK(age == doctest::Approx(expected[key].get<double>()));
      }
    }
  }
}
