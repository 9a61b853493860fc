#include "data/uncertain.h"

#include <stdexcept>

#include "data/sample.h"

namespace thoraxlite {

Uncertain parse_uncertain(const std::string& name) {
  if (name == "ones") return Uncertain::ones;
  if (name == "zeros") return Uncertain::zeros;
  if (name == "ignore") return Uncertain::ignore;
  throw std::runtime_error("uncertain '" + name + "' is not known; expected ones, zeros or ignore");
}

float target_of(Uncertain uncertain) {
  switch (uncertain) {
    case Uncertain::ones:
      return 1;
    case Uncertain::zeros:
      return 0;
    case Uncertain::ignore:
      break;
  }
  return kUnknown;
}

float target_of(const std::string& cell, const std::string& label, const Uncertain* uncertain,
                float blank) {
  if (cell.empty()) return blank;
  if (cell == "0.0" || cell == "0") return 0;
  if (cell == "1.0" || cell == "1") return 1;
  if (uncertain && (cell == "-1.0" || cell == "-1")) return target_of(*uncertain);
  throw std::runtime_error(label + " is '" + cell + "'; expected 1, 0" + (uncertain ? ", -1" : "") +
                           " or nothing");
}

}  // namespace thoraxlite
