#include "core/screener.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#ifdef __EMSCRIPTEN__
#include <emscripten.h>
#else
#include <chrono>
#endif
#ifdef __cpp_exceptions
#include <exception>
#include <new>
#endif

#include "core/json/decimal.h"
#include "core/model/operating_points.h"
#include "core/novelty.h"

namespace thoraxlite {
namespace {

// Milliseconds since any one moment.
double now() {
#ifdef __EMSCRIPTEN__
  return emscripten_get_now();  // std::chrono's clock weighs more: it can fail, with a message.
#else
  using std::chrono::steady_clock;
  return std::chrono::duration<double, std::milli>(steady_clock::now().time_since_epoch()).count();
#endif
}

class Stopwatch {
 public:
  double milliseconds() const { return now() - start_; }

 private:
  double start_ = now();
};

std::vector<float> normalised(std::vector<float> pixels, const InputSpec& spec) {
  normalise(pixels, spec);
  return pixels;
}

std::optional<Error> failed_self_test(const Model& model, const std::optional<Head>& head,
                                      FilmPreparation& preparation, Engine& engine) {
  const SelfTest& self_test = model.self_test;
  const Result<PreparedFilm> film =
      preparation.prepare(resize_area(self_test.image, film_side(model.card)));
  if (!film) return film.error();
  const Result<std::vector<float>> logits = engine.run(normalised(film->picture, model.card.input));
  if (!logits) return logits.error();
  for (std::size_t i = 0; i < self_test.logits.size(); ++i) {
    const float difference = std::abs((*logits)[i] - self_test.logits[i]);
    // Written so that a difference that is not a number fails.
    if (!(difference <= kSelfTestTolerance)) {
      return Error{"The model does not pass its own self-test: logit " + std::to_string(i + 1) +
                   " is " + to_text((*logits)[i]) + "; expected " + to_text(self_test.logits[i]) +
                   '.'};
    }
  }
  if (!model.novelty) return std::nullopt;
  const std::vector<float> average = run_head(*head, engine.last_map()).front();
  const float distance =
      novelty_distance(*model.novelty, novelty_features(*film, model.card.input.size, average));
  const float expected = model.novelty->self_test;
  // Relative, since the drawn self-test lies far from any film.
  if (!(std::abs(distance - expected) <= kSelfTestTolerance * std::max(1.0f, std::abs(expected)))) {
    return Error{"The model does not pass its own self-test: the distance is " + to_text(distance) +
                 "; expected " + to_text(expected) + '.'};
  }
  return std::nullopt;
}

// Nothing where a network sees more than lungs: what is empty is then not known.
Result<std::vector<float>> map_of_empty_picture(const Card& card, const std::optional<Head>& head,
                                                Engine& engine) {
  if (!head || !card.view || card.view->outside == Outside::kept) return std::vector<float>{};
  const auto pixels =
      static_cast<std::size_t>(card.input.size) * static_cast<std::size_t>(card.input.size);
  const auto logits =
      engine.run(normalised(std::vector<float>(pixels, card.view->mean), card.input));
  if (!logits) return tl::unexpected(logits.error());
  const MapView map = engine.last_map();
  const auto values =
      static_cast<std::ptrdiff_t>(map.shape.channels) * map.shape.height * map.shape.width;
  return std::vector<float>(map.values, map.values + values);
}

void refuse(Refusal refusal, Screening& screening) {
  screening.status = Status::refused;
  screening.refusal = refusal.type;
  screening.message = std::move(refusal.message);
}

void end_with(const Error& error, Screening& screening) {
  screening.status = Status::error;
  screening.refusal.reset();
  screening.message = error.message;
}

// Runs `work`, which gives `screening` its result as its last step; running out of memory natively
// becomes an error like any other. WebAssembly is built without exceptions and aborts instead,
// which its caller sees.
template <class Work>
void without_throwing(Screening& screening, Work work) {
#ifdef __cpp_exceptions
  try {
    try {
      work();
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& exception) {
      screening.message = exception.what();
    }
  } catch (const std::bad_alloc&) {
    screening.message = kOutOfMemory;
  }
#else
  (void)screening;
  work();
#endif
}

}  // namespace

Result<Screener> Screener::open(ByteView model_file, std::string sha256, EngineKind engine,
                                int threads) {
  Result<Model> model = load_model(model_file);
  if (!model) return tl::unexpected(model.error());
  Result<std::unique_ptr<Engine>> made = make_engine(*model, engine, threads);
  if (!made) return tl::unexpected(made.error());
  std::optional<Head> head = read_head(model->nodes, model->card.input.size);
  Result<FilmPreparation> preparation = FilmPreparation::make(model->card, model->lungs, engine);
  if (!preparation) return tl::unexpected(preparation.error());
  if (auto error = failed_self_test(*model, head, *preparation, **made)) {
    return tl::unexpected(*std::move(error));
  }

  Result<std::vector<float>> empty_map = map_of_empty_picture(model->card, head, **made);
  if (!empty_map) return tl::unexpected(empty_map.error());

  Screener screener;
  screener.empty_map_ = std::move(*empty_map);
  screener.card_ = std::move(model->card);
  screener.novelty_ = std::move(model->novelty);
  screener.head_ = std::move(head);
  screener.sha256_ = std::move(sha256);
  screener.preparation_ = std::move(*preparation);
  screener.engine_ = std::move(*made);
  return screener;
}

Screening Screener::screen(const std::string& file_name, ByteView file, bool show_anyway,
                           FilmChange change) noexcept {
  Screening screening;
  without_throwing(screening, [&] {
    screening = no_result(file_name, "");
    const Stopwatch stopwatch;
    Result<Film> film = read_film(file, film_side(card_), decode_memory_);
    const double decode = stopwatch.milliseconds();
    FilmFacts facts;
    if (film && film->was_turned) facts.notes.push_back(FilmNote::turned_upright);
    screening = film ? screen(file_name, std::move(*film), facts, show_anyway, change)
                     : no_result(file_name, film.error().message);
    screening.milliseconds.decode = decode;
  });
  return screening;
}

Screening Screener::screen(const std::string& file_name, const GreyImage& image,
                           const FilmFacts& facts, bool show_anyway, FilmChange change) noexcept {
  Screening screening;
  without_throwing(screening, [&] {
    screening = no_result(file_name, "");
    const Stopwatch stopwatch;
    Film film = to_film(image, film_side(card_));
    film.colourfulness = facts.colourfulness;
    const double decode = stopwatch.milliseconds();
    screening = screen(file_name, std::move(film), facts, show_anyway, change);
    screening.milliseconds.decode = decode;
  });
  return screening;
}

Screening Screener::screen(const std::string& file_name, Film film, const FilmFacts& facts,
                           bool show_anyway, FilmChange change) {
  Screening screening = no_result(file_name, "");
  screening.image = ImageFacts{film.width, film.height, film.max_value};
  screening.notes = facts.notes;
  screening.change = change;
  film.pixels = changed(std::move(film.pixels), film_side(card_), change);
  if (std::optional<Refusal> refusal = reason_to_refuse(film, facts, card_)) {
    refuse(*std::move(refusal), screening);
  }
  // Whether it passes inverted says which of two refusals it is; before its own run, whose map is
  // used.
  const bool is_in_doubt =
      screening.refusal == RefusalType::inverted && novelty_ && change == FilmChange::none;
  if (is_in_doubt) screening.passes_as = passing_change(film, facts);
  if (!screening.refusal || show_anyway || is_in_doubt) score(film, show_anyway, screening);
  const bool is_unlike = screening.refusal == RefusalType::not_a_chest_film ||
                         screening.refusal == RefusalType::no_lungs;
  if (is_unlike && change == FilmChange::none && !is_in_doubt) {
    screening.passes_as = passing_change(film, facts);
  }
  return screening;
}

// The change with the least distance, where that is not above the threshold.
FilmChange Screener::passing_change(const Film& film, const FilmFacts& facts) {
  FilmChange best = FilmChange::none;
  if (!novelty_) return best;
  float least = novelty_->threshold;
  for (const FilmChange change : {FilmChange::inverted, FilmChange::turned_90,
                                  FilmChange::turned_180, FilmChange::turned_270}) {
    Film other = film;
    other.pixels = changed(film.pixels, film_side(card_), change);
    if (reason_to_refuse(other, facts, card_)) continue;
    const Result<float> distance = distance_of(other);
    if (distance && *distance <= least) {
      least = *distance;
      best = change;
    }
  }
  return best;
}

// To the training films; an error also where the film has no lungs.
Result<float> Screener::distance_of(const Film& film) {
  const Result<PreparedFilm> prepared = preparation_->prepare(film.pixels);
  if (!prepared) return tl::unexpected(prepared.error());
  if (has_no_lungs(*prepared)) return fail(no_lungs().message);
  const Result<std::vector<float>> logits =
      engine_->run(normalised(prepared->picture, card_.input));
  if (!logits) return tl::unexpected(logits.error());
  const std::vector<float> average = run_head(*head_, engine_->last_map()).front();
  return novelty_distance(*novelty_, novelty_features(*prepared, card_.input.size, average));
}

void Screener::score(const Film& film, bool show_anyway, Screening& screening) {
  const Stopwatch preparing;
  Result<PreparedFilm> prepared = preparation_->prepare(film.pixels);
  if (!prepared) return end_with(prepared.error(), screening);
  const std::vector<float> input = normalised(prepared->picture, card_.input);
  screening.milliseconds.prepare = preparing.milliseconds();
  // Where a plain reason stands already, it says more. But a logo, too, may be darker in its
  // middle: what is no chest film inverted either is none.
  const bool may_refuse = !screening.refusal || (screening.refusal == RefusalType::inverted &&
                                                 screening.change == FilmChange::none &&
                                                 screening.passes_as != FilmChange::inverted);
  if (has_no_lungs(*prepared) && may_refuse) {
    refuse(no_lungs(), screening);
    if (!show_anyway) return;
  }

  const Stopwatch inferring;
  const Result<std::vector<float>> logits = engine_->run(input);
  screening.milliseconds.infer = inferring.milliseconds();
  if (!logits) return end_with(logits.error(), screening);
  Result<std::vector<Finding>> findings = to_findings(card_, *logits, chosen_);
  if (!findings) return end_with(findings.error(), screening);

  const Stopwatch explaining;
  if (head_) {
    const MapView map = engine_->last_map();
    const std::vector<std::vector<float>> outputs = run_head(*head_, map);
    if (novelty_) {
      const std::vector<float> features =
          novelty_features(*prepared, card_.input.size, outputs.front());
      const float distance = novelty_distance(*novelty_, features);
      if (!std::isfinite(distance)) {
        return end_with({"The distance to the training films is not a number; there is no result."},
                        screening);
      }
      screening.novelty = NoveltyScore{distance, novelty_->threshold};
      if (distance > novelty_->threshold && may_refuse &&
          screening.refusal != RefusalType::no_lungs) {
        refuse(not_a_chest_film(distance, novelty_->threshold), screening);
      }
      if (screening.refusal && !show_anyway) return;
    }
    screening.evidence = evidence_maps(*head_, map, outputs, card_.activation,
                                       empty_map_.empty() ? nullptr : empty_map_.data());
  }
  if (screening.evidence && card_.view) {
    screening.evidence = over_film(*screening.evidence, prepared->box, film_side(card_));
  }
  // Of what are no lungs nothing lies inside them: neither half of the evidence nor none of it.
  if (!has_no_lungs(*prepared)) screening.lung_field = std::move(prepared->lungs);
  if (screening.evidence) {
    add_evidence(card_, *screening.evidence, screening.lung_field, film_side(card_), *findings,
                 chosen_);
  }
  screening.milliseconds.evidence = explaining.milliseconds();
  screening.findings = std::move(*findings);
  screening.shown_anyway = screening.refusal.has_value();
  if (!screening.refusal) screening.status = Status::ok;
}

std::optional<Error> Screener::choose(const std::string& operating_point) {
  const Result<std::size_t> found = find_operating_point(card_, operating_point);
  if (!found) return found.error();
  chosen_ = *found;
  return std::nullopt;
}

Screening Screener::no_result(const std::string& file_name, const std::string& message) const {
  Screening screening;
  screening.file = file_name;
  screening.message = message;
  screening.model_name = card_.name;
  screening.model_version = card_.version;
  screening.model_sha256 = sha256_;
  if (has_measured_threshold(card_)) {
    screening.operating_points = operating_points(card_);
    screening.operating_point = screening.operating_points[chosen_];
  }
  return screening;
}

}  // namespace thoraxlite
