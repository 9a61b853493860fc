#include <iostream>
#include <stdexcept>

#include "commands/commands.h"
#include "data/file_bytes.h"
#include "import/export_network.h"
#include "training/whole_file.h"

namespace thoraxlite {

void export_to_format(const ExportFormatOptions& options) {
  const bool onnx = options.format == "onnx";
  const std::string ending = options.output.extension().string();
  if (ending != (onnx ? ".onnx" : ".pt")) {
    throw std::runtime_error(options.output.string() + ": expected a name that ends in " +
                             (onnx ? ".onnx" : ".pt"));
  }
  const std::vector<std::uint8_t> bytes = require_file(options.model);
  ExportedNetwork network;
  try {
    network = exported_network(view(bytes));
  } catch (const std::exception& error) {
    throw std::runtime_error(options.model.string() + ": " + error.what());
  }
  WholeFile output(options.output);
  if (onnx) {
    const std::string file = to_onnx(network);
    output.write(file.data(), file.size());
  } else {
    write_torchscript(network, output.part());
  }
  output.publish();
  std::cout << options.output.string() << ": " << std::filesystem::file_size(options.output)
            << " bytes\n";
}

}  // namespace thoraxlite
