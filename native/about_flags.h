// --version and --licenses, which every program has.
#pragma once

#include <CLI/CLI.hpp>
#include <iostream>
#include <string>

#include "core/version.h"
#include "licences.h"

namespace thoraxlite {

// Each prints, and ends the parsing: app.exit() gives 0.
inline void add_about_flags(CLI::App& app, const std::string& program) {
  app.set_version_flag("--version", program + " " + version());
  app.add_flag_callback(
      "--licenses",
      [] {
        std::cout << licences();
        throw CLI::Success();
      },
      "Print the licences of this program and of what is linked into it, and exit");
}

}  // namespace thoraxlite
