// Reading in a process of its own: what a fault there costs.
#include "dicom/dicom_reader.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <thread>

using namespace thoraxlite;

namespace {

// Stands for a decoder: what the bytes ask for.
Result<DicomFilm> obey(ByteView file) {
  static int calls = 0;
  ++calls;
  const std::string order(reinterpret_cast<const char*>(file.data), file.size);
  if (order == "abort") std::abort();
  if (order == "read") *reinterpret_cast<volatile int*>(8) = 1;
  if (order == "leave") std::_Exit(0);
  if (order == "throw") throw std::runtime_error("of a decoder");
  if (order == "refuse") return fail("It is refused.");
  DicomFilm film;
  film.image = {2, 1, 65535, {static_cast<std::uint16_t>(file.size), 7}};
  film.facts.age_years = calls;
  film.facts.is_lateral = true;
  film.facts.other_body_part = order.substr(0, 4);
  film.facts.notes = {FilmNote::bytes_skipped, FilmNote::table_scaled};
  film.sop_uid = "1.2.3";
  return film;
}

Result<DicomFilm> ask(const DicomReader& reader, const std::string& order) {
  return reader.read({reinterpret_cast<const std::uint8_t*>(order.data()), order.size()});
}

}  // namespace

TEST_CASE(
    "a film comes back as it was read, and no file is read by a process that has read another") {
  const DicomReader reader(obey);
  for (const std::size_t size : {std::size_t{4}, std::size_t{5'000'000}}) {
    const auto film = ask(reader, std::string(size, 'a'));
    REQUIRE(film);
    CHECK(film->image.width == 2);
    CHECK(film->image.height == 1);
    CHECK(film->image.max_value == 65535);
    CHECK(film->image.pixels == std::vector<std::uint16_t>{static_cast<std::uint16_t>(size), 7});
    CHECK(film->facts.age_years == 1);  // the first call of its process
    CHECK(film->facts.is_lateral);
    CHECK(film->facts.other_body_part == "aaaa");
    CHECK(film->facts.notes ==
          std::vector<FilmNote>{FilmNote::bytes_skipped, FilmNote::table_scaled});
    CHECK(film->sop_uid == "1.2.3");
  }
  const auto refused = ask(reader, "refuse");
  REQUIRE(!refused);
  CHECK(refused.error().message == "It is refused.");
}

TEST_CASE("a reader that fails costs its own file a sentence, and no other") {
  const DicomReader reader(obey);
  for (const char* order : {"abort", "read", "leave", "throw"}) {
    CAPTURE(order);
    const auto film = ask(reader, order);
    REQUIRE(!film);
    CHECK(film.error().message.find("made its reader fail") != std::string::npos);
    CHECK(ask(reader, "aaaa"));
  }
}

TEST_CASE("several threads may ask at once") {
  const DicomReader reader(obey);
  std::vector<std::thread> threads;
  std::vector<int> right(4);
  for (std::size_t t = 0; t < right.size(); ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < 50; ++i) {
        const std::string order(1 + 100 * t + i, 'b');
        const auto film = ask(reader, i % 10 == 3 ? "abort" : order);
        right[t] += i % 10 == 3 ? !film : film && film->image.pixels[0] == order.size();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const int count : right) CHECK(count == 50);
}
