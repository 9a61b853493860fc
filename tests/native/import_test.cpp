// Networks of other programs against PyTorch: files that torchvision's networks were written to,
// with random weights and statistics, imported, and their logits in every engine; back to ONNX and
// TorchScript; and what is refused.
//   import_test CXR_DISTILL ORACLE NODE RUN_ONNX    import_oracle.py, Node.js, run_onnx.mjs
// Exit status 77, which CTest counts as skipped, where Debian's Python has no torchvision.
#include <sys/wait.h>
#include <torch/script.h>
#include <torch/torch.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "commands/commands.h"
#include "core/engine/engine.h"
#include "core/image/prepare.h"
#include "data/file_bytes.h"
#include "models/weight_file.h"
#include "training/device.h"

using namespace thoraxlite;
namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

constexpr double kTolerance = 1e-3;  // of the spread of the logits
constexpr int kSkipped = 77;

int run(const std::string& command) {
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

std::string text_of(const fs::path& file) {
  const auto bytes = require_file(file);
  return {bytes.begin(), bytes.end()};
}

double spread(const std::vector<double>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return *high - *low;
}

// The largest difference as a share of what the expected logits span.
template <class Values>
double difference(const std::vector<double>& expected, const Values& given) {
  if (expected.size() != given.size()) return INFINITY;
  double worst = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double off = std::abs(expected[i] - static_cast<double>(given[i])) / spread(expected);
    if (!(off <= worst)) worst = std::isnan(off) ? INFINITY : off;
  }
  return worst;
}

Model loaded(const fs::path& file) {
  const auto bytes = require_file(file);
  Result<Model> model = load_model(view(bytes));
  if (!model) throw std::runtime_error(file.string() + ": " + model.error().message);
  return std::move(*model);
}

std::vector<float> input_of(const Model& model, const std::vector<float>& film) {
  std::vector<float> input = film;
  normalise(input, model.card.input);
  return input;
}

// The worst of every engine that runs the network; how many did.
double engines_differ(const Model& model, const std::vector<float>& film,
                      const std::vector<double>& expected, int& engines) {
  double worst = 0;
  for (const EngineKind kind : engines_built_in()) {
    auto engine = make_engine(model, kind);
    if (!engine && kind == EngineKind::simd) continue;  // says itself what it is not for
    if (!engine) throw std::runtime_error(engine.error().message);
    const auto logits = (*engine)->run(input_of(model, film));
    if (!logits) throw std::runtime_error(logits.error().message);
    worst = std::max(worst, difference(expected, *logits));
    ++engines;
  }
  return worst;
}

class Comparison {
 public:
  Comparison(std::string distill, std::string runtime, fs::path folder)
      : distill_(std::move(distill)), runtime_(std::move(runtime)), folder_(std::move(folder)) {
    const torch::Tensor film = read_safetensors(folder_ / "film").at("film") / 255;
    film_.assign(film.data_ptr<float>(), film.data_ptr<float>() + film.numel());
  }

  int failures() const { return failures_; }

  void check(bool holds, const std::string& what) {
    if (holds) return;
    ++failures_;
    std::printf("  FAILED: %s\n", what.c_str());
  }

  // cxr-distill with these arguments: its exit status; what it said stands in `said`.
  int distill(const std::string& arguments, std::string& said) {
    const fs::path log = folder_ / "said";
    const int status = run("'" + distill_ + "' " + arguments + " >'" + log.string() + "' 2>&1");
    said = text_of(log);
    return status;
  }

  void compare(const Json& test) {
    const std::string name = test.at("name");
    ImportOptions options;
    options.model = test.at("file").get<std::string>();
    options.output = folder_ / "imported.safetensors";
    options.type = "float32";
    options.input = test.value("input", "");
    options.activation = test.value("activation", "");
    options.trust = test.value("trust", false);
    if (!test.at("labels").is_null()) options.labels = test.at("labels").dump();
    import_model(options);
    const Model model = loaded(options.output);
    const auto expected = test.at("logits").get<std::vector<double>>();
    int engines = 0;
    const double worst = engines_differ(model, film_, expected, engines);
    std::printf("%-40s %2d engines, %zu nodes, differ by %.2e of the spread\n", name.c_str(),
                engines, model.nodes.size(), worst);
    check(worst <= kTolerance && engines >= 2, name + ": logits differ");
    const std::string ends = test.value("ends", options.activation);
    check((model.card.activation == Activation::softmax) == (ends == "softmax"),
          name + ": activation");
    const Json labels = test.value("expected_labels", test.at("labels"));
    check(Json(model.card.labels) == labels, name + ": labels");
    if (test.contains("thresholds")) {
      for (std::size_t i = 0; i < model.card.labels.size(); ++i) {
        check(std::abs(model.card.operating_points[i].threshold -
                       test.at("thresholds").at(i).get<float>()) < 1e-6,
              name + ": threshold");
        check(!model.card.operating_points[i].is_measured(), name + ": threshold is unmeasured");
      }
    }
    for (const OperatingPoint& point : model.card.operating_points) {
      check(point.cases == 0, name + ": figures that nobody measured");
    }
    if (test.value("onward", false)) export_onward(name, model, expected);
  }

