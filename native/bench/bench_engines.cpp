// cxr-bench-engines: the engines of the core, LibTorch where there is one, and the bare arithmetic
// of this processor, for tools/bench to time in turns.
//
//   cxr-bench-engines MODEL THREADS
//
// The input is the model's self-test image. First an object of JSON in a line:
// {"multiply_adds", "torch": version or null, "contenders": [{"name", "logits"} or {"name",
// "error"}],
//  "peaks": [{"name", "multiply_adds"}]}. Then, for each line "KIND INDEX CALLS" on standard input,
// KIND being contender or peak, the milliseconds of each call, in a line.

#include <chrono>
#include <cstdio>
#include <exception>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>

#include "bench/contender.h"
#include "bench/fma_peak.h"
#include "core/engine/engine.h"
#include "core/engine/simd/targets.h"
#include "core/model/operators.h"
#include "data/file_bytes.h"

namespace {

using namespace thoraxlite;
using Json = nlohmann::ordered_json;

Model open_model(const std::string& path) {
  const std::vector<std::uint8_t> bytes = require_file(path);
  Result<Model> model = load_model(view(bytes));
  if (!model) throw std::runtime_error(path + ": " + model.error().message);
  return *std::move(model);
}

std::vector<float> input_of(const Model& model) {
  std::vector<float> input = resize_area(model.self_test.image, model.card.input.size);
  normalise(input, model.card.input);
  return input;
}

// An engine that cannot run the model is listed with its reason.
struct Entry {
  Contender contender;
  std::string error;
};

Entry entry_of(const std::string& name, Result<std::unique_ptr<Engine>> made,
               const std::vector<float>& input) {
  if (!made) return {{name, nullptr}, made.error().message};
  const std::shared_ptr<Engine> engine = *std::move(made);
  return {{name,
           [engine, input] {
             Result<std::vector<float>> logits = engine->run(input);
             if (!logits) throw std::runtime_error(logits.error().message);
             return *std::move(logits);
           }},
          ""};
}

std::vector<Entry> entries(const Model& model, const std::vector<float>& input, int threads) {
  std::vector<Entry> result;
  for (const Kernels* kernels : kernels_of_this_processor()) {
    result.push_back(entry_of(
        std::string("simd, ") + kernels->name,
        make_simd_engine(model.nodes, square_input(model.card.input.size), threads, *kernels),
        input));
  }
  for (const EngineKind kind : engines_built_in()) {
    // simd stands above; the others have one thread.
    if (kind == EngineKind::simd || threads > 1) continue;
    result.push_back(entry_of(to_string(kind), make_engine(model, kind), input));
  }
#ifdef THORAXLITE_TORCH
  for (Contender& contender : torch_contenders(model, input, threads)) {
    result.push_back({std::move(contender), ""});
  }
#endif
  return result;
}

Json described(const Model& model, std::vector<Entry>& entries,
               const std::vector<FmaKernel>& peaks) {
  std::int64_t multiply_adds = 0;
  for (const Node& node : model.nodes) multiply_adds += work_of(node);
  Json contenders = Json::array();
  for (Entry& entry : entries) {
    Json json{{"name", entry.contender.name}};
    if (entry.error.empty()) {
      json["logits"] = entry.contender.run();
    } else {
      json["error"] = entry.error;
    }
    contenders.push_back(std::move(json));
  }
  Json kernels = Json::array();
  for (const FmaKernel& peak : peaks) {
    kernels.push_back({{"name", peak.name}, {"multiply_adds", peak.multiply_adds}});
  }
  Json torch = nullptr;
#ifdef THORAXLITE_TORCH
  torch = torch_version();
#endif
  return {{"multiply_adds", multiply_adds},
          {"torch", std::move(torch)},
          {"contenders", std::move(contenders)},
          {"peaks", std::move(kernels)}};
}

template <class Call>
double milliseconds(const Call& call) {
  const auto start = std::chrono::steady_clock::now();
  call();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

void serve(const std::string& path, int threads) {
  const Model model = open_model(path);
  std::vector<Entry> all = entries(model, input_of(model), threads);
  const std::vector<FmaKernel> peaks = fma_kernels();
  std::cout << described(model, all, peaks).dump() << std::endl;

  std::string kind;
  std::size_t index = 0;
  int calls = 0;
  volatile float used = 0;  // so that nothing of a peak's sums may be left out
  while (std::cin >> kind >> index >> calls) {
    for (int call = 0; call < calls; ++call) {
      const double taken = kind == "peak"
                               ? milliseconds([&] { used = used + peaks.at(index).run(); })
                               : milliseconds([&] { all.at(index).contender.run(); });
      std::printf("%s%.6f", call == 0 ? "" : " ", taken);
    }
    std::printf("\n");
    std::fflush(stdout);
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 3) throw std::runtime_error("expected MODEL THREADS; tools/bench gives them");
    serve(argv[1], std::stoi(argv[2]));
  } catch (const std::exception& error) {
    std::cerr << "cxr-bench-engines: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
