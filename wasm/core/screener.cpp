#include "core/screener.h"

#include <chrono>
#include <cmath>
#include <optional>
#include <utility>

#ifdef __cpp_exceptions
#include <new>
#endif

#include "core/image/decode.h"

namespace thoraxlite {
namespace {

class Stopwatch {
 public:
  double milliseconds() const {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start_)
        .count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

std::vector<float> prepare(const GreyImage& image, const InputSpec& spec) {
  std::vector<float> input = resize_area(image, spec.size);
  normalise(input, spec);
  return input;
}

std::optional<Error> failed_self_test(const SelfTest& self_test, const InputSpec& spec,
                                      Engine& engine) {
  const Result<std::vector<float>> logits = engine.run(prepare(self_test.image, spec));
  if (!logits) return logits.error();
  for (std::size_t i = 0; i < self_test.logits.size(); ++i) {
    const float difference = std::abs((*logits)[i] - self_test.logits[i]);
    // Written so that a difference that is not a number fails.
    if (!(difference <= kSelfTestTolerance)) {
      return Error{"The model does not pass its own self-test: logit " + std::to_string(i + 1) +
                   " is " + std::to_string((*logits)[i]) + "; expected " +
                   std::to_string(self_test.logits[i]) + '.'};
    }
  }
  return std::nullopt;
}

// Runs `work`; running out of memory natively becomes an error like any other. WebAssembly is built
// without exceptions and aborts instead, which its caller sees.
template <class Work>
void without_throwing(Screening& screening, Work work) {
#ifdef __cpp_exceptions
  try {
    work();
    return;
  } catch (const std::bad_alloc&) {
    screening.message = "There is not enough memory.";
  } catch (const std::exception& exception) {
    screening.message = exception.what();
  }
  screening.status = Status::error;
  screening.shown_anyway = false;
  screening.findings.clear();
#else
  (void)screening;
  work();
#endif
}

}  // namespace

Result<Screener> Screener::open(ByteView model_file, std::string sha256, EngineKind engine) {
  Result<Model> model = load_model(model_file);
  if (!model) return tl::unexpected(model.error());
  Result<std::unique_ptr<Engine>> made = make_engine(*model, engine);
  if (!made) return tl::unexpected(made.error());
  if (auto error = failed_self_test(model->self_test, model->card.input, **made)) {
    return tl::unexpected(*std::move(error));
  }

  Screener screener;
  screener.card_ = std::move(model->card);
  screener.sha256_ = std::move(sha256);
  screener.engine_ = std::move(*made);
  return screener;
}

Screening Screener::screen(const std::string& file_name, ByteView file, bool show_anyway) noexcept {
  Screening screening;
  without_throwing(screening, [&] {
    screening = no_result(file_name, "");
    const Stopwatch stopwatch;
    const Result<GreyImage> image = decode_image(file);
    const double decode = stopwatch.milliseconds();
    screening = image ? screen(file_name, *image, {}, show_anyway)
                      : no_result(file_name, image.error().message);
    screening.milliseconds.decode = decode;
  });
  return screening;
}

Screening Screener::screen(const std::string& file_name, const GreyImage& image,
                           const FilmFacts& /*facts*/, bool show_anyway) noexcept {
  Screening screening;
  without_throwing(screening, [&] {
    screening = no_result(file_name, "");
    screening.image = ImageFacts{image.width, image.height, image.max_value};
    if (std::optional<Refusal> refusal = reason_to_refuse(image)) {
      screening.status = Status::refused;
      screening.message = std::move(refusal->message);
      screening.refusal = refusal->type;
      if (!show_anyway) return;
      screening.shown_anyway = true;
    }
    score(image, screening);
  });
  return screening;
}

void Screener::score(const GreyImage& image, Screening& screening) {
  const auto failed = [&screening](Error error) {
    screening.status = Status::error;
    screening.message = std::move(error.message);
    screening.shown_anyway = false;
  };
  const Stopwatch preparing;
  const std::vector<float> input = prepare(image, card_.input);
  screening.milliseconds.prepare = preparing.milliseconds();

  const Stopwatch inferring;
  const Result<std::vector<float>> logits = engine_->run(input);
  screening.milliseconds.infer = inferring.milliseconds();
  if (!logits) return failed(logits.error());
  Result<std::vector<Finding>> findings = to_findings(card_, *logits);
  if (!findings) return failed(std::move(findings.error()));
  screening.findings = std::move(*findings);
  if (!screening.refusal) screening.status = Status::ok;
}

Screening Screener::no_result(const std::string& file_name, const std::string& message) const {
  Screening screening;
  screening.file = file_name;
  screening.message = message;
  screening.model_name = card_.name;
  screening.model_sha256 = sha256_;
  return screening;
}

}  // namespace thoraxlite
