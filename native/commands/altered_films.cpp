#include "commands/altered_films.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "commands/open_screener.h"
#include "core/film_preparation.h"
#include "data/file_bytes.h"
#include "data/for_each_index.h"
#include "data/hashed_share.h"
#include "data/image_pixels.h"
#include "training/progress.h"

namespace thoraxlite {
namespace {

namespace fs = std::filesystem;

// What was said of one film after one change.
struct SaidOfFilm {
  std::vector<float> scores, logits;  // none: the change was not made
  bool refused = false;
};

// Of one film after all changes.
struct FilmSaid {
  SaidOfFilm as_it_is;
  std::vector<std::vector<SaidOfFilm>> curves;
  std::vector<SaidOfFilm> block_outs;
  std::vector<std::optional<float>> evidence;  // [labels], of positive ones
  double lung_share = 0;
  bool lungs_from_data = false, lungs_from_network = false;
};

FilmFile film_of(const fs::path& file, int side) {
  const auto bytes = read_file(file);
  if (!bytes) throw std::runtime_error(file.string() + ": " + bytes.error().message);
  Result<FilmFile> film = read_film_file(view(*bytes), side);
  if (!film) throw std::runtime_error(file.string() + ": " + film.error().message);
  return *std::move(film);
}

std::vector<std::uint8_t> mask_of(const fs::path& file, int side) {
  std::vector<std::uint8_t> mask(static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
  const Result<void> read = read_pixels(file, side, mask.data());
  if (!read) throw std::runtime_error(file.string() + ": " + read.error().message);
  for (std::uint8_t& pixel : mask) pixel = pixel >= 128;
  return mask;
}

class FilmScorer {
 public:
  FilmScorer(ByteView model_file, const std::string& sha256, std::uint64_t seed)
      : screener_(open_screener(model_file, sha256)), seed_(seed) {}

  FilmSaid score(const std::string& name, const fs::path& file, const fs::path* mask) {
    const int side = film_side(screener_.card());
    const FilmFile film = film_of(file, side);
    const Picture picture{side, film.film.pixels};
    FilmSaid said;
    const Screening intact = screened(name, picture, film.facts);
    said.as_it_is = said_of(intact);
    for (const Finding& finding : intact.findings) {
      said.evidence.push_back(finding.positive ? finding.evidence_inside_lungs : std::nullopt);
    }
    if (!intact.lung_field.empty()) said.lung_share = lung_share(intact.lung_field);

    for (const AlterationKind& kind : alteration_kinds()) {
      std::vector<SaidOfFilm>& points = said.curves.emplace_back();
      for (const double strength : kind.strengths) {
        const std::uint64_t seed = seed_ ^ name_hash(name + kind.name + std::to_string(strength));
        points.push_back(
            strength == kind.none
                ? said.as_it_is
                : said_of(screened(name, altered(picture, kind.alteration, strength, seed),
                                   film.facts)));
      }
    }
    const std::vector<std::uint8_t> lungs =
        mask != nullptr ? mask_of(*mask, side) : intact.lung_field;
    said.lungs_from_data = mask != nullptr;
    said.lungs_from_network = mask == nullptr && !lungs.empty();
    for (const BlockOut part : kBlockOuts) {
      SaidOfFilm& blocked = said.block_outs.emplace_back();
      if (needs_lungs(part) && lungs.empty()) continue;
      blocked = said_of(screened(name, blocked_out(picture, part, lungs), film.facts));
    }
    return said;
  }

 private:
  Screening screened(const std::string& name, const Picture& picture, const FilmFacts& facts) {
    Screening screening = screener_.screen(name, to_grey(picture), facts, /*show_anyway=*/true);
    if (screening.status == Status::error) {
      throw std::runtime_error(name + ": " + screening.message);
    }
    return screening;
  }

  static SaidOfFilm said_of(const Screening& screening) {
    SaidOfFilm said;
    for (const Finding& finding : screening.findings) {
      said.scores.push_back(finding.score);
      said.logits.push_back(finding.logit);
    }
    said.refused = screening.refusal.has_value();
    return said;
  }

  Screener screener_;
  std::uint64_t seed_;
};

template <class Of>
AlteredSet set_of(const ScoredImages& films, const std::vector<FilmSaid>& said, const Of& of) {
  AlteredSet set;
  for (std::size_t i = 0; i < said.size(); ++i) {
    if (!of(said[i]).scores.empty()) set.films.push_back(i);
  }
  set.images = pick(films, set.films);
  for (std::size_t i = 0; i < set.films.size(); ++i) {
    const SaidOfFilm& one = of(said[set.films[i]]);
    set.images.scores[i] = one.scores;
    if (!set.images.logits.empty()) set.images.logits[i] = one.logits;
    set.refused.push_back(one.refused);
  }
  return set;
}

}  // namespace

AlteredFilms score_altered(ByteView model_file, const ScoredImages& films,
                           const std::vector<fs::path>& files,
                           const std::map<std::string, std::vector<fs::path>>& masks,
                           std::uint64_t seed, const std::function<void()>& between) {
  const std::string digest = sha256_hex(model_file);
  std::vector<FilmSaid> said(films.size());
  Progress progress("altered films", static_cast<std::int64_t>(films.size()));
  for_each_index_with(films.size(), [&] {
    return [&, scorer = FilmScorer(model_file, digest, seed)](std::size_t i) mutable {
      between();
      const auto mask = masks.find(films.names[i]);
      said[i] = scorer.score(films.names[i], files[i],
                             mask == masks.end() ? nullptr : &mask->second.front());
      progress.advance(1);
    };
  });

  AlteredFilms altered;
  altered.as_they_are =
      set_of(films, said, [](const FilmSaid& one) -> const SaidOfFilm& { return one.as_it_is; });
  for (std::size_t kind = 0; kind < alteration_kinds().size(); ++kind) {
    std::vector<AlteredSet>& points = altered.curves.emplace_back();
    for (std::size_t i = 0; i < alteration_kinds()[kind].strengths.size(); ++i) {
      points.push_back(set_of(films, said, [&](const FilmSaid& one) -> const SaidOfFilm& {
        return one.curves[kind][i];
      }));
    }
  }
  for (std::size_t part = 0; part < std::size(kBlockOuts); ++part) {
    altered.block_outs.push_back(set_of(films, said, [&](const FilmSaid& one) -> const SaidOfFilm& {
      return one.block_outs[part];
    }));
  }
  altered.evidence.resize(films.labels.size());
  for (std::size_t i = 0; i < said.size(); ++i) {
    altered.lungs_from_data += said[i].lungs_from_data;
    altered.lungs_from_network += said[i].lungs_from_network;
    altered.lungs_from_nothing += !said[i].lungs_from_data && !said[i].lungs_from_network;
    for (std::size_t label = 0; label < films.labels.size(); ++label) {
      if (!said[i].evidence[label]) continue;
      LungEvidence& evidence = altered.evidence[label];
      evidence.patients.push_back(films.patients.empty() ? "" : films.patients[i]);
      evidence.shares.push_back(*said[i].evidence[label]);
      evidence.lung_share.push_back(said[i].lung_share);
    }
  }
  return altered;
}

}  // namespace thoraxlite
