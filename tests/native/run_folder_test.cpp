// Run folders: whose they are, when they may be gone on with, moved, and written on a full disk.
#include "training/run_folder.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <torch/torch.h>

#include <csignal>
#include <fstream>

#include "made_folder.h"
#include "training/checkpoint.h"
#include "training/epoch_state.h"
#include "training/guide.h"
#include "training/session.h"
#include "training/unused_options.h"

using namespace thoraxlite;
namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

const std::vector<std::string> kOrder = {"normal", "lobar", "diffuse"};

RunOptions tiny() {
  RunOptions options;
  options.data.data = "phantom:30";
  options.input.size = 32;
  options.hidden = 8;
  return options;
}

// A run with weights drawn by chance.
fs::path trained(const fs::path& run, const RunOptions& options, const Json& provenance = {}) {
  claim_run_folder(run, options, kOrder, provenance);
  save_network(run / "best.pt", *make_network(network_options(options, kOrder.size())));
  return run;
}

std::string claiming(const fs::path& run, const RunOptions& options,
                     const std::vector<std::string>& labels = kOrder, const Json& provenance = {}) {
  return reason([&] { claim_run_folder(run, options, labels, provenance); });
}

// Files of more bytes cannot be written while it lives: what a full disk is to a program.
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~SmallDisk() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

std::string bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

TEST_CASE("a run goes on with the same labels in the same order, and the same lists") {
  const MadeFolder folder;
  const fs::path run = trained(folder.path() / "run", tiny(), {{"data_sha256", "aaa"}});
  CHECK(claiming(run, tiny(), kOrder, {{"data_sha256", "aaa"}}).empty());
  const std::string order = claiming(run, tiny(), {"diffuse", "lobar", "normal"});
  CHECK(contains(order, "the labels normal, lobar, diffuse, in this order"));
  CHECK(contains(order, "the data has diffuse, lobar, normal"));
  const std::string lists = claiming(run, tiny(), kOrder, {{"data_sha256", "bbb"}});
  CHECK(contains(lists, "SHA-256 bbb, not aaa"));
  CHECK(contains(reason([&] { check_run_data(run, kOrder, "bbb"); }), "SHA-256 bbb, not aaa"));
  CHECK(contains(reason([&] { check_run_data(run, {"lobar"}, "aaa"); }), "the data has lobar"));
  CHECK_NOTHROW(check_run_data(run, kOrder, "aaa"));

  RunOptions elsewhere = tiny();
  elsewhere.data.data = "/data/elsewhere";
  CHECK(claiming(run, elsewhere, kOrder, {{"data_sha256", "aaa"}}).empty());
  CHECK(read_run_options(run).data.data == "/data/elsewhere");
  CHECK(contains(claiming(run, tiny()), "has data"));  // no digest: the names must do
}

TEST_CASE("options may change until there are weights, and then the epochs may grow") {
  const MadeFolder folder;
  const fs::path run = folder.path() / "run";
  RunOptions options = tiny();
  claim_run_folder(run, options, kOrder, {});
  options.balance = "none";
  CHECK(claiming(run, options).empty());
  CHECK(read_run_options(run).balance == "none");
  trained(run, options);
  RunOptions other = options;
  other.balance = "mean";
  CHECK(contains(claiming(run, other), "this run has balance \"none\", not \"mean\""));
  options.epochs += 5;
  CHECK(claiming(run, options).empty());
  CHECK(read_run_options(run).epochs == options.epochs);
  options.epochs -= 1;
  CHECK(contains(claiming(run, options), "this run has epochs 45, not 44"));
}

