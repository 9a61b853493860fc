#include "commands/load_start.h"

#include <stdexcept>

#include "models/pretrained.h"
#include "training/trained_network.h"

namespace thoraxlite {

void load_start(Network& network, const RunOptions& options) {
  if (options.init.empty()) return;
  const auto run = run_of(options.init.front());
  if (options.init.size() > 1 || !run) {
    load_pretrained(network, {options.init.begin(), options.init.end()});
    return;
  }
  const std::filesystem::path& first = *run;
  const TrainedNetwork start = load_trained(first);
  if (start.options.architecture != options.architecture) {
    throw std::runtime_error("--init " + first.string() + ": a run of " +
                             start.options.architecture + "; expected " + options.architecture);
  }
  load_pretrained(network, *start.network, first.string());
}

}  // namespace thoraxlite
