#include "training/memory_layout.h"

namespace thoraxlite {

void use_channels_last(Network& network) {
  for (torch::Tensor parameter : network.parameters()) {
    if (parameter.dim() != 4) continue;
    parameter.set_data(parameter.contiguous(torch::MemoryFormat::ChannelsLast));
  }
}

}  // namespace thoraxlite
