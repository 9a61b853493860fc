// The whole way: an image file's bytes to findings.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/engine/engine.h"
#include "core/findings.h"
#include "core/image/grey_image.h"
#include "core/model/model.h"
#include "core/result.h"

namespace thoraxlite {

enum class Status {
  ok,       // findings hold
  refused,  // a readable image that the model must not score; no findings
  error     // could not be read or computed; no findings
};

const char* to_string(Status status);  // "ok", "refused" or "error"

struct Milliseconds {
  double decode = 0;
  double prepare = 0;
  double infer = 0;
};

struct Screening {
  std::string file;
  Status status = Status::error;
  std::string message;  // empty when ok
  std::vector<Finding> findings;
  std::string model_name;
  std::string model_sha256;
  Milliseconds milliseconds;
};

class Screener {
 public:
  // Loads the model and runs its self-test: logits must agree within kSelfTestTolerance, or the
  // model is refused. sha256: lower-case hex digest of `model_file`, computed by the caller.
  static Result<Screener> open(ByteView model_file, std::string sha256, EngineKind engine);

  // Never throws and never gives a score that was not computed: whatever goes wrong becomes a
  // Screening whose status and message say so.
  Screening screen(const std::string& file_name, ByteView file) noexcept;

  // The same from decoded pixels, for formats that the caller decodes.
  Screening screen(const std::string& file_name, const GreyImage& image) noexcept;

  // A screening without findings, status error: what callers give for a file that they could not
  // even read.
  Screening no_result(const std::string& file_name, const std::string& message) const;

  const Card& card() const { return card_; }
  EngineKind engine_kind() const { return engine_->kind(); }

 private:
  Screener() = default;
  Card card_;
  std::string sha256_;
  std::unique_ptr<Engine> engine_;
};

inline constexpr float kSelfTestTolerance = 1e-3f;  // largest difference of a logit

// UTF-8 whatever the file's name; bytes that are not become U+FFFD.
// {"file","status","message","findings":[{"label","score","threshold","positive"}],
//  "model":{"name","sha256"},"milliseconds":{"decode","prepare","infer"}}, on one line.
std::string to_json(const Screening& screening);

}  // namespace thoraxlite
