// Options that were given and decide nothing.
#pragma once

#include <string>
#include <vector>

#include "training/run_options.h"

namespace thoraxlite {

// A network trained by itself has the guides that its options name. In `run` and `ablation` the
// chain gives guides, data and seed.
enum class Role { by_itself, alone_in_chain, guided_in_chain };

// "--NAME: why it has no effect", of each option that differs from its default.
std::vector<std::string> unused_options(const RunOptions& options, const RunOptions& defaults,
                                        Role role);

// Says them on standard error, a line each, after `name`.
void warn_of_unused(const std::string& name, const RunOptions& options, const RunOptions& defaults,
                    Role role);

}  // namespace thoraxlite
