#include <algorithm>
#include <string>

#include "report/axes.h"
#include "report/charts.h"
#include "report/html.h"

namespace thoraxlite {
namespace {

constexpr double kBarsTop = 288, kBarsBottom = 340;  // of the drawing, below the diagram

double mean_score(const ReliabilityBin& bin) {
  return bin.score_sum / static_cast<double>(bin.images);
}

double observed(const ReliabilityBin& bin) {
  return static_cast<double>(bin.present) / static_cast<double>(bin.images);
}

std::string bounds(std::size_t bin) {
  return number(static_cast<double>(bin) / kReliabilityBins, 2) + " to " +
         number(static_cast<double>(bin + 1) / kReliabilityBins, 2);
}

std::string bars(const Frame& frame, const std::vector<ReliabilityBin>& bins) {
  std::int64_t most = 1;
  for (const ReliabilityBin& bin : bins) most = std::max(most, bin.images);
  std::string svg;
  for (std::size_t i = 0; i < bins.size(); ++i) {
    if (bins[i].images == 0) continue;
    const double left = frame.place_x(static_cast<double>(i) / kReliabilityBins) + 1;
    const double right = frame.place_x(static_cast<double>(i + 1) / kReliabilityBins) - 1;
    const double height =
        std::max(1.0, (kBarsBottom - kBarsTop) * static_cast<double>(bins[i].images) /
                          static_cast<double>(most));
    svg += "<rect class=\"bar\" x=\"" + coordinate(left) + "\" y=\"" +
           coordinate(kBarsBottom - height) + "\" width=\"" + coordinate(right - left) +
           "\" height=\"" + coordinate(height) + "\"><title>" + bounds(i) + ": " +
           std::to_string(bins[i].images) + " images</title></rect>";
  }
  return svg + text(frame.left - 6, kBarsTop + 9, Anchor::end, std::to_string(most)) +
         text(frame.left - 6, kBarsBottom, Anchor::end, "0") +
         line(frame.left, kBarsBottom, frame.right, kBarsBottom, "grid") +
         text((frame.left + frame.right) / 2, kBarsBottom + 16, Anchor::middle,
              "images of each score") +
         "\n";
}

Table numbers(const std::string& title, const std::vector<ReliabilityBin>& bins) {
  Table table{
      title,
      {"scores", "images", "mean score", "with the finding", "observed rate (95% over images)"},
      {}};
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const ReliabilityBin& bin = bins[i];
    if (bin.images == 0) continue;
    table.rows_html.push_back(
        {bounds(i), std::to_string(bin.images), number(mean_score(bin)),
         std::to_string(bin.present),
         with_range(observed(bin), wilson_interval(bin.present, bin.images))});
  }
  return table;
}

}  // namespace

std::string reliability_figure(const std::string& title, const std::vector<ReliabilityBin>& bins) {
  Frame frame;
  frame.x = {"mean score", 0, 1, false};
  frame.y = {"observed rate", 0, 1, false};
  std::string svg =
      open_svg(460, 362, title,
               "Observed rate against mean score in bins of the score, with 95% "
               "Wilson intervals over images; on the diagonal, scores are probabilities. Below, "
               "the number of images of each bin. The numbers stand below the chart.") +
      grid(frame) + line(frame.left, frame.bottom, frame.right, frame.top, "guide");
  for (const ReliabilityBin& bin : bins) {
    if (bin.images == 0) continue;
    const Interval interval = wilson_interval(bin.present, bin.images);
    const double x = frame.place_x(mean_score(bin));
    svg += line(x, frame.place_y(interval.low), x, frame.place_y(interval.high), "whisker") +
           "<circle class=\"dot\" cx=\"" + coordinate(x) + "\" cy=\"" +
           coordinate(frame.place_y(observed(bin))) + "\" r=\"4\"/>";
  }
  return "<figure class=\"chart\"><figcaption>" + escape(title) + "</figcaption>" + svg +
         bars(frame, bins) + "</svg>" +
         details("Numbers", to_html(numbers(title + ": numbers", bins))) + "</figure>\n";
}

}  // namespace thoraxlite
