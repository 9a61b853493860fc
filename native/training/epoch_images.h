// Which images an epoch shows, by a run's options: data/balance.h within data/strata.h.
#pragma once

#include <torch/types.h>

#include <vector>

#include "data/sample.h"
#include "training/run_options.h"

namespace thoraxlite {

// int64 [images an epoch], as draw_epoch() gives them; throws what that and strata() throw.
// targets: float32 [N, labels], exclusive or not; about: [N].
torch::Tensor epoch_images(const RunOptions& options, const torch::Tensor& targets, bool exclusive,
                           const std::vector<Sample>& about, torch::Generator generator);

}  // namespace thoraxlite
