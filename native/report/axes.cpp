#include "report/axes.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "report/html.h"

namespace thoraxlite {
namespace {

double round_distance(double rough) {
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double step : {1.0, 2.0, 5.0}) {
    if (rough <= step * power * (1 + 1e-9)) return step * power;
  }
  return 10 * power;
}

}  // namespace

std::vector<double> ticks(double low, double high, int count, bool whole) {
  double distance = round_distance((high - low) / count);
  if (whole) distance = std::max(1.0, distance);
  std::vector<double> places;
  // Counted rather than added up, so that a tick at 0 is 0.
  const double first = std::ceil(low / distance - 1e-9), last = std::floor(high / distance + 1e-9);
  for (double i = first; i <= last; ++i) places.push_back(i == 0 ? 0 : i * distance);  // not -0
  return places;
}

std::string tick_text(double tick, double distance) {
  const int decimals =
      distance > 0 ? std::max(0, static_cast<int>(std::ceil(-std::log10(distance) - 1e-9))) : 2;
  return number(tick, decimals);
}

Axis axis_around(const std::string& name, const std::vector<double>& values) {
  double low = 0, high = 0;
  bool any = false;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    low = any ? std::min(low, value) : value;
    high = any ? std::max(high, value) : value;
    any = true;
  }
  if (!any) return {name, 0, 1, false};
  if (high - low < 1e-9) {
    low -= 0.5 * std::max(1e-3, std::abs(low));
    high += 0.5 * std::max(1e-3, std::abs(high));
  }
  const double distance = round_distance((high - low) / 5);
  return {name, std::floor(low / distance + 1e-9) * distance,
          std::ceil(high / distance - 1e-9) * distance, false};
}

double Frame::place_x(double value) const {
  return left + (right - left) * (value - x.low) / (x.high - x.low);
}

double Frame::place_y(double value) const {
  return bottom - (bottom - top) * (value - y.low) / (y.high - y.low);
}

std::string coordinate(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::string open_svg(double width, double height, const std::string& title,
                     const std::string& description) {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 " +
         coordinate(width) + " " + coordinate(height) + "\"><title>" + escape(title) +
         "</title><desc>" + escape(description) + "</desc>\n";
}

std::string line(double x1, double y1, double x2, double y2, const std::string& class_name) {
  return "<line class=\"" + class_name + "\" x1=\"" + coordinate(x1) + "\" y1=\"" + coordinate(y1) +
         "\" x2=\"" + coordinate(x2) + "\" y2=\"" + coordinate(y2) + "\"/>";
}

std::string text(double x, double y, Anchor anchor, const std::string& content,
                 const std::string& class_name) {
  const char* anchors[] = {"start", "middle", "end"};
  return "<text" + (class_name.empty() ? "" : " class=\"" + class_name + "\"") + " x=\"" +
         coordinate(x) + "\" y=\"" + coordinate(y) + "\" text-anchor=\"" +
         anchors[static_cast<int>(anchor)] + "\">" + escape(content) + "</text>";
}

std::string grid(const Frame& frame) {
  const auto distance = [](const std::vector<double>& places) {
    return places.size() > 1 ? places[1] - places[0] : 0.0;
  };
  std::string svg;
  const std::vector<double> rows = ticks(frame.y.low, frame.y.high, 5, frame.y.whole);
  for (const double tick : rows) {
    const double y = frame.place_y(tick);
    svg += line(frame.left, y, frame.right, y, "grid") +
           text(frame.left - 6, y + 4, Anchor::end, tick_text(tick, distance(rows)));
  }
  const std::vector<double> columns = ticks(frame.x.low, frame.x.high, 6, frame.x.whole);
  for (const double tick : columns) {
    const double x = frame.place_x(tick);
    svg += line(x, frame.top, x, frame.bottom, "grid") +
           text(x, frame.bottom + 16, Anchor::middle, tick_text(tick, distance(columns)));
  }
  return svg + text(frame.left, frame.top - 9, Anchor::start, frame.y.name) +
         text((frame.left + frame.right) / 2, frame.bottom + 33, Anchor::middle, frame.x.name) +
         "\n";
}

}  // namespace thoraxlite
