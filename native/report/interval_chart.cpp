#include <algorithm>
#include <cmath>

#include "report/axes.h"
#include "report/charts.h"
#include "report/html.h"

namespace thoraxlite {
namespace {

constexpr double kRow = 38, kWidth = 460;  // of the drawing; a row is a name above its mark

// A long name is cut here and whole in the table and in the mark's own title.
std::string shortened(const std::string& name) {
  constexpr std::size_t kLongest = 64;
  if (name.size() <= kLongest) return name;
  std::size_t cut = kLongest - 1;
  while (cut > 0 && (static_cast<unsigned char>(name[cut]) & 0xC0) == 0x80) --cut;
  return name.substr(0, cut) + "\xE2\x80\xA6";
}

std::string mark(const Frame& frame, const IntervalRow& row, double y) {
  if (!std::isfinite(row.value)) {
    return text(frame.left, y + 4, Anchor::start, "not defined");
  }
  std::string svg = "<g><title>" + escape(row.name) + ": " + number(row.value) + ", 95% " +
                    range(row.interval) + "</title>";
  if (std::isfinite(row.interval.low) && std::isfinite(row.interval.high)) {
    const double low = frame.place_x(row.interval.low), high = frame.place_x(row.interval.high);
    svg += line(low, y, high, y, "whisker") + line(low, y - 4, low, y + 4, "whisker") +
           line(high, y - 4, high, y + 4, "whisker");
  }
  return svg + "<circle class=\"dot\" cx=\"" + coordinate(frame.place_x(row.value)) + "\" cy=\"" +
         coordinate(y) + "\" r=\"4.5\"/></g>";
}

}  // namespace

std::string to_html(const IntervalChart& chart) {
  std::vector<double> values;
  if (chart.zero) values.push_back(0);
  for (const IntervalRow& row : chart.rows) {
    values.insert(values.end(), {row.value, row.interval.low, row.interval.high});
  }
  Frame frame;
  frame.left = 16;
  frame.top = 8;
  frame.right = kWidth - 16;
  frame.bottom =
      frame.top + kRow * static_cast<double>(std::max<std::size_t>(1, chart.rows.size()));
  frame.x = axis_around(chart.axis, values);
  const std::vector<double> places = ticks(frame.x.low, frame.x.high, 6);
  const double distance = places.size() > 1 ? places[1] - places[0] : 0;

  std::string svg = open_svg(kWidth, frame.bottom + 42, chart.title, chart.description);
  for (const double tick : places) {
    const double x = frame.place_x(tick);
    svg += line(x, frame.top, x, frame.bottom, chart.zero && tick == 0 ? "zero" : "grid") +
           text(x, frame.bottom + 16, Anchor::middle, tick_text(tick, distance));
  }
  svg += text((frame.left + frame.right) / 2, frame.bottom + 34, Anchor::middle, chart.axis) + "\n";
  for (std::size_t i = 0; i < chart.rows.size(); ++i) {
    const double top = frame.top + kRow * static_cast<double>(i);
    svg += text(frame.left, top + 13, Anchor::start, shortened(chart.rows[i].name), "name") +
           mark(frame, chart.rows[i], top + 26) + "\n";
  }
  return "<figure class=\"chart\"><figcaption>" + escape(chart.title) + "</figcaption>" + svg +
         "</svg></figure>\n";
}

}  // namespace thoraxlite
