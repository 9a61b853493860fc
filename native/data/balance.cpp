#include "data/balance.h"

#include <torch/torch.h>

#include <cmath>
#include <map>
#include <stdexcept>
#include <vector>

namespace thoraxlite {
namespace {

// How many images of each class an epoch holds.
std::vector<double> wanted(const std::vector<double>& counts, Balance balance) {
  double total = 0, smallest = counts.front(), largest = 0, roots = 0;
  for (const double count : counts) {
    total += count;
    smallest = std::min(smallest, count);
    largest = std::max(largest, count);
    roots += std::sqrt(count);
  }
  std::vector<double> result;
  for (const double count : counts) {
    switch (balance) {
      case Balance::none:
      case Balance::weights:
      case Balance::focal:
        result.push_back(count);
        break;
      case Balance::under:
        result.push_back(smallest);
        break;
      case Balance::over:
        result.push_back(largest);
        break;
      case Balance::mean:
        result.push_back(total / static_cast<double>(counts.size()));
        break;
      case Balance::root:
        result.push_back(total * std::sqrt(count) / roots);
        break;
      case Balance::even:
        break;  // evenly()
    }
  }
  return result;
}

// The images of a class in a group.
struct Members {
  torch::Tensor images;  // int64 [n]
  std::string group;
};

// How many of each, of `total` an epoch, by Balance::even.
std::vector<double> evenly(const std::vector<Members>& members, double total) {
  struct Group {
    double images = 0, classes = 0;
  };
  std::map<std::string, Group> groups;
  for (const Members& one : members) {
    Group& group = groups[one.group];
    group.images += static_cast<double>(one.images.numel());
    ++group.classes;
  }
  std::vector<double> want(members.size());
  std::vector<char> full(members.size(), 0);
  for (bool more = true; more;) {
    more = false;
    double left = total, weights = 0;
    const auto weight = [&](std::size_t i) {
      const Group& group = groups.at(members[i].group);
      return std::sqrt(group.images) / group.classes;
    };
    for (std::size_t i = 0; i < members.size(); ++i) {
      full[i] ? left -= want[i] : weights += weight(i);
    }
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (full[i]) continue;
      const double most = kMostDraws * static_cast<double>(members[i].images.numel());
      want[i] = std::min(most, left * weight(i) / weights);
      full[i] = want[i] == most;
      more = more || full[i];
    }
  }
  return want;
}

// images: int64 [n], indices into groups. Adds the images of each group that has some.
void add_by_group(std::vector<Members>& members, const torch::Tensor& images,
                  const std::vector<std::string>& groups) {
  if (groups.empty()) {
    members.push_back({images, ""});
    return;
  }
  std::map<std::string, std::vector<std::int64_t>> split;
  const auto index = images.accessor<std::int64_t, 1>();
  for (std::int64_t i = 0; i < index.size(0); ++i) {
    split[groups.at(static_cast<std::size_t>(index[i]))].push_back(index[i]);
  }
  for (const auto& [group, of_group] : split) {
    members.push_back({torch::tensor(of_group), group});
  }
}

bool samples_classes(Balance balance) {
  return balance != Balance::none && balance != Balance::weights && balance != Balance::focal;
}

}  // namespace

Balance parse_balance(const std::string& name) {
  if (name == "none") return Balance::none;
  if (name == "under") return Balance::under;
  if (name == "over") return Balance::over;
  if (name == "mean") return Balance::mean;
  if (name == "root") return Balance::root;
  if (name == "even") return Balance::even;
  if (name == "weights") return Balance::weights;
  if (name == "focal") return Balance::focal;
  throw std::runtime_error("balance '" + name +
                           "' is not known; expected none, under, over, mean, root, even, "
                           "weights or focal");
}

bool no_label_known(const torch::Tensor& targets) {
  return targets.lt(0).all().item<bool>();
}

std::string resolve_balance(const std::string& name, bool exclusive, const torch::Tensor& targets) {
  if (name != "auto") return name;
  if (no_label_known(targets)) return "none";
  return exclusive ? "mean" : "weights";
}