  // To ONNX and TorchScript, and from there.
  void export_onward(const std::string& name, const Model& model,
                     const std::vector<double>& expected) {
    std::string said;
    const std::string model_file = (folder_ / "imported.safetensors").string();
    const fs::path onnx = folder_ / "exported.onnx", script = folder_ / "exported.pt";
    check(distill(
              "export --format onnx --model '" + model_file + "' --output '" + onnx.string() + "'",
              said) == 0,
          said);
    check(run(CHECK_ONNX " '" + onnx.string() + "'") == 0,
          name + ": ONNX's checker refuses what was exported");
    check(distill("export --format torchscript --model '" + model_file + "' --output '" +
                      script.string() + "'",
                  said) == 0,
          said);
    torch::jit::ExtraFilesMap extra{{"labels.txt", ""}, {"input.txt", ""}};
    torch::jit::Module module = torch::jit::load(script.string(), torch::kCPU, extra);
    std::vector<float> input = input_of(model, film_);
    const int side = model.card.input.size;
    const torch::Tensor logits =
        module.forward({torch::from_blob(input.data(), {1, 1, side, side})}).toTensor().flatten();
    const std::vector<float> given(logits.data_ptr<float>(),
                                   logits.data_ptr<float>() + logits.numel());
    check(difference(expected, given) <= kTolerance, name + ": exported TorchScript differs");
    check(extra["labels.txt"] == Json(model.card.labels).dump(), name + ": labels in TorchScript");
    std::ofstream(folder_ / "input", std::ios::binary)
        .write(reinterpret_cast<const char*>(input.data()),
               static_cast<std::streamsize>(input.size() * sizeof(float)));
    const fs::path printed = folder_ / "logits.json";
    check(run(runtime_ + " '" + onnx.string() + "' '" + (folder_ / "input").string() + "' " +
              std::to_string(side) + " >'" + printed.string() + "'") == 0,
          name + ": onnxruntime does not run it");
    check(difference(expected, Json::parse(text_of(printed)).get<std::vector<double>>()) <=
              kTolerance,
          name + ": the exported ONNX differs in onnxruntime");
    // Everything that import asks for stands in the file.
    ImportOptions again;
    again.model = onnx;
    again.output = folder_ / "again.safetensors";
    again.type = "float32";
    import_model(again);
    const Model back = loaded(again.output);
    int engines = 0;
    check(engines_differ(back, film_, expected, engines) <= kTolerance,
          name + ": exported ONNX differs");
    check(back.card.labels == model.card.labels, name + ": labels in ONNX");
    check(back.nodes.size() == model.nodes.size(), name + ": " + std::to_string(back.nodes.size()) +
                                                       " nodes come back of " +
                                                       std::to_string(model.nodes.size()));
  }

  // Drawn films, whose labels are normal, lobar and diffuse.
  void films() {
    std::string said;
    const fs::path output = folder_ / "measured.safetensors";
    const std::string import =
        "import '" + (folder_ / "mobilenet_v2.onnx").string() + "' --output '" + output.string() +
        "' --input imagenet --activation sigmoid --data phantom:30 --labels ";
    check(distill(import + "a,b,c,d,e", said) == 0 &&
              said.find("none of its labels is one of the model's") != std::string::npos,
          said);
    const Model unlabelled = loaded(output);
    check(unlabelled.novelty.has_value(), "films without labels say what films look like");
    for (const OperatingPoint& point : unlabelled.card.operating_points) {
      check(!point.is_measured(), "nothing is measured on films without labels");
    }
    const auto not_known = [](const Model& model) {
      return Json::parse(model.card.json)
          .at("training")
          .at("imported")
          .at("not_known")
          .get<std::string>();
    };
    check(not_known(unlabelled).find("nothing of it was measured") != std::string::npos,
          "a card without figures says so");
    std::string softmax = import + "lobar,b,normal,d,diffuse";
    softmax.replace(softmax.find("sigmoid"), 7, "softmax");
    check(distill(softmax, said) == 0, said);
    const Json of_softmax = Json::parse(loaded(output).card.json).at("evaluation");
    check(of_softmax.at("policy").get<std::string>().find("nothing was calibrated") == 0,
          "what was not calibrated is not said to be");
    check(distill(import + "lobar,b,normal,d,diffuse", said) == 0, said);
    const Model measured = loaded(output);
    for (std::size_t i = 0; i < measured.card.labels.size(); ++i) {
      check(measured.card.operating_points[i].is_measured() == (i % 2 == 0),
            measured.card.labels[i] + " is measured where the films have it");
    }
    const Json card = Json::parse(measured.card.json);
    check(card.at("evaluation").contains("test"), "figures of test films stand in the card");
    check(not_known(measured).find("beyond the figures of this card") != std::string::npos,
          "a card with figures says so");
  }

