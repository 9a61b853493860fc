#include "core/model/head.h"

namespace thoraxlite {

std::optional<Head> read_head(const std::vector<Node>& nodes, int size) {
  Head head;
  std::size_t at = nodes.size() - 1;
  for (; nodes[at].op == Op::linear; at = static_cast<std::size_t>(nodes[at].inputs.front())) {
    const Node& node = nodes[at];
    if (node.inputs.front() < 0) return std::nullopt;
    head.layers.insert(head.layers.begin(),
                       {node.output.channels, node.weight, node.bias, node.relu});
  }
  if (head.layers.empty() || nodes[at].op != Op::global_average_pool) return std::nullopt;
  const int source = nodes[at].inputs.front();
  head.map = source < 0 ? Shape{1, size, size} : nodes[static_cast<std::size_t>(source)].output;
  if (head.map.height * head.map.width < 2) return std::nullopt;
  return head;
}

}  // namespace thoraxlite
