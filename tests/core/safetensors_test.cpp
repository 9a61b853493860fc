#include "core/model/safetensors.h"

#include <doctest/doctest.h>

#include <limits>

#include "made_images.h"
#include "made_models.h"

using namespace thoraxlite;

namespace {

// A file with any header text and `data` zero bytes behind it.
Bytes with_header(const std::string& header, std::size_t data = 0) {
  Bytes length;
  for (int byte = 0; byte < 8; ++byte) {
    length.push_back(static_cast<std::uint8_t>(std::uint64_t{header.size()} >> (8 * byte)));
  }
  return concatenate({length, text_bytes(header), Bytes(data)});
}

std::string tensor(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return R"({"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

std::string error_of(const Bytes& file) {
  const auto contents = parse_safetensors({file.data(), file.size()});
  return contents ? "no error" : contents.error().message;
}

std::string rule(const std::string& what) {
  return "The file is not valid safetensors: " + what + ".";
}

}  // namespace

TEST_CASE("what is written is read") {
  const Bytes file = write_safetensors({{"bytes", "U8", {3}, {1, 2, 3}},
                                        f32_tensor("floats", {2, 1}, {1.5f, -2}),
                                        {"scalar", "I8", {}, {7}},
                                        {"empty", "F32", {0, 9}, {}}},
                                       {{"format", "x"}, {"card", "{\"\u00e9\":1}"}});
  const auto contents = parse_safetensors({file.data(), file.size()});
  REQUIRE(contents.has_value());
  CHECK(contents->metadata.at("format") == "x");
  CHECK(contents->metadata.at("card") == "{\"\u00e9\":1}");
  CHECK(contents->tensors.size() == 4);
  CHECK(contents->tensors.at("bytes").bytes.data[2] == 3);
  CHECK(contents->tensors.at("scalar").shape.empty());
  CHECK(contents->tensors.at("empty").bytes.size == 0);
  CHECK(to_float32(contents->tensors.at("floats")).value() == std::vector<float>{1.5f, -2});
  CHECK(contents->tensors.at("floats").shape == std::vector<std::int64_t>{2, 1});
}

TEST_CASE("half floats keep their value, also the extreme ones") {
  ModelParts parts;
  const std::vector<float> values{0, 1, -1.5f, 65504, 6.1035156e-5f, 5.9604645e-8f};
  parts.add_f16("half", {6}, values);
  const Bytes file = parts.write();
  const auto contents = parse_safetensors({file.data(), file.size()});
  CHECK(to_float32(contents->tensors.at("half")).value() == values);
}

TEST_CASE("tensors that are not floats are not taken for floats") {
  const Bytes file = with_header(R"({"a":)" + tensor("I32", "[1]", "[0,4]") + "}", 4);
  const auto contents = parse_safetensors({file.data(), file.size()});
  CHECK(to_float32(contents->tensors.at("a")).error().message ==
        "its dtype is I32; expected F32 or F16");
}

TEST_CASE("each rule of the format has its message") {
  const std::string one = tensor("F32", "[1]", "[0,4]");
  CHECK(error_of({}) == rule("it is empty"));
  CHECK(error_of({1, 2, 3}) == rule("it is shorter than the header's length field"));
  CHECK(error_of(Bytes(8, 0xff)) ==
        rule("its header claims 18446744073709551615 bytes; the limit is 4194304"));
  CHECK(error_of({9, 0, 0, 0, 0, 0, 0, 0, '{', '}'}) == rule("its header is longer than the file"));
  CHECK(error_of(with_header("")) == rule("its header does not start with {"));
  CHECK(error_of(with_header(" {}")) == rule("its header does not start with {"));
  CHECK(error_of(with_header("[]")) == rule("its header does not start with {"));
  CHECK(error_of(with_header("{\"a\"")).find("its header is not sound JSON") != std::string::npos);
  CHECK(error_of(with_header("{\"\xff\":1}")).find("its header is not sound JSON") !=
        std::string::npos);
  CHECK(error_of(with_header(R"({"a":)" + one + R"(,"a":)" + one + "}", 4)) ==
        rule("its header is not sound JSON, the key \"a\" stands twice in one object"));
  CHECK(error_of(with_header(R"({"a":{"dtype":"F32","dtype":"F32"}})")) ==
        rule("its header is not sound JSON, the key \"dtype\" stands twice in one object"));
  CHECK(error_of(with_header("{\"a\":" + std::string(2000, '[') + std::string(2000, ']') + "}")) ==
        rule("its header is not sound JSON, it nests deeper than 16 levels"));
  CHECK(error_of(with_header("{\"" + std::string(300, 'a') + "\":1}")) ==
        rule("its header is not sound JSON, a key is longer than 256 bytes"));

  CHECK(error_of(with_header(R"({"__metadata__":[]})")) == rule("__metadata__ is not an object"));
  CHECK(error_of(with_header(R"({"__metadata__":{"a":1}})")) ==
        rule("__metadata__ holds something that is not a text"));

  const auto entry = [](const std::string& description, std::size_t data) {
    return error_of(with_header(R"({"a":)" + description + "}", data));
  };
  CHECK(entry("1", 0) == rule("tensor \"a\" is not described by dtype, shape and data_offsets"));
  CHECK(entry(R"({"dtype":"F32","shape":[1]})", 4) ==
        rule("tensor \"a\" is not described by dtype, shape and data_offsets"));
  CHECK(entry(R"({"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":0})", 4) ==
        rule("tensor \"a\" is not described by dtype, shape and data_offsets"));
  CHECK(entry(tensor("F31", "[1]", "[0,4]"), 4) == rule("tensor \"a\" has an unknown dtype"));
  CHECK(entry(R"({"dtype":1,"shape":[1],"data_offsets":[0,4]})", 4) ==
        rule("tensor \"a\" has an unknown dtype"));
  CHECK(entry(tensor("F32", "1", "[0,4]"), 4) ==
        rule("tensor \"a\" has a shape that is not an array"));
  for (const char* shape : {"[-1]", "[1.0]", "[\"1\"]", "[9223372036854775808]"}) {
    CHECK(entry(tensor("F32", shape, "[0,4]"), 4) ==
          rule("tensor \"a\" has a shape that is not made of whole numbers"));
  }
  CHECK(entry(tensor("F32", "[4294967296,4294967296]", "[0,4]"), 4) ==
        rule("tensor \"a\" has a shape that overflows"));
  for (const char* offsets : {"[4,0]", "[0]", "[0,4,8]", "[-1,4]", "[0,4.0]", "{}"}) {
    CHECK(entry(tensor("F32", "[1]", offsets), 4) ==
          rule("tensor \"a\" has data_offsets that are not a begin and an end"));
  }
  CHECK(entry(tensor("F32", "[2]", "[0,4]"), 4) ==
        rule("tensor \"a\" has 4 bytes; its shape and dtype need 8"));
  CHECK(entry(tensor("F32", "[2]", "[0,8]"), 4) == rule("tensor \"a\" leaves the file"));
  CHECK(entry(tensor("F32", "[1]", "[0,4]"), 5) == rule("there are bytes after the last tensor"));
  CHECK(entry(tensor("F32", "[1]", "[4,8]"), 8) == rule("there is a hole before tensor \"a\""));

  const auto two = [](const std::string& second, std::size_t data) {
    return error_of(
        with_header(R"({"a":)" + tensor("U8", "[4]", "[0,4]") + R"(,"b":)" + second + "}", data));
  };
  CHECK(two(tensor("U8", "[4]", "[2,6]"), 6) == rule("tensor \"b\" overlaps another"));
  CHECK(two(tensor("U8", "[4]", "[0,4]"), 4) == rule("tensor \"b\" overlaps another"));
  CHECK(two(tensor("U8", "[4]", "[5,9]"), 9) == rule("there is a hole before tensor \"b\""));
  CHECK(two(tensor("U8", "[4]", "[4,8]"), 8) == "no error");
}

TEST_CASE("a file cut off anywhere is refused") {
  const Bytes file = write_safetensors({f32_tensor("a", {2}, {1, 2})}, {{"format", "x"}});
  for (std::size_t size = 0; size < file.size(); ++size) {
    CAPTURE(size);
    REQUIRE_FALSE(parse_safetensors({file.data(), size}).has_value());
  }
}