  void refusals() {
    std::string said;
    const auto refused = [&](const std::string& arguments, const std::string& sentence) {
      const int status =
          distill(arguments + " --output '" + (folder_ / "no.safetensors").string() + "'", said);
      check(status == 1 && said.find(sentence) != std::string::npos,
            arguments + "\n  said: " + said + "  expected: " + sentence);
      check(!fs::exists(folder_ / "no.safetensors"), "a refused network was written");
    };
    const auto file = [&](const char* name) { return "'" + (folder_ / name).string() + "'"; };
    const std::string labels = " --labels a,b,c,d,e ";
    refused("import " + file("mobilenet_v2.onnx"), "--labels: 5 labels in the order");
    refused("import " + file("mobilenet_v2.onnx") + labels + "--input imagenet", "--activation:");
    refused("import " + file("mobilenet_v2.onnx") +
                " --labels a,b --input imagenet --activation softmax",
            "--labels has 2; expected 5");
    refused("import " + file("mobilenet_v2.onnx") +
                " --labels a,,c,d,e --input imagenet --activation softmax",
            "left out of a softmax");
    refused("import " + file("mobilenet_v2.onnx") + labels + "--input size=65 --activation softmax",
            "its input is 64 pixels a side, and not 65");
    refused("import " + file("mobilenet_v2.onnx") + labels + "--input mean=x --activation softmax",
            "is no number");
    refused("import " + file("softmax.onnx") + labels + "--input imagenet --activation sigmoid",
            "the file ends in a softmax");
    refused("import " + file("mobilenet_v3_small.script.pt") + labels,
            "it is TorchScript, a program");
    refused("import --trust " + file("mobilenet_v3_small.script.pt") + labels,
            "asks for all sides of a map, as scripted networks do");
    const auto bytes = require_file(folder_ / "mobilenet_v2.onnx");
    std::ofstream(folder_ / "cut.onnx", std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size() / 2));
    refused("import " + file("cut.onnx"), "no ONNX file, or a damaged one");
    std::ofstream(folder_ / "mobilenet_v2.bin.txt") << "x";
    refused("import " + file("mobilenet_v2.bin.txt"), "its ending is \".txt\"");
    refused("import " + file("imported.safetensors"), "it is a model file already");
    check(distill("inspect " + file("cut.onnx"), said) == 0 &&
              said.find("import        no: ") != std::string::npos,
          said);
    check(distill("inspect " + file("xrv.pt"), said) == 0 &&
              said.find("Atelectasis, (none), Edema") != std::string::npos &&
              said.find("import        yes\n") != std::string::npos,
          said);
    check(distill("inspect " + file("imported.safetensors"), said) == 0 &&
              said.find("model file of ThoraxLite") != std::string::npos,
          said);
  }

 private:
  std::string distill_;
  std::string runtime_;  // a command that runs an ONNX file
  fs::path folder_;
  std::vector<float> film_;  // [side, side] in [0, 1]
  int failures_ = 0;
};

int compare(const std::string& distill, const std::string& oracle, const std::string& runtime,
            const fs::path& folder) {
  const int status = run("/usr/bin/python3 '" + oracle + "' '" + folder.string() + "'");
  if (status != 0) return status;
  const Json cases = Json::parse(text_of(folder / "cases.json"));
  Comparison comparison(distill, runtime, folder);
  for (const Json& test : cases) {
    try {
      comparison.compare(test);
    } catch (const std::exception& error) {
      comparison.check(false, test.at("name").get<std::string>() + ": " + error.what());
    }
  }
  comparison.films();
  comparison.refusals();
  std::printf("%d failures\n", comparison.failures());
  return comparison.failures() == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: import_test CXR_DISTILL ORACLE NODE RUN_ONNX\n");
    return 2;
  }
  if (!fs::exists("/usr/bin/python3")) {
    std::printf("skipped: there is no /usr/bin/python3\n");
    return kSkipped;
  }
  use_all_cores();
  const fs::path folder =
      fs::temp_directory_path() / ("thoraxlite-import-test-" + std::to_string(getpid()));
  fs::create_directories(folder);
  int status = 1;
  try {
    status = compare(argv[1], argv[2], "'" + std::string(argv[3]) + "' '" + argv[4] + "'", folder);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "import_test: %s\n", error.what());
  }
  fs::remove_all(folder);
  return status;
}
