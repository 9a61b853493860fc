// What a film asks the system for, once one like it has been screened.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/screener.h"
#include "made_models.h"
#include "refused_memory.h"

using namespace thoraxlite;

namespace {

// In pieces, as most programs write them.
Bytes in_pieces(const MadePngHeader& header) {
  const Bytes whole = filtered_png(header, pattern_rows(header));
  const std::string file(whole.begin(), whole.end());
  const std::size_t type = file.find("IDAT");
  const std::size_t data = type + 4;
  const std::size_t end = file.rfind("IEND") - 8;
  Bytes pieces(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(type) - 4);
  for (std::size_t at = data; at < end; at += 8192) {
    const auto first = whole.begin() + static_cast<std::ptrdiff_t>(at);
    const auto last = whole.begin() + static_cast<std::ptrdiff_t>(std::min(at + 8192, end));
    const Bytes chunk = png_chunk("IDAT", {first, last});
    pieces.insert(pieces.end(), chunk.begin(), chunk.end());
  }
  const Bytes last = png_chunk("IEND", {});
  pieces.insert(pieces.end(), last.begin(), last.end());
  return pieces;
}

std::vector<std::pair<std::string, Bytes>> films(int size) {
  const int blocks = size / 8;
  std::vector<int> greys;
  for (int i = 0; i < blocks * blocks; ++i) greys.push_back(i * 37 % 256);
  return {{"grey.png", in_pieces({size, size, 8, 0})},
          {"deep.png", in_pieces({size, size, 16, 0})},
          {"alpha.png", in_pieces({size, size, 8, 4})},
          {"grey.jpg", flat_jpeg(blocks, blocks, greys)},
          {"progressive.jpg", flat_jpeg(blocks, blocks, greys, true)},
          {"colour.jpg", colour_jpeg(size, size, pattern_rgb(size, size))}};
}

}  // namespace

TEST_CASE("the memory of a film is there for the next: no more is asked for by its area") {
  ModelParts parts = made_model();
  add_novelty(parts, 1e6f);
  const Bytes model = parts.write();
  Screener screener =
      Screener::open({model.data(), model.size()}, "abc", EngineKind::automatic).value();
  const auto large = films(1024);
  const auto small = films(128);
  const auto screen = [&](const std::pair<std::string, Bytes>& film) {
    requests();
    const Screening screening =
        screener.screen(film.first, {film.second.data(), film.second.size()});
    const Requests asked = requests();
    CAPTURE(screening.message);
    CHECK(screening.findings.size() == 2);
    return asked;
  };
  for (const auto& film : large) screen(film);
  for (std::size_t i = 0; i < large.size(); ++i) {
    CAPTURE(large[i].first);
    const Requests of_small = screen(small[i]);
    const Requests of_large = screen(large[i]);
    // Texts, tables of codes and what the network gives; then some lines of the image.
    CHECK(of_small.count <= 70);
    CHECK(of_large.count <= 70);
    CHECK(of_small.bytes <= 30'000);
    CHECK(of_large.bytes <= of_small.bytes + 50 * (1024 - 128));
  }
}

TEST_CASE("memory of a film that few are as large as goes back") {
  DecodeMemory memory;
  REQUIRE(memory.piece(0, 1000) != nullptr);
  REQUIRE(memory.piece(1, DecodeMemory::kMostKept + 1) != nullptr);
  memory.end_film();
  requests();
  CHECK(memory.piece(0, 1000) != nullptr);
  CHECK(requests().count == 0);
  CHECK(memory.piece(1, 1000) != nullptr);
  CHECK(requests().count == 1);
  // What is refused is not there.
  refuse_memory(Refuse::one, 0);
  CHECK(memory.piece(1, 2000) == nullptr);
  grant_memory();
  CHECK(memory.piece(1, 2000) != nullptr);
}
