// Memory that runs out at any moment of a screening.
#include <doctest/doctest.h>

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/screener.h"
#include "made_models.h"
#include "refused_memory.h"

using namespace thoraxlite;

TEST_CASE("a screening that runs out of memory says so, wherever that happens") {
  ModelParts parts = made_model();
  add_novelty(parts, 1e6f);
  const Bytes model = parts.write();
  Screener screener =
      Screener::open({model.data(), model.size()}, "abc", EngineKind::automatic).value();
  const int size = 80;
  std::vector<int> greys;
  for (int i = 0; i < 100; ++i) greys.push_back(i * 37 % 256);
  const std::pair<const char*, Bytes> films[] = {
      {"grey.png", grey_png16(size, size, pattern(size, size))},
      {"grey.jpg", flat_jpeg(10, 10, greys)},
      {"progressive.jpg", flat_jpeg(10, 10, greys, true)},
      {"colour.jpg", colour_jpeg(size, size, pattern_rgb(size, size))}};
  for (const auto& [name, file] : films) {
    for (const Refuse kind : {Refuse::one, Refuse::all_later}) {
      CAPTURE(name);
      CAPTURE(static_cast<int>(kind));
      std::set<std::string> messages;
      std::int64_t wrong = 0;
      for (long first = 0;; ++first) {
        REQUIRE(first < 100000);
        refuse_memory(kind, first);
        const Screening screening = screener.screen(name, {file.data(), file.size()});
        if (grant_memory() > 0) break;  // it came to an end before
        // Who was refused once may have asked for less, and gone on.
        if (screening.status == Status::ok) continue;
        messages.insert(screening.message);
        wrong += screening.status != Status::error || !screening.findings.empty();
      }
      CHECK((messages == std::set<std::string>{kOutOfMemory}));
      CHECK(wrong == 0);
    }
  }
}
