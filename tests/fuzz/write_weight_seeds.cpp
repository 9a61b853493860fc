// write_weight_seeds FOLDER: what torch.save writes, small, from which fuzz_weights starts.
#include <fstream>

#include "made_pickle.h"

using namespace thoraxlite;

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto dict = [](bool window) {
    return pickled_dict(
        {{"features.conv0.weight", pickled_tensor(pickled_storage("FloatStorage", "0", 18, window),
                                                  {2, 1, 3, 3}, {9, 9, 3, 1})},
         {"norm.running_mean", pickled_vector("1", 2, window)}});
  };
  const auto module = [](bool old) {
    const auto named = [&](const std::string& name) {
      return old ? old_class("torchxrayvision.models", name)
                 : pickled_global("torchxrayvision.models", name);
    };
    return pickled_module(
        named("DenseNet"), {}, {},
        {{"features", pickled_module(named("Layer"),
                                     {{"weight", pickled_parameter(pickled_vector("0", 18, old))},
                                      {"bias", "N"}},
                                     {{"running_mean", pickled_vector("1", 2, old)}}, {})}});
  };
  const PickledItems storages = {{"0", std::string(72, '\1')}, {"1", std::string(8, '\2')}};
  const std::string checkpoint =
      pickled_dict({{"epoch", pickled_integer(3)},
                    {"state_dict", dict(false)},
                    {"optimizer_states", "](}" + pickled_text("param_groups") + "]se"},
                    {"seed", std::string("\x8a\x09") + std::string(9, '\1')}});
  const PickledItems files = {{"state_dict", pickle_of(dict(false))},
                              {"module", pickle_of(module(false))},
                              {"checkpoint", pickle_of(checkpoint)},
                              {"stream", saved_stream(dict(true), storages)},
                              {"stream_module", saved_stream(module(true), storages)},
                              {"nested", pickle_of(nested_tuples(1000))},
                              {"archive", zip_directory(8)},
                              {"circle", pickle_of(tensor_of_itself())},
                              {"within_itself", pickle_of(module_within_itself())}};
  for (const auto& [name, bytes] : files) {
    std::ofstream file(std::string(argv[1]) + '/' + name, std::ios::binary);
    file << bytes;
    if (!file) return 1;
  }
  return 0;
}
