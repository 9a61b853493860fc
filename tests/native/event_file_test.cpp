// TensorBoard's events, read back by a reader that shares nothing with the writer: a CRC bit by bit
// and protocol buffers by their wire format alone.
#include "training/event_file.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "made_folder.h"

using namespace thoraxlite;

namespace {

std::uint32_t slow_crc32c(const std::string& bytes) {
  std::uint32_t crc = 0xFFFFFFFFu;
  for (const unsigned char byte : bytes) {
    for (int bit = 0; bit < 8; ++bit) {
      const std::uint32_t low = (crc ^ (byte >> bit)) & 1;
      crc = (crc >> 1) ^ (low * 0x82F63B78u);
    }
  }
  return crc ^ 0xFFFFFFFFu;
}

// tensorflow/core/lib/hash/crc32c.h
std::uint32_t unmask(std::uint32_t masked) {
  const std::uint32_t turned = masked - 0xA282EAD8u;
  return (turned >> 17) | (turned << 15);
}

template <class Number>
Number number_at(const std::string& bytes, std::size_t at) {
  Number number;
  if (at + sizeof number > bytes.size()) throw std::runtime_error("cut short");
  std::memcpy(&number, bytes.data() + at, sizeof number);  // this machine is little-endian
  return number;
}

std::vector<std::string> payloads(const std::string& file) {
  std::vector<std::string> all;
  for (std::size_t at = 0; at < file.size();) {
    const auto length = number_at<std::uint64_t>(file, at);
    if (unmask(number_at<std::uint32_t>(file, at + 8)) != slow_crc32c(file.substr(at, 8)))
      throw std::runtime_error("wrong CRC of a length");
    all.push_back(file.substr(at + 12, length));
    if (unmask(number_at<std::uint32_t>(file, at + 12 + length)) != slow_crc32c(all.back()))
      throw std::runtime_error("wrong CRC of a payload");
    at += length + 16;
  }
  return all;
}

struct Field {
  std::uint64_t number;
  std::string bytes;        // of wire types 1, 2 and 5
  std::uint64_t value = 0;  // of wire type 0
};

std::vector<Field> fields(const std::string& message) {
  std::size_t at = 0;
  const auto varint = [&] {
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(message.at(at++));
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
  };
  std::vector<Field> all;
  while (at < message.size()) {
    const std::uint64_t key = varint();
    Field field{key >> 3, "", 0};
    std::size_t length = 0;
    switch (key & 7) {
      case 0:
        field.value = varint();
        break;
      case 1:
        length = 8;
        break;
      case 2:
        length = varint();
        break;
      case 5:
        length = 4;
        break;
      default:
        throw std::runtime_error("unknown wire type");
    }
    if (at + length > message.size()) throw std::runtime_error("a field is cut short");
    field.bytes = message.substr(at, length);
    at += length;
    all.push_back(field);
  }
  return all;
}

struct Event {
  double wall_time = 0;
  std::int64_t step = 0;
  std::string version;
  std::map<std::string, float> values;
};

Event read_event(const std::string& payload) {
  Event event;
  for (const Field& field : fields(payload)) {
    if (field.number == 1) event.wall_time = number_at<double>(field.bytes, 0);
    if (field.number == 2) event.step = static_cast<std::int64_t>(field.value);
    if (field.number == 3) event.version = field.bytes;
    if (field.number != 5) continue;
    for (const Field& value : fields(field.bytes)) {
      std::string tag;
      for (const Field& part : fields(value.bytes)) {
        if (part.number == 1) tag = part.bytes;
        if (part.number == 2) event.values[tag] = number_at<float>(part.bytes, 0);
      }
    }
  }
  return event;
}

std::string file_of(const std::filesystem::path& run) {
  std::ifstream stream(run / kEventFile, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<Event> events_of(const std::filesystem::path& run) {
  std::vector<Event> events;
  for (const std::string& payload : payloads(file_of(run))) events.push_back(read_event(payload));
  return events;
}

std::vector<std::int64_t> steps_of(const std::filesystem::path& run) {
  std::vector<std::int64_t> steps;
  for (const Event& event : events_of(run)) steps.push_back(event.step);
  return steps;
}

std::string line(int epoch, double loss) {
  return "{\"epoch\":" + std::to_string(epoch) + ",\"training_loss\":" + std::to_string(loss) +
         ",\"learning_rate\":0.001,\"macro_f1\":null,\"accuracy\":0.75,"
         "\"accuracy_by_source\":{\"nih\":0.5,\"Köln\":0.25}}\n";
}

using Steps = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("the reader's CRC is Castagnoli's") {
  CHECK(slow_crc32c("123456789") == 0xE3069283u);  // RFC 3720's check value, as everybody gives it
  CHECK(slow_crc32c(std::string(32, '\0')) == 0x8A9136AAu);  // RFC 3720, B.4
}

TEST_CASE("an event an epoch, with every number of its line under a tag") {
  const MadeFolder folder;
  folder.write("metrics.jsonl", line(1, 0.5) + line(2, 0.25) + line(300, 0.125));
  write_events(folder.path());
  CHECK(std::string(kEventFile).find("tfevents") !=
        std::string::npos);  // what TensorBoard looks for
  const std::vector<Event> events = events_of(folder.path());
  REQUIRE(events.size() == 4);
  CHECK(events[0].version == "brain.Event:2");
  CHECK(events[0].values.empty());
  CHECK(steps_of(folder.path()) == Steps{0, 1, 2, 300});
  CHECK(events[1].wall_time > 1.7e9);  // seconds since 1970, not milliseconds
  CHECK(events[1].wall_time < 1e11);
  const std::map<std::string, float> expected = {{"loss/training_loss", 0.25f},
                                                 {"training/learning_rate", 0.001f},
                                                 {"figures/accuracy", 0.75f},
                                                 {"accuracy_by_source/nih", 0.5f},
                                                 {"accuracy_by_source/Köln", 0.25f}};
  CHECK(events[2].values == expected);
}

TEST_CASE("going on adds the new epochs and leaves the old ones as they were") {
  const MadeFolder folder;
  folder.write("metrics.jsonl", line(1, 0.5));
  write_events(folder.path());
  const std::string before = file_of(folder.path());
  write_events(folder.path());
  CHECK(file_of(folder.path()) == before);
  folder.write("metrics.jsonl", line(1, 0.5) + line(2, 0.25));
  write_events(folder.path());
  CHECK(file_of(folder.path()).compare(0, before.size(), before) == 0);
  CHECK(steps_of(folder.path()) == Steps{0, 1, 2});
}

TEST_CASE("a resumed run does not double its steps") {
  const MadeFolder folder;
  folder.write("metrics.jsonl", line(1, 0.5) + line(2, 0.25) + line(3, 0.2));
  write_events(folder.path());
  // Killed before the checkpoint of epoch 3: that one is run again.
  folder.write("metrics.jsonl", line(1, 0.5) + line(2, 0.25));
  write_events(folder.path());
  CHECK(steps_of(folder.path()) == Steps{0, 1, 2});
  folder.write("metrics.jsonl", line(1, 0.5) + line(2, 0.25) + line(3, 0.125));
  write_events(folder.path());
  CHECK(steps_of(folder.path()) == Steps{0, 1, 2, 3});
  CHECK(events_of(folder.path())[3].values.at("loss/training_loss") == 0.125f);
}

TEST_CASE("what was half written, or is damaged, is written anew") {
  const MadeFolder folder;
  folder.write("metrics.jsonl", line(1, 0.5) + line(2, 0.25));
  write_events(folder.path());
  const std::string whole = file_of(folder.path());
  for (const std::size_t length :
       {std::size_t{0}, std::size_t{5}, std::size_t{40}, whole.size() - 1}) {
    CAPTURE(length);
    folder.write(kEventFile, whole.substr(0, length));
    write_events(folder.path());
    CHECK(steps_of(folder.path()) == Steps{0, 1, 2});
  }
  for (const std::size_t at :
       {std::size_t{3}, std::size_t{9}, whole.size() / 2, whole.size() - 2}) {
    CAPTURE(at);
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    folder.write(kEventFile, damaged);
    write_events(folder.path());
    CHECK(steps_of(folder.path()) == Steps{0, 1, 2});
  }
}

TEST_CASE("a run before its first epoch has a file that names its version") {
  const MadeFolder folder;
  write_events(folder.path());
  CHECK(steps_of(folder.path()) == Steps{0});
}
