// Runs every case that write_onnx_cases wrote in every engine of this build: run_onnx_cases FOLDER
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/engine/engine.h"
#include "core/json/json.h"
#include "core/model/graph.h"
#include "core/model/safetensors.h"

using namespace thoraxlite;

namespace {

constexpr std::size_t kLeastCases = 80;

// ONNX's own, of its back ends' tests.
constexpr double kRelative = 1e-3;
constexpr double kAbsolute = 1e-7;

struct Case {
  std::string name;
  Shape input;
  std::vector<Node> nodes;
  std::vector<float> inputs;   // of all samples, channels-last
  std::vector<float> outputs;  // what is published
};

Result<std::vector<float>> take(std::map<std::string, TensorView>& tensors, const char* name) {
  const auto tensor = tensors.extract(name);
  if (tensor.empty()) return fail(std::string("it has no ") + name);
  return to_float32(tensor.mapped());
}

Result<Case> read_case(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(stream), {}};
  auto file =
      parse_safetensors({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  if (!file) return tl::unexpected(file.error());
  Case made;
  made.name = path.stem().string();
  const auto& shape = file->tensors["input"].shape;  // [samples, height, width, channels]
  if (shape.size() != 4) return fail("its input has no four dimensions");
  made.input = {static_cast<int>(shape[3]), static_cast<int>(shape[1]), static_cast<int>(shape[2])};
  auto inputs = take(file->tensors, "input");
  auto outputs = take(file->tensors, "output");
  const auto graph = parse_json(file->metadata["graph"]);
  if (!inputs || !outputs || !graph) return fail("it lacks an input, an output or a graph");
  made.inputs = std::move(*inputs);
  made.outputs = std::move(*outputs);
  auto nodes = read_graph(*graph, made.input, file->tensors);
  if (!nodes) return tl::unexpected(nodes.error());
  if (!file->tensors.empty()) return fail("a tensor belongs to no node");
  made.nodes = std::move(*nodes);
  return made;
}

// Says the first value that is off.
bool is_right(const Case& made, EngineKind kind, std::size_t sample,
              const std::vector<float>& values) {
  const float* wanted = made.outputs.data() + sample * values.size();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double difference = std::abs(double{values[i]} - wanted[i]);
    if (difference <= kAbsolute + kRelative * std::abs(wanted[i])) continue;
    std::printf("%s, %s: value %zu of sample %zu is %.9g; published is %.9g\n", made.name.c_str(),
                to_string(kind), i, sample, values[i], wanted[i]);
    return false;
  }
  return true;
}

// Whether all samples come out right.
bool run(const Case& made, EngineKind kind, Engine& engine) {
  const auto count = [](const Shape& shape) {
    return static_cast<std::size_t>(shape.channels) * shape.height * shape.width;
  };
  const std::size_t in = count(made.input), out = count(made.nodes.back().output);
  const std::size_t samples = made.inputs.size() / in;
  if (samples == 0 || samples * in != made.inputs.size() || samples * out != made.outputs.size()) {
    std::printf("%s, %s: %zu values in and %zu out do not fit\n", made.name.c_str(),
                to_string(kind), made.inputs.size(), made.outputs.size());
    return false;
  }
  for (std::size_t sample = 0; sample < samples; ++sample) {
    const auto first = made.inputs.begin() + static_cast<std::ptrdiff_t>(sample * in);
    const auto values = engine.run({first, first + static_cast<std::ptrdiff_t>(in)});
    if (!values) {
      std::printf("%s, %s: %s\n", made.name.c_str(), to_string(kind),
                  values.error().message.c_str());
      return false;
    }
    if (!is_right(made, kind, sample, *values)) return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 || !std::filesystem::is_directory(argv[1])) {
    std::printf("There are no cases: expected the folder that write_onnx_cases wrote natively.\n");
    return 2;
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    if (entry.path().extension() == ".safetensors") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  bool is_sound = files.size() >= kLeastCases;
  for (const EngineKind kind : engines_built_in()) {
    std::size_t right = 0, refused = 0;
    for (const auto& file : files) {
      const Result<Case> made = read_case(file);
      if (!made) {
        std::printf("%s: %s\n", file.stem().string().c_str(), made.error().message.c_str());
        continue;
      }
      auto engine = make_engine(made->nodes, made->input, kind);
      // That engine runs networks of a certain form only, and says so.
      if (!engine && kind == EngineKind::simd) {
        ++refused;
      } else if (!engine) {
        std::printf("%s, %s: %s\n", made->name.c_str(), to_string(kind),
                    engine.error().message.c_str());
      } else {
        right += run(*made, kind, **engine) ? 1 : 0;
      }
    }
    std::printf("%s: %zu of %zu cases are as published", to_string(kind), right, files.size());
    std::printf(refused > 0 ? ", %zu are for others\n" : "\n", refused);
    is_sound = is_sound && right > 0 && right + refused == files.size();
  }
  return is_sound ? 0 : 1;
}
