#include "training/memory_layout.h"

namespace thoraxlite {

void use_channels_last(Network& network) {
  for (torch::Tensor parameter : network.parameters()) {
    if (parameter.dim() != 4) continue;
    // Not contiguous(): with one channel it holds either layout for both and changes nothing, and
    // the maps of a grey network would go through its first convolution in the other layout.
    parameter.set_data(
        torch::empty_like(parameter, torch::MemoryFormat::ChannelsLast).copy_(parameter));
  }
}

}  // namespace thoraxlite
