// Where the windows of a convolution or a pool lie in the map that they go over.
#pragma once

#include <algorithm>

#include "core/model/model.h"

namespace thoraxlite {

// Along one side, from the first position to the one behind the last. Positions below 0, or from
// the map's length on, are padding, or lie beyond it.
struct Span {
  int from;
  int to;
};

inline Span within(const Span& span, int from, int to) {
  return {std::max(span.from, from), std::min(span.to, to)};
}

inline Span window_rows(const Node& node, int y) {
  const int from = y * node.stride.height - node.padding.top;
  return {from, from + node.kernel.height};
}

inline Span window_columns(const Node& node, int x) {
  const int from = x * node.stride.width - node.padding.left;
  return {from, from + node.kernel.width};
}

// By how many an average_pool2d divides at (y, x): the positions of its window within the map, and
// where padding counts those within that. What lies beyond the padding never counts.
inline int counted_positions(const Node& node, const Shape& input, int y, int x) {
  const Margins padding = node.count_padding ? node.padding : Margins{};
  const Span rows = within(window_rows(node, y), -padding.top, input.height + padding.bottom);
  const Span columns = within(window_columns(node, x), -padding.left, input.width + padding.right);
  return (rows.to - rows.from) * (columns.to - columns.from);
}

}  // namespace thoraxlite