std::vector<std::string> labels_without_image(const std::vector<std::string>& labels,
                                              const torch::Tensor& targets) {
  const torch::Tensor some = targets.eq(1).any(0);
  std::vector<std::string> without;
  for (std::size_t label = 0; label < labels.size(); ++label) {
    if (!some[static_cast<std::int64_t>(label)].item<bool>()) without.push_back(labels[label]);
  }
  return without;
}

void check_labels(const std::vector<std::string>& labels, bool exclusive,
                  const torch::Tensor& targets, Balance balance, const std::string& data) {
  if (exclusive && labels.size() == 1) {
    throw std::runtime_error(data + ": its rows have one label alone, '" + labels.front() +
                             "'; expected another, or a column of 1 and 0");
  }
  if (!samples_classes(balance)) return;
  const torch::Tensor one = targets.eq(1).sum(1).eq(1).logical_and(targets.ge(0).all(1));
  if (!one.logical_or(targets.lt(0).all(1)).all().item<bool>()) {
    throw std::runtime_error(data +
                             ": its images have several labels or none, and sampling classes needs "
                             "exactly one; expected --balance auto, weights, focal or none");
  }
  const std::vector<std::string> without = labels_without_image(labels, targets);
  if (without.empty()) return;
  throw std::runtime_error(data + ": no training image has label '" + without.front() +
                           "'; expected some, or --balance none");
}

torch::Tensor draw_epoch(const torch::Tensor& targets, const std::vector<std::string>& groups,
                         Balance balance, bool use_unlabelled, torch::Generator generator) {
  const auto shuffled = [&](std::int64_t count) {
    return torch::randperm(count, generator, torch::kInt64);
  };
  const torch::Tensor unlabelled = targets.lt(0).all(1);
  const bool some_unlabelled = unlabelled.any().item<bool>();
  std::vector<Members> members;
  if (!samples_classes(balance)) {
    if (use_unlabelled || !some_unlabelled) return shuffled(targets.size(0));
    members.push_back({unlabelled.logical_not().nonzero().flatten(), ""});
  } else {
    const torch::Tensor labelled = targets.eq(1.0).sum(1).eq(1).logical_and(targets.ge(0).all(1));
    if (!labelled.logical_or(unlabelled).all().item<bool>()) {
      throw std::runtime_error(
          "balancing needs exactly one label an image; use --balance none for multi-label data");
    }
    for (std::int64_t label = 0; label < targets.size(1); ++label) {
      const torch::Tensor images = targets.select(1, label).eq(1.0).nonzero().flatten();
      if (images.numel() == 0) {
        throw std::runtime_error("label " + std::to_string(label) +
                                 " has no training image; nothing to balance");
      }
      add_by_group(members, images, groups);
    }
    if (use_unlabelled && some_unlabelled) {
      // Of all groups together where they always were.
      add_by_group(members, unlabelled.nonzero().flatten(),
                   balance == Balance::even ? groups : std::vector<std::string>{});
    }
  }

  std::vector<double> counts;
  double drawn_from = 0;
  for (const Members& one : members) {
    counts.push_back(static_cast<double>(one.images.numel()));
    drawn_from += counts.back();
  }
  if (drawn_from == 0) throw std::runtime_error("no training image has a label");
  const auto total = static_cast<double>(targets.size(0));
  const bool even = balance == Balance::even;
  const double scale = even ? 1 : total / drawn_from;
  const std::vector<double> want = even ? evenly(members, total) : wanted(counts, balance);
  std::vector<torch::Tensor> drawn;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const auto have = members[i].images.numel();
    for (auto left = std::llround(want[i] * scale); left > 0; left -= have) {
      drawn.push_back(members[i].images.index_select(
          0, shuffled(have).narrow(0, 0, std::min<std::int64_t>(left, have))));
    }
  }
  const torch::Tensor epoch = torch::cat(drawn);
  return epoch.index_select(0, shuffled(epoch.numel()));
}

}  // namespace thoraxlite