TEST_CASE("a folder that moves finds its guides, from every working directory") {
  const MadeFolder folder;
  const fs::path runs = folder.path() / "runs", moved = folder.path() / "a" / "moved";
  trained(runs / "teacher", tiny());
  RunOptions options = tiny();
  options.distillation.soft_labels_from = (runs / "teacher").string();
  options.distillation.features_from = (runs / "." / "teacher").string();
  trained(runs / "student", options, {{"guides", {{"soft_labels_from", "abc"}}}});
  CHECK(read_run_file(runs / "student").at("options").at("features_from") == "../teacher");

  fs::create_directories(moved.parent_path());
  fs::rename(runs, moved);
  CHECK(fs::equivalent(read_run_options(moved / "student").distillation.soft_labels_from,
                       moved / "teacher"));
  options.distillation.soft_labels_from = options.distillation.features_from =
      (moved / "teacher").string();
  CHECK(claiming(moved / "student", options).empty());
  CHECK(contains(
      claiming(moved / "student", options, kOrder, {{"guides", {{"soft_labels_from", "abd"}}}}),
      "its guide of soft_labels_from has other weights"));
  options.distillation.features_from = (moved / "another").string();
  CHECK(contains(claiming(moved / "student", options), "this run has features_from"));
}

TEST_CASE("a run of before has its guides' folders as they were typed") {
  const MadeFolder folder;
  RunOptions options = tiny();
  options.distillation.features_from = "runs/old/teacher";
  fs::create_directories(folder.path() / "old");
  std::ofstream(folder.path() / "old" / "options.json")
      << Json{{"options", to_json(options)}, {"labels", kOrder}};
  std::ofstream(folder.path() / "old" / "best.pt") << "weights";
  CHECK(read_run_options(folder.path() / "old").distillation.features_from == "runs/old/teacher");
  CHECK(claiming(folder.path() / "old", options).empty());
}

TEST_CASE("an epoch goes on with as many generators as it was begun with, and sets no other") {
  const Parallel alone = Parallel::from_environment();
  const auto generator = [](std::uint64_t seed) {
    return torch::make_generator<torch::CPUGeneratorImpl>(seed);
  };
  const torch::Tensor sums = torch::tensor({1.5, 2.5}, torch::kFloat64);
  const torch::Tensor states = gather_epoch_states(sums, {generator(1)}, alone);
  torch::Generator first = generator(7), second = generator(8);
  const auto before = first.get_state().clone();
  CHECK(contains(reason([&] { restore_epoch_state(states, 2, {first, second}, alone); }),
                 "another kind of device"));
  CHECK(torch::equal(first.get_state(), before));
  CHECK(torch::equal(restore_epoch_state(states, 2, {first}, alone), sums));
  CHECK(torch::equal(first.get_state(), generator(1).get_state()));
}

TEST_CASE("one process trains in a folder") {
  const MadeFolder folder;
  {
    const RunLock lock(folder.path() / "run");
    const std::string second = reason([&] { RunLock(folder.path() / "run"); });
    CHECK(contains(second, "process " + std::to_string(getpid()) + " is training in this"));
  }
  CHECK_NOTHROW(RunLock(folder.path() / "run"));
}

TEST_CASE("options.json tells of every start: when, on what, by how many, and how") {
  const MadeFolder folder;
  const fs::path run = trained(folder.path() / "run", tiny(), {{"revision", "r"}});
  const Parallel one = Parallel::from_environment();
  add_session(run, session(one, 0, 40));
  add_session(run, session(one, 7, 40));
  const Json sessions = read_run_file(run).at("provenance").at("sessions");
  REQUIRE(sessions.size() == 2);
  CHECK(sessions[1].at("epochs_done") == 7);
  CHECK(sessions[0].at("date").get<std::string>().size() == 20);
  CHECK(sessions[0].at("processor").get<std::string>() != "");
  CHECK(sessions[0].at("threads").get<int>() > 0);
  CHECK(sessions[0].at("processes") == 1);
  CHECK(contains(sessions[0].at("command").at(0), "distill_test"));
  CHECK(read_run_file(run).at("provenance").at("revision") == "r");

  Json file = read_run_file(run);
  file["options"]["data"] = "/home/somebody/films/";
  file["options"]["init"] = {"/home/somebody/start.pt"};
  const std::string shown = without_places(file).dump();
  CHECK_FALSE(contains(shown, "/home"));
  CHECK_FALSE(contains(shown, "command"));
  CHECK(contains(shown, "\"films\""));
  CHECK(contains(shown, "\"start.pt\""));
  CHECK(contains(shown, "\"processes\""));
}

