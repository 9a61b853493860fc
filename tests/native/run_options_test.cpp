// Options of a run: what is left open is settled once, and what came later changes no older run.
#include "training/run_options.h"

#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "made_folder.h"
#include "training/run_folder.h"
#include "training/settled_options.h"

using namespace thoraxlite;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string> kLabels = {"a", "b"};

RunOptions on_phantoms() {
  RunOptions options;
  options.data.data = "phantom:30";
  return options;
}

// A run that was begun before these options were there.
fs::path make_older_run(const fs::path& run) {
  nlohmann::ordered_json options = to_json(on_phantoms());
  for (const char* key : {"precision", "warm_up_share", "reduction", "augment", "balance_views",
                          "same_hospital", "group_robust", "reader"})
    options.erase(key);
  fs::create_directories(run);
  std::ofstream(run / "options.json")
      << nlohmann::ordered_json{{"options", options}, {"labels", kLabels}};
  std::ofstream(run / "best.pt") << "weights";
  return run;
}

}  // namespace

TEST_CASE("the fastest precision is bfloat16 where the system says that the processor has it") {
  const Precision fastest = fastest_precision(torch::kCPU);
  CHECK_FALSE(fastest.reason.empty());
  std::ifstream processors("/proc/cpuinfo");
  if (!processors) return;
  const std::string text(std::istreambuf_iterator<char>(processors), {});
  const bool there = text.find(" avx512_bf16") != std::string::npos;
  CHECK(fastest.name == (there ? "bfloat16" : "float32"));
}

TEST_CASE("a precision that is left open is settled once for a run") {
  const MadeFolder folder;
  const RunOptions open = on_phantoms();
  REQUIRE(open.precision == "auto");
  const fs::path fresh = folder.path() / "new";
  const RunOptions settled = settle(open, fresh, torch::kCPU, false);
  CHECK(settled.precision == fastest_precision(torch::kCPU).name);

  // The run goes on where the other one would be faster.
  const std::string slower = settled.precision == "float32" ? "bfloat16" : "float32";
  const fs::path begun = folder.path() / "elsewhere";
  RunOptions there = open;
  there.precision = slower;
  claim_run_folder(begun, there, kLabels, {});
  std::ofstream(begun / "best.pt") << "weights";
  CHECK(settle(open, begun, torch::kCPU, false).precision == slower);
  CHECK_NOTHROW(claim_run_folder(begun, open, kLabels, {}));
  there.precision = settled.precision;
  CHECK(contains(reason([&] { claim_run_folder(begun, there, kLabels, {}); }),
                 "this run has precision \"" + slower + "\", not \"" + settled.precision + "\""));
  CHECK(settle(there, fresh, torch::kCPU, false).precision == settled.precision);
}

TEST_CASE("an older run is what it was, and goes on by the same command") {
  const MadeFolder folder;
  const fs::path run = make_older_run(folder.path() / "run");
  const RunOptions then = read_run_options(run);
  CHECK(then.precision == "float32");
  CHECK(then.reduction == "mean");
  CHECK(then.augment == "usual");
  CHECK(then.group_robust == 0);
  CHECK(warm_up_steps(then, 90) == 100);

  RunOptions wanted = on_phantoms();
  wanted.data.seed = 7;
  const RunOptions settled = settle(wanted, run, torch::kCPU, false);
  CHECK(to_json(settled) == to_json(then));
  CHECK(settled.data.seed == 7);
  CHECK_NOTHROW(claim_run_folder(run, wanted, kLabels, {}));
  wanted.warm_up_share = 0.5;
  CHECK(contains(reason([&] { claim_run_folder(run, wanted, kLabels, {}); }),
                 "this run has warm_up_share 1.0, not 0.5"));
}

TEST_CASE("a warm-up takes a tenth of a short training") {
  RunOptions options;
  CHECK(warm_up_steps(options, 90) == 9);
  CHECK(warm_up_steps(options, 1000) == 100);
  CHECK(warm_up_steps(options, 100'000) == 100);
  options.warm_up_share = 1;
  CHECK(warm_up_steps(options, 90) == 100);
  options.warm_up = 0;
  CHECK(warm_up_steps(options, 90) == 0);
}
