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
#include "core/findings.h"
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
  double decode = 0;  // and area average
  double prepare = 0;
  double infer = 0;
  double evidence = 0;  // novelty, maps and lung field
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

struct Screening {
  std::string file;
  Status status = Status::error;
  std::string message;  // empty when ok
  std::optional<RefusalType> refusal;
  bool shown_anyway = false;  // refused, and scored because the caller asked for it
  std::vector<Finding> findings;
  std::optional<NoveltyScore> novelty;   // nothing where the model has no statistics for it
  std::optional<EvidenceMaps> evidence;  // nothing where the network allows none
  std::vector<std::uint8_t> lung_field;  // [input size, input size], 1 inside; empty: none
  std::optional<ImageFacts> image;       // once it could be read
  std::string model_name;
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
  // status and refusal stay.
  Screening screen(const std::string& file_name, ByteView file, bool show_anyway = false) noexcept;

  // The same from decoded pixels, for formats that the caller decodes.
  Screening screen(const std::string& file_name, const GreyImage& image,
                   const FilmFacts& facts = {}, bool show_anyway = false) noexcept;

  // A screening without findings, status error: what callers give for a file that they could not
  // even read.
  Screening no_result(const std::string& file_name, const std::string& message) const;

  const Card& card() const { return card_; }
  EngineKind engine_kind() const { return engine_->kind(); }

 private:
  Screener() = default;
  Screening screen(const std::string& file_name, const Film& film, const FilmFacts& facts,
                   bool show_anyway);
  void score(const Film& film, bool show_anyway, Screening& screening);

  Card card_;
  std::optional<Novelty> novelty_;
  std::optional<Head> head_;
  std::string sha256_;
  std::unique_ptr<Engine> engine_;
};

// Largest difference of a logit, and of the distance as a share of it.
inline constexpr float kSelfTestTolerance = 1e-3f;

// UTF-8 whatever the file's name; bytes that are not become U+FFFD. On one line:
// {"file","status","message","refusal":{"type"}|null,"shown_anyway",
//  "findings":[{"label","score","threshold","positive","evidence_inside_lungs":number|null}],
//  "novelty":{"distance","threshold"}|null,"evidence":{"width","height"}|null,
//  "image":{"width","height","max_value"}|null,"model":{"name","sha256"},
//  "version","milliseconds":{"decode","prepare","infer","evidence"}}
// version: of the program that screened, core/version.h's where it is one of ours.
std::string to_json(const Screening& screening, std::string_view version);

}  // namespace thoraxlite
