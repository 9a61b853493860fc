// The whole way: an image file's bytes to findings.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/engine.h"
#include "core/evidence.h"
#include "core/film_change.h"
#include "core/film_preparation.h"
#include "core/findings.h"
#include "core/image/decode_memory.h"
#include "core/image/grey_image.h"
#include "core/image/read_film.h"
#include "core/model/model.h"
#include "core/refusal.h"
#include "core/result.h"

namespace thoraxlite {

enum class Status {
  ok,       // findings hold
  refused,  // a readable image that the model must not score; findings only where shown_anyway
  error     // could not be read or computed; no findings
};

const char* to_string(Status status);  // "ok", "refused" or "error"

struct Milliseconds {
  double decode = 0;   // and area average
  double prepare = 0;  // with the lung network
  double infer = 0;
  double evidence = 0;  // novelty and maps
};

struct ImageFacts {
  int width = 0;
  int height = 0;
  std::uint16_t max_value = 0;
};

// How far the network's features lie from those of its training images.
struct NoveltyScore {
  float distance = 0;
  float threshold = 0;  // above it the image is refused
};

// Which film, whatever its file is called. The core knows bytes and no files: who gives them fills
// it.
struct FilmIdentity {
  std::string sha256;              // of the file, lower-case hex; empty where it could not be read
  int frame = 0;                   // of several in a file, from 0
  std::string study_uid, sop_uid;  // DICOM's, empty where there are none
};

struct Screening {
  std::string file;
  FilmIdentity film;
  std::string time;  // when it was scored, ISO 8601 in UTC; by the caller
  Status status = Status::error;
  std::string message;  // empty when ok
  std::optional<RefusalType> refusal;
  // A change with which the refused film would not be refused; none where there is none.
  FilmChange passes_as = FilmChange::none;
  bool shown_anyway = false;             // refused, and scored because the caller asked for it
  FilmChange change = FilmChange::none;  // that the caller asked for; the maps are of what it gave
  std::string operating_point;           // by which the findings are judged; empty: by none
  std::vector<std::string> operating_points;  // that the model has; the order of judgements
  std::vector<Finding> findings;
  std::optional<NoveltyScore> novelty;   // nothing where the model has no statistics for it
  std::optional<EvidenceMaps> evidence;  // nothing where the network allows none
  std::vector<std::uint8_t> lung_field;  // [film_side(card)]^2, 1 inside; empty: none found
  std::optional<ImageFacts> image;       // once it could be read; upright
  std::vector<FilmNote> notes;           // what was odd in its file
  std::string model_name;
  std::string model_version;  // empty where the card has none
  std::string model_sha256;
  Milliseconds milliseconds;
};

class Screener {
 public:
  // Loads the model and runs its self-test: logits must agree within kSelfTestTolerance, or the
  // model is refused. sha256: lower-case hex digest of `model_file`, computed by the caller.
  static Result<Screener> open(ByteView model_file, std::string sha256, EngineKind engine,
                               int threads = 1);

  // Never throws and never gives a score that was not computed: whatever goes wrong becomes a
  // Screening whose status and message say so. show_anyway: findings also for a refused image;
  // status and refusal stay. change: done to the film first.
  Screening screen(const std::string& file_name, ByteView file, bool show_anyway = false,
                   FilmChange change = FilmChange::none) noexcept;

  // The same from decoded pixels, for formats that the caller decodes.
  Screening screen(const std::string& file_name, const GreyImage& image,
                   const FilmFacts& facts = {}, bool show_anyway = false,
                   FilmChange change = FilmChange::none) noexcept;

  // A screening without findings, status error: what callers give for a file that they could not
  // even read.
  Screening no_result(const std::string& file_name, const std::string& message) const;

  // By which operating point findings are judged from now on. Error: the model has no such one,
  // with those that it has; what was chosen before stays.
  std::optional<Error> choose(const std::string& operating_point);

  const Card& card() const { return card_; }
  // Its place in operating_points() of model/operating_points.h.
  std::size_t operating_point() const { return chosen_; }
  EngineKind engine_kind() const { return engine_->kind(); }

 private:
  Screener() = default;
  Screening screen(const std::string& file_name, Film film, const FilmFacts& facts,
                   bool show_anyway, FilmChange change);
  Result<float> distance_of(const Film& film);
  void score(const Film& film, bool show_anyway, Screening& screening);
  FilmChange passing_change(const Film& film, const FilmFacts& facts);

  Card card_;
  std::size_t chosen_ = 0;
  std::optional<Novelty> novelty_;
  std::optional<Head> head_;
  std::string sha256_;
  std::optional<FilmPreparation> preparation_;
  std::unique_ptr<Engine> engine_;
  DecodeMemory decode_memory_;
  std::vector<float>
      empty_map_;  // of a picture without lungs, where all else has faded; or nothing
};

// Largest difference of a logit, and of the distance as a share of it.
inline constexpr float kSelfTestTolerance = 1e-3f;

// UTF-8 whatever the file's name; bytes that are not become U+FFFD. On one line:
// {"file","film":{"sha256","frame","study_uid","sop_uid"},"time",
//  "status","message","refusal":{"type","passes_as":text|null}|null,"shown_anyway",
//  "change":text|null,"operating_point","operating_points":[texts],
//  "findings":[{"label","score","threshold":number|null,"positive","near","neither",
//               "evidence_inside_lungs":number|null,"evidence_unusual",
//               "peak":{"x","y","in_lungs","across","down"}|null,
//               "judgements":[{"threshold":number|null,"positive","near","evidence_unusual"}]}],
//  "novelty":{"distance","threshold"}|null,"evidence":{"width","height","most"}|null,
//  "image":{"width","height","max_value"}|null,"notes":[types],"model":{"name","version","sha256"},
//  "version","milliseconds":{"decode","prepare","infer","evidence"}}
// judgements: by each of operating_points, where there are several; else the key is not there.
// operating_point, operating_points: empty where no threshold of the model was measured.
// version: of the program that screened, core/version.h's where it is one of ours.
std::string to_json(const Screening& screening, std::string_view version);

}  // namespace thoraxlite
