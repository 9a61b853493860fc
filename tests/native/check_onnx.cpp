// ONNX's own checker, which Python knows as onnx.checker: whether a file keeps to the standard.
//   check_onnx FILE
#include <onnx/checker.h>

#include <exception>
#include <iostream>
#include <string>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  try {
    onnx::checker::check_model(std::string(argv[1]));
  } catch (const std::exception& error) {
    std::cerr << argv[1] << ": " << error.what() << "\n";
    return 1;
  }
  return 0;
}
