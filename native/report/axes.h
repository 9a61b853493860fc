// The frame that charts share: where a value lies on the drawing, ticks, grid, names.
#pragma once

#include <string>
#include <vector>

#include "report/charts.h"

namespace thoraxlite {

// About `count` round numbers (1, 2 or 5 times a power of ten apart) from low to high.
std::vector<double> ticks(double low, double high, int count, bool whole = false);

// A tick as text, with as many decimals as the distance between ticks needs.
std::string tick_text(double tick, double distance);

struct Frame {
  double left = 46, top = 24, right = 448, bottom = 250;  // of the plot, in the drawing's units
  Axis x, y;

  double place_x(double value) const;
  double place_y(double value) const;
};

// Opens <svg> of this size, with title and description.
std::string open_svg(double width, double height, const std::string& title,
                     const std::string& description);

// One decimal: a tenth of a pixel.
std::string coordinate(double value);

// class_name: of the page's style.
std::string line(double x1, double y1, double x2, double y2, const std::string& class_name);

enum class Anchor { start, middle, end };

std::string text(double x, double y, Anchor anchor, const std::string& content,
                 const std::string& class_name = "");

// Grid lines, tick texts and the names of both axes.
std::string grid(const Frame& frame);

}  // namespace thoraxlite
