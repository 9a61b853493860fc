#include "training/epoch_images.h"

#include "data/balance.h"
#include "data/strata.h"

namespace thoraxlite {

torch::Tensor epoch_images(const RunOptions& options, const torch::Tensor& targets, bool exclusive,
                           const std::vector<Sample>& about, torch::Generator generator) {
  const Balance balance = parse_balance(resolve_balance(options.balance, exclusive, targets));
  const bool by_hospital = balance == Balance::even || options.balance_sources;
  const auto groups = by_hospital ? strata(about, options.same_hospital, options.balance_views)
                                  : std::vector<std::string>{};
  // Without a guide there is nothing to learn from an image that has no label.
  const DistillationOptions& guides = options.distillation;
  const bool guided = !guides.soft_labels_from.empty() || !guides.features_from.empty();
  return draw_epoch(targets, groups, balance, guided, generator);
}

}  // namespace thoraxlite
