// Charts as inline SVG for the reports: coloured by the page's style, with a title and a
// description for those who do not see them. No chart is the only place of its numbers; a table
// stands beside it.
#pragma once

#include <string>
#include <vector>

#include "evaluation/calibration.h"
#include "evaluation/interval.h"

namespace thoraxlite {

struct Axis {
  std::string name;
  double low = 0, high = 1;
  bool whole = false;  // ticks at whole numbers only
};

// From a round number below all values to one above; non-finite values are passed over.
Axis axis_around(const std::string& name, const std::vector<double>& values);

struct Point {
  double x = 0, y = 0;
};

struct Series {
  std::string name;
  std::vector<Point> points;  // by x; the line is broken at a y that is not finite
};

// A figure with caption, lines and legend.
struct LineChart {
  std::string title;
  std::string description;
  Axis x, y;
  std::vector<Series> series;
  bool diagonal = false;  // a guide from corner to corner
};

std::string to_html(const LineChart& chart);

// A row a name: a dot and its interval on a common scale.
struct IntervalRow {
  std::string name;
  double value = 0;   // not finite: the row says that there is none
  Interval interval;  // not finite: the dot alone
};

struct IntervalChart {
  std::string title;
  std::string description;
  std::string axis;
  std::vector<IntervalRow> rows;
  bool zero = false;  // include 0, and mark it
};

std::string to_html(const IntervalChart& chart);

// Observed rate against mean score of each bin, with Wilson intervals, above the number of images.
std::string reliability_figure(const std::string& title, const std::vector<ReliabilityBin>& bins);

}  // namespace thoraxlite
