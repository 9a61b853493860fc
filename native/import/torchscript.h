// TorchScript: a network as a program of PyTorch's operators, out of its frozen graph.
#pragma once

#include <filesystem>

#include "import/source_file.h"

namespace thoraxlite {

// Loads the archive, which runs parts of it, and reads its method forward: only for files that are
// trusted. Fills format and layers. size as in read_source_file(). Throws std::runtime_error naming
// the operator that cannot be had.
void read_torchscript(const std::filesystem::path& file, int size, SourceFile& source);

}  // namespace thoraxlite
