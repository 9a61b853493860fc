#include "training/film_input.h"

#include <torch/torch.h>

#include <mutex>
#include <stdexcept>
#include <vector>

#include "core/film_preparation.h"
#include "data/file_bytes.h"
#include "data/fit.h"
#include "data/for_each_index.h"
#include "training/predict.h"

namespace thoraxlite {

std::optional<LungView> lung_view(const RunOptions& options) {
  if (options.lungs.empty()) return std::nullopt;
  LungView view;
  view.margin = static_cast<float>(options.lung_margin);
  if (options.outside == "kept") view.outside = Outside::kept;
  if (options.outside == "cut") view.outside = Outside::cut;
  return view;
}

int film_side(const RunOptions& options) {
  const std::optional<LungView> view = lung_view(options);
  return view ? view->film : options.input.size;
}

LungGraph read_lung_file(const std::filesystem::path& file) {
  Result<LungGraph> lungs = load_lungs(view(require_file(file)));
  if (!lungs) throw std::runtime_error(file.string() + ": " + lungs.error().message);
  return *std::move(lungs);
}

// A preparation is one thread's; those that are not in use wait here, since making one packs the
// network's weights anew.
struct FilmInput::Lungs {
  Card card;
  LungGraph graph;
  std::mutex mutex;
  std::vector<FilmPreparation> free;

  FilmPreparation take() {
    {
      const std::lock_guard<std::mutex> lock(mutex);
      if (!free.empty()) {
        FilmPreparation preparation = std::move(free.back());
        free.pop_back();
        return preparation;
      }
    }
    Result<FilmPreparation> made = FilmPreparation::make(card, graph, EngineKind::automatic);
    if (!made) throw std::runtime_error(made.error().message);
    return *std::move(made);
  }

  void give_back(FilmPreparation preparation) {
    const std::lock_guard<std::mutex> lock(mutex);
    free.push_back(std::move(preparation));
  }
};

FilmInput::FilmInput(const RunOptions& options) : input_(options.input) {
  if (options.lungs.empty()) return;
  lungs_ = std::make_unique<Lungs>();
  lungs_->card.input = options.input;
  lungs_->card.view = lung_view(options);
  lungs_->graph = read_lung_file(options.lungs);
}

FilmInput::~FilmInput() = default;
FilmInput::FilmInput(FilmInput&&) noexcept = default;

torch::Tensor FilmInput::operator()(const torch::Tensor& films) const {
  if (!lungs_) return normalise(fit(films, input_.size), input_);
  const int side = lungs_->card.view->film;
  const torch::Tensor whole = fit(films, side).to(torch::kCPU).contiguous();
  const std::int64_t size = input_.size;
  torch::Tensor pictures = torch::empty({films.size(0), 1, size, size});
  // Given back also where a film throws.
  struct Worker {
    Lungs& lungs;
    FilmPreparation preparation;
    explicit Worker(Lungs& of) : lungs(of), preparation(of.take()) {}
    ~Worker() { lungs.give_back(std::move(preparation)); }
  };
  for_each_index_with(static_cast<std::size_t>(films.size(0)), [&] {
    return [&, worker = std::make_unique<Worker>(*lungs_)](std::size_t i) {
      const float* first = whole.data_ptr<float>() + i * static_cast<std::size_t>(side) * side;
      const Result<PreparedFilm> film =
          worker->preparation.prepare({first, first + static_cast<std::ptrdiff_t>(side) * side});
      if (!film) throw std::runtime_error(film.error().message);
      std::copy(film->picture.begin(), film->picture.end(),
                pictures.data_ptr<float>() + static_cast<std::int64_t>(i) * size * size);
    };
  });
  return normalise(pictures.to(films.device()), input_);
}

}  // namespace thoraxlite
