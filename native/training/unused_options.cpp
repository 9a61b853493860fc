#include "training/unused_options.h"

#include <initializer_list>
#include <iostream>

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

std::string flag(std::string key) {
  for (char& letter : key) {
    if (letter == '_') letter = '-';
  }
  return "--" + key;
}

}  // namespace

std::vector<std::string> unused_options(const RunOptions& options, const RunOptions& defaults,
                                        Role role) {
  const Json given = to_json(options), usual = to_json(defaults);
  std::vector<std::string> unused;
  const auto unless = [&](bool used, std::initializer_list<const char*> keys,
                          const std::string& why) {
    if (used) return;
    for (const char* key : keys) {
      if (given.at(key) != usual.at(key)) unused.push_back(flag(key) + ": " + why);
    }
  };
  const bool chain = role != Role::by_itself;
  unless(!chain, {"data", "sources", "uncertain", "reader", "seed"}, "of all stages, not of one");
  unless(!chain, {"fold", "leave_out"}, "a chain is trained on the data's own splits");
  unless(!chain, {"soft_labels_from", "features_from"}, "the chain decides it");

  const DistillationOptions& guides = options.distillation;
  const bool soft = role == Role::guided_in_chain || (!chain && !guides.soft_labels_from.empty());
  const bool maps = role == Role::guided_in_chain || (!chain && !guides.features_from.empty());
  unless(soft, {"temperature", "soften", "prediction", "soft_weight"},
         "no soft labels are learned");
  unless(maps, {"map_loss", "map_weight", "levels"}, "no feature maps are followed");
  unless(soft || maps, {"cache_teacher", "unlabelled"}, "there is no guide");
  unless(maps && guides.map_loss == "wasserstein", {"order", "projections", "grid"},
         "of the Wasserstein distance, which is not taken");
  unless(options.architecture == "student", {"hidden", "stride"}, "of the student alone");
  unless(options.architecture == "inception_v3", {"auxiliary_weight"}, "of Inception-V3 alone");
  const bool samples =
      options.balance != "none" && options.balance != "weights" && options.balance != "focal";
  unless(samples, {"balance_sources"}, "no classes are sampled");
  unless(options.balance != "even", {"balance_sources"}, "even balances every source");
  unless(!options.lungs.empty(), {"lung_margin", "outside"}, "films are seen whole");
  unless(options.augmentation > 0, {"augment"}, "no image is changed");
  const bool strata =
      options.group_robust > 0 || options.balance == "even" || (samples && options.balance_sources);
  unless(strata, {"balance_views", "same_hospital"},
         "neither --balance even, --balance-sources nor --group-robust");
  return unused;
}

void warn_of_unused(const std::string& name, const RunOptions& options, const RunOptions& defaults,
                    Role role) {
  for (const auto& line : unused_options(options, defaults, role)) {
    std::cerr << name << ": no effect of " << line << "\n";
  }
}

}  // namespace thoraxlite
