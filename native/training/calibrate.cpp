#include "training/calibrate.h"

#include <torch/torch.h>

#include <algorithm>
#include <iostream>

#include "evaluation/calibration.h"
#include "evaluation/operating_point.h"
#include "training/predict.h"

namespace thoraxlite {

Calibration calibrate(Network& network, const ImageSet& validation, const FilmInput& input,
                      torch::Device device) {
  const torch::Tensor logits = predict_logits(network, validation, input, device);
  Calibration calibration;
  calibration.temperature = fit_temperature(to_rows(logits), to_rows(validation.targets));
  calibration.validation = score(logits, validation, calibration.temperature);
  for (std::size_t label = 0; label < validation.labels.size(); ++label) {
    const LabelScores known = label_scores(calibration.validation, label);
    const auto positives = std::count(known.present.begin(), known.present.end(), 1);
    const bool none = positives == 0;
    if (none || positives == static_cast<std::ptrdiff_t>(known.present.size())) {
      std::cerr << "label '" << validation.labels[label] << "': no validation image "
                << (none ? "with" : "without") << " it; its threshold is 0.5, which nobody chose\n";
      calibration.thresholds.push_back(0.5f);
      continue;
    }
    calibration.thresholds.push_back(youden_threshold(known.scores, known.present));
  }
  return calibration;
}

}  // namespace thoraxlite
