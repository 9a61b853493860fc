#include <cmath>

#include "report/axes.h"
#include "report/charts.h"
#include "report/html.h"

namespace thoraxlite {
namespace {

constexpr std::size_t kLooks = 6;       // colours with their dashes in the style
constexpr double kSmallestStep = 0.75;  // of the drawing; what is closer does not show

std::string look(std::size_t series) {
  return "series s" + std::to_string(series % kLooks);
}

// A curve of ten thousand images has as many points, and shows some hundred.
std::string polyline(const Frame& frame, const std::vector<Point>& points,
                     const std::string& class_name) {
  std::string html, places;
  double last_x = 0, last_y = 0;
  const auto finish = [&] {
    if (!places.empty()) {
      html += "<polyline class=\"" + class_name + "\" points=\"" + places + "\"/>";
    }
    places.clear();
  };
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!std::isfinite(points[i].y)) {
      finish();
      continue;
    }
    const double x = frame.place_x(points[i].x), y = frame.place_y(points[i].y);
    const bool last = i + 1 == points.size() || !std::isfinite(points[i + 1].y);
    if (!places.empty() && !last && std::hypot(x - last_x, y - last_y) < kSmallestStep) continue;
    places += (places.empty() ? "" : " ") + coordinate(x) + "," + coordinate(y);
    last_x = x;
    last_y = y;
  }
  finish();
  return html;
}

// A line of one point does not show: a run of one epoch has a dot.
std::string lone_point(const Frame& frame, const Series& series, const std::string& class_name) {
  if (series.points.size() != 1 || !std::isfinite(series.points[0].y)) return "";
  return "<circle class=\"" + class_name + "\" cx=\"" +
         coordinate(frame.place_x(series.points[0].x)) + "\" cy=\"" +
         coordinate(frame.place_y(series.points[0].y)) + "\" r=\"2.5\"/>";
}

std::string legend(const std::vector<Series>& series) {
  std::string html = "<ul class=\"legend\">";
  for (std::size_t i = 0; i < series.size(); ++i) {
    html += "<li><svg viewBox=\"0 0 30 8\" aria-hidden=\"true\">" + line(2, 4, 28, 4, look(i)) +
            "</svg><span>" + escape(series[i].name) + "</span></li>";
  }
  return html + "</ul>";
}

}  // namespace

std::string to_html(const LineChart& chart) {
  Frame frame;
  frame.x = chart.x;
  frame.y = chart.y;
  std::string svg = open_svg(460, 290, chart.title, chart.description) + grid(frame);
  if (chart.diagonal) {
    svg += line(frame.left, frame.bottom, frame.right, frame.top, "guide");
  }
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    svg += polyline(frame, chart.series[i].points, look(i)) +
           lone_point(frame, chart.series[i], look(i)) + "\n";
  }
  return "<figure class=\"chart\"><figcaption>" + escape(chart.title) + "</figcaption>" + svg +
         "</svg>" + legend(chart.series) + "</figure>\n";
}

}  // namespace thoraxlite
