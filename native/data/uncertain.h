// What a label counts as of which a list says that it is uncertain (-1): U-Ones, U-Zeros and
// U-Ignore of CheXpert's authors (Irvin et al. 2019).
#pragma once

#include <string>

namespace thoraxlite {

enum class Uncertain { ones, zeros, ignore };  // ignore: kUnknown

Uncertain parse_uncertain(const std::string& name);  // throws std::runtime_error

float target_of(Uncertain uncertain);  // 1, 0 or kUnknown

// The target of a cell of 1, 0 or -1, also written with a decimal, or nothing. Throws
// std::runtime_error naming the label where it is none of these, or -1 where uncertain is null.
float target_of(const std::string& cell, const std::string& label, const Uncertain* uncertain,
                float blank);

}  // namespace thoraxlite
