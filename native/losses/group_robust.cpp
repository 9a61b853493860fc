#include "losses/group_robust.h"

#include <torch/torch.h>

#include <cmath>
#include <map>
#include <stdexcept>

namespace thoraxlite {

ImageGroups image_groups(const torch::Tensor& targets, const std::vector<std::string>& labels,
                         const std::vector<std::string>& strata) {
  const torch::Tensor unlabelled = targets.lt(0).all(1);
  const torch::Tensor labelled = targets.eq(1).sum(1).eq(1).logical_and(targets.ge(0).all(1));
  if (!labelled.logical_or(unlabelled).all().item<bool>()) {
    throw std::runtime_error("--group-robust needs exactly one label an image; expected 0");
  }
  if (!labelled.any().item<bool>()) throw std::runtime_error("no training image has a label");
  const torch::Tensor classes = torch::where(labelled, targets.argmax(1), torch::full({}, -1L));
  const auto of_class = classes.accessor<std::int64_t, 1>();
  std::map<std::string, std::int64_t> places;
  std::vector<std::string> names(strata.size());
  for (std::size_t i = 0; i < strata.size(); ++i) {
    const std::int64_t label = of_class[static_cast<std::int64_t>(i)];
    if (label < 0) continue;
    names[i] = strata[i] + ", " + labels[static_cast<std::size_t>(label)];
    places[names[i]] = 0;
  }
  ImageGroups groups;
  for (auto& [name, place] : places) {
    place = static_cast<std::int64_t>(groups.names.size());
    groups.names.push_back(name);
  }
  std::vector<std::int64_t> of_image;
  for (const std::string& name : names) of_image.push_back(name.empty() ? -1 : places.at(name));
  groups.of_image = torch::tensor(of_image);
  return groups;
}

GroupRobustLoss::GroupRobustLoss(ImageGroups groups, double rate, torch::Device device)
    : groups_(std::move(groups)), rate_(rate) {
  const auto count = static_cast<std::int64_t>(groups_.names.size());
  log_weights_ = torch::full({count}, -std::log(static_cast<double>(count)),
                             torch::dtype(torch::kFloat64).device(device));
}

torch::Tensor GroupRobustLoss::step(
    const torch::Tensor& index,
    const std::function<torch::Tensor(const torch::Tensor& rows)>& loss_of) {
  const torch::Tensor of_row = groups_.of_image.index_select(0, index);
  std::map<std::int64_t, std::vector<std::int64_t>> rows;
  for (std::int64_t row = 0; row < of_row.numel(); ++row) {
    const auto group = of_row[row].item<std::int64_t>();
    if (group >= 0) rows[group].push_back(row);
  }
  const auto device = log_weights_.device();
  // A batch without a label: nothing to learn, and a gradient all the same.
  if (rows.empty()) return loss_of(torch::arange(of_row.numel(), device)) * 0;
  std::vector<std::int64_t> there;
  std::vector<torch::Tensor> each;
  for (const auto& [group, of_group] : rows) {
    there.push_back(group);
    each.push_back(loss_of(torch::tensor(of_group).to(device)));
  }
  const torch::Tensor which = torch::tensor(there).to(device);
  const torch::Tensor losses = torch::stack(each);
  const torch::Tensor seen = losses.detach().to(torch::kFloat64);
  const torch::Tensor mean = (torch::softmax(log_weights_.index_select(0, which), 0) * seen).sum();
  log_weights_ = torch::log_softmax(log_weights_.index_add(0, which, (seen - mean) * rate_), 0);
  const torch::Tensor weights = log_weights_.index_select(0, which).exp();
  return (weights.to(losses.scalar_type()) * losses).sum();
}

torch::Tensor GroupRobustLoss::weights() const {
  return log_weights_.exp().cpu();
}

torch::Tensor GroupRobustLoss::log_weights() const {
  return log_weights_.cpu();
}

void GroupRobustLoss::set_log_weights(const torch::Tensor& log_weights) {
  if (log_weights.sizes() != log_weights_.sizes()) {
    throw std::runtime_error("the checkpoint has weights of " +
                             std::to_string(log_weights.numel()) + " groups; expected " +
                             std::to_string(log_weights_.numel()));
  }
  log_weights_ = log_weights.to(log_weights_.device());
}

}  // namespace thoraxlite
