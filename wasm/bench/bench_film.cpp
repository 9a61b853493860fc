// Where a film's time goes: bench_film ROUNDS MODEL FILE...
// One line of JSON a file, medians in milliseconds of processor time. Built natively and, for node,
// as WebAssembly; bench_film_bare is the same with decoders that leave out a part.
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "core/film_preparation.h"
#include "core/image/container.h"
#include "core/image/decode.h"
#include "core/image/jpeg_container.h"
#include "core/image/png_container.h"
#include "core/image/prepare.h"
#include "core/image/read_film.h"
#include "core/novelty.h"
#include "core/screener.h"
#include "measure.h"

namespace {

using namespace thoraxlite;

struct Nowhere : RowSink {
  void begin(int, int, std::uint16_t) override {}
  void add_row(const std::uint8_t*) override {}
  void add_row(const std::uint16_t*) override {}
  void add_rows(const std::uint8_t*, std::size_t, int) override {}
};

// All that Screener::open makes, in parts.
struct Parts {
  Model model;
  std::optional<Head> head;
  std::optional<FilmPreparation> preparation;
  std::unique_ptr<Engine> network;
  std::unique_ptr<Engine> lungs;  // nullptr where the model has none
};

Result<Parts> open(ByteView file) {
  Result<Model> model = load_model(file);
  if (!model) return tl::unexpected(model.error());
  Parts parts;
  parts.model = std::move(*model);
  parts.head = read_head(parts.model.nodes, parts.model.card.input.size);
  auto preparation =
      FilmPreparation::make(parts.model.card, parts.model.lungs, EngineKind::automatic);
  if (!preparation) return tl::unexpected(preparation.error());
  parts.preparation = std::move(*preparation);
  auto network = make_engine(parts.model, EngineKind::automatic);
  if (!network) return tl::unexpected(network.error());
  parts.network = std::move(*network);
  if (!parts.model.lungs) return parts;
  auto lungs =
      make_engine(parts.model.lungs->nodes, parts.model.lungs->size, EngineKind::automatic);
  if (!lungs) return tl::unexpected(lungs.error());
  parts.lungs = std::move(*lungs);
  return parts;
}

int run(Parts& parts, Screener& screener, int rounds, const char* path) {
  const std::vector<std::uint8_t> bytes = read_file(path);
  const ByteView file{bytes.data(), bytes.size()};
  const Card& card = parts.model.card;
  const int side = film_side(card);
  const Result<ImageFormat> format = read_format(file);
  const Result<Film> film = read_film(file, side);
  if (!format || !film) {
    std::fprintf(stderr, "%s: %s\n", path, film ? "no format" : film.error().message.c_str());
    return 1;
  }
  const auto timed = [&](const auto& work) {
    measure(kWarmUp, work);
    return measure(rounds, work).median;
  };
  Nowhere nowhere;
  const double container = timed([&] {
    return *format == ImageFormat::jpeg ? read_jpeg_container(file).has_value()
                                        : read_png_chunks(file).has_value();
  });
  DecodeMemory memory;
  const double rows = timed([&] { return decode_rows(file, nowhere, memory).has_value(); });
  const double to_film = timed([&] { return read_film(file, side, memory).has_value(); });

  double lung_field = 0;
  if (parts.lungs) {
    const std::vector<float> input = lung_input(film->pixels, side, parts.model.lungs->size);
    lung_field = timed([&] { return parts.lungs->run(input).has_value(); });
  }
  const double prepare =
      timed([&] { return parts.preparation->prepare(film->pixels).has_value(); });
  const PreparedFilm prepared = parts.preparation->prepare(film->pixels).value();
  std::vector<float> input = prepared.picture;
  normalise(input, card.input);
  const double network = timed([&] { return parts.network->run(input).has_value(); });
  double novelty = 0;
  double evidence = 0;
  if (parts.head) {
    const std::vector<float> logits = parts.network->run(input).value();
    const MapView map = parts.network->last_map();
    const auto outputs = run_head(*parts.head, map);
    if (parts.model.novelty) {
      novelty = timed([&] {
        const auto features = novelty_features(prepared, card.input.size, outputs.front());
        return novelty_distance(*parts.model.novelty, features);
      });
    }
    evidence = timed([&] {
      const auto head = run_head(*parts.head, map);
      auto maps = evidence_maps(*parts.head, map, head, card.activation);
      if (maps && card.view) maps = over_film(*maps, prepared.box, side);
      auto findings = to_findings(card, logits);
      if (maps && findings) add_evidence(card, *maps, prepared.lungs, side, *findings);
      return findings.has_value();
    });
  }
  const Screening screening = screener.screen("film", file, true);
  const double json = timed([&] { return to_json(screening, "").size(); });
  const double whole = timed([&] { return screener.screen("film", file, true).findings.size(); });
  std::printf(
      "{\"file\":\"%s\",\"width\":%d,\"height\":%d,\"bytes\":%zu,\"format\":\"%s\","
      "\"container\":%.3f,\"rows\":%.3f,\"film\":%.3f,\"lungs\":%.3f,\"prepare\":%.3f,"
      "\"network\":%.3f,\"novelty\":%.3f,\"evidence\":%.3f,\"json\":%.3f,\"whole\":%.3f}\n",
      path, film->width, film->height, bytes.size(), *format == ImageFormat::jpeg ? "JPEG" : "PNG",
      container, rows, to_film, lung_field, prepare, network, novelty, evidence, json, whole);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 0;
  if (argc < 4 || rounds < 1) {
    std::fprintf(stderr, "usage: bench_film ROUNDS MODEL FILE...\n");
    return 2;
  }
  const std::vector<std::uint8_t> model = read_file(argv[2]);
  const ByteView view{model.data(), model.size()};
  Result<Parts> parts = open(view);
  Result<Screener> screener = Screener::open(view, "", EngineKind::automatic);
  if (!parts || !screener) {
    std::fprintf(stderr, "%s: %s\n", argv[2],
                 parts ? screener.error().message.c_str() : parts.error().message.c_str());
    return 1;
  }
  for (int i = 3; i < argc; ++i) {
    if (const int failed = run(*parts, *screener, rounds, argv[i])) return failed;
  }
  return 0;
}
