// What a model's network makes of films before its head.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/model/model.h"
#include "data/sample.h"

namespace thoraxlite {

// The average of the network's last map, [films][channels]; of a film that cannot be read nothing,
// with one line on standard error. Every core works. between: as score_films(). Throws
// std::runtime_error if the network has no head that reads an average (core/model/head.h).
std::vector<std::vector<float>> film_features(const Model& model, const std::vector<Sample>& films,
                                              const std::string& title,
                                              const std::function<void()>& between);

}  // namespace thoraxlite