TEST_CASE("a full disk is a sentence, and the checkpoint before it stays") {
  const MadeFolder folder;
  const fs::path file = folder.path() / "checkpoint.pt";
  const auto network = make_network(network_options(tiny(), kOrder.size()));
  const torch::optim::Adam optimizer(network->parameters());
  const WeightAverage average(*network, 0.9);
  save_checkpoint(file, {1, 0.5, 1}, *network, optimizer, average);
  const std::string before = bytes_of(file);
  {
    const SmallDisk disk(before.size() / 8);
    const std::string full =
        reason([&] { save_checkpoint(file, {2, 0.6, 2}, *network, optimizer, average); });
    CHECK(contains(full, file.string() + ": cannot be written: "));
    CHECK(contains(full, "the checkpoint before it is whole"));
    CHECK(contains(reason([&] { save_network(folder.path() / "best.pt", *network); }),
                   "best.pt: cannot be written"));
  }
  CHECK(bytes_of(file) == before);
  CHECK_FALSE(fs::exists(folder.path() / "best.pt"));
  CHECK_FALSE(fs::exists(folder.path() / "checkpoint.pt.part"));
}

TEST_CASE("too little room for a guide's outputs is said with what they take") {
  const MadeFolder folder;
  const fs::path run = trained(folder.path() / "run", tiny()), file = folder.path() / "cache";
  const ImageSet images = draw_phantoms(30, 32, Split::train, 1);
  Guide guide(run, kOrder, {"pool1"}, torch::kCPU);
  {
    const SmallDisk disk(4096);
    const std::string full = reason([&] { guide.cache(images, file); });
    CHECK(contains(full, file.string() + ": cannot be written: "));
    CHECK(contains(full, "of 30 images takes 0.9 MiB: make room"));
  }
  CHECK_FALSE(fs::exists(file));
  CHECK_FALSE(fs::exists(file.string() + ".part"));
  CHECK_NOTHROW(guide.cache(images, file));
}

TEST_CASE("options that decide nothing are named") {
  const auto unused = [](const RunOptions& options, Role role) {
    std::string all;
    for (const auto& line : unused_options(options, RunOptions{}, role)) all += line + "\n";
    return all;
  };
  RunOptions options;
  CHECK(unused(options, Role::by_itself).empty());
  options.distillation.temperature = 2;
  options.distillation.order = 1;
  options.distillation.cache = true;
  options.hidden = 128;
  CHECK(unused(options, Role::by_itself) ==
        "--temperature: no soft labels are learned\n--cache-teacher: there is no guide\n"
        "--order: of the Wasserstein distance, which is not taken\n");
  CHECK(unused(options, Role::guided_in_chain).empty());
  options.architecture = "densenet121";
  options.distillation.map_loss = "kl";
  options.data.data = "elsewhere";
  CHECK(unused(options, Role::guided_in_chain) ==
        "--data: of all stages, not of one\n"
        "--order: of the Wasserstein distance, which is not taken\n"
        "--hidden: of the student alone\n");
  options.distillation.soft_labels_from = "runs/teacher";
  CHECK(
      contains(unused(options, Role::guided_in_chain), "--soft-labels-from: the chain decides it"));

  options = {};
  options.same_hospital = {"nih+rsna"};
  options.balance_views = true;
  options.augment = "strong";
  options.augmentation = 0;
  CHECK(unused(options, Role::by_itself) ==
        "--augment: no image is changed\n"
        "--balance-views: neither --balance even, --balance-sources nor --group-robust\n"
        "--same-hospital: neither --balance even, --balance-sources nor --group-robust\n");
  options.augmentation = 0.5;
  options.group_robust = 0.01;
  CHECK(unused(options, Role::by_itself).empty());
  options.group_robust = 0;
  options.balance = "even";
  CHECK(unused(options, Role::by_itself).empty());
  options.balance_sources = true;
  CHECK(unused(options, Role::by_itself) == "--balance-sources: even balances every source\n");
}
