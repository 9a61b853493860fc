// load_model on any bytes, and whatever it lets through on the reference engine.
#include "run_loaded.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  thoraxlite::load_and_run({data, size});
  return 0;
}
