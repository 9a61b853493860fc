// What `run` and `ablation` find wrong before the first epoch of the first stage.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "commands/chain.h"
#include "commands/check_stages.h"
#include "made_folder.h"
#include "training/distillation.h"
#include "training/run_folder.h"

using namespace thoraxlite;
namespace fs = std::filesystem;

namespace {

// A list of films that are never opened: `rows` below its head.
fs::path list(const MadeFolder& folder, const std::string& name, const std::string& rows) {
  folder.write(name + "/manifest.csv", "file,label,split,source\n" + rows);
  return folder.path() / name;
}

constexpr const char* kTrainRows = "a.png,ill,train,x\nb.png,well,train,x\nc.png,ill,train,x\n";
constexpr const char* kValidationRows = "d.png,ill,val,x\ne.png,well,val,x\n";
constexpr const char* kTestRows = "f.png,ill,test,x\ng.png,well,test,x\n";

RunOptions student_on(const std::string& data) {
  RunOptions options = student_defaults();
  options.data.data = data;
  options.input.size = 64;
  options.batch = 2;
  options.balance = "mean";  // a run folder has what auto came to
  return options;
}

std::string checked(const std::vector<PlannedStage>& stages, bool test = true) {
  return reason([&] { check_stages(stages, Parallel::from_environment(), test); });
}

}  // namespace

TEST_CASE("the splits that are needed are looked for first") {
  const MadeFolder folder;
  const fs::path run = folder.path() / "run";
  const auto data = [&](const char* name, const std::string& rows) {
    return student_on(list(folder, name, rows).string());
  };
  const std::string train = kTrainRows;
  CHECK(checked({{"", run, data("whole", train + kValidationRows + kTestRows)}}).empty());
  const RunOptions untested = data("untested", train + kValidationRows);
  CHECK(contains(checked({{"student, seed 1", run, untested}}),
                 "untested: no image of split test; expected at least one"));
  CHECK(checked({{"", run, untested}}, /*test=*/false).empty());
  CHECK(contains(checked({{"", run, data("alone", train + kTestRows)}}), "no image of split val"));
  CHECK_FALSE(fs::exists(run));
}

TEST_CASE("architectures, sizes, levels, labels and places of every stage are looked at first") {
  const MadeFolder folder;
  const fs::path runs = folder.path() / "runs";
  const std::string data =
      list(folder, "data", std::string(kTrainRows) + kValidationRows + kTestRows).string();
  const PlannedStage teacher{"teacher, seed 1", runs / "teacher", student_on(data)};
  PlannedStage student{"student, seed 1", runs / "student", student_on(data)};
  DistillationOptions& learned = student.options.distillation;
  learned.soft_labels_from = learned.features_from = (runs / "." / "teacher").string();
  const auto says = [&](const std::string& expected) {
    const std::string error = checked({teacher, student});
    INFO(error);
    CHECK(contains(error, "student, seed 1: "));
    CHECK(contains(error, expected));
  };
  CHECK(checked({teacher, student}).empty());

  SUBCASE("levels") {
    learned.levels = {"pool1=pool1", "pool2=pool9"};
    says("--levels: student has no feature map 'pool9'; it has conv1, pool1");
    learned.levels = {"pool9=pool1"};
    says("has no feature map 'pool9'");
    learned.levels = {"pool1"};
    says("expected OWN=GUIDE");
    learned.levels = {"fc1=pool1"};  // no map: it has no positions
    says("has no feature map 'fc1'");
  }
  SUBCASE("architectures and sizes") {
    student.options.architecture = "resnet50";
    says("there is no architecture resnet50; expected student, densenet121");
    student.options.architecture = "inception_v3";
    says("--size 64: inception_v3 needs at least 75 pixels a side");
  }
  SUBCASE("a lung file that is none") {
    student.options.lungs = folder.write("bad.safetensors", "no lungs").string();
    says("bad.safetensors: The file is not valid safetensors");
    student.options.lungs = (folder.path() / "none.safetensors").string();
    says("none.safetensors");
  }
  SUBCASE("weights to start from") {
    student.options.init = {(folder.path() / "none.pt").string()};
    says("none.pt");
  }
  SUBCASE("balance") {
    student.options.data.data =
        list(folder, "many", "a.png,ill|bad,train,x\nb.png,bad,val,x\nc.png,ill,test,x\n").string();
    student.options.balance = "over";
    says("balanc");
  }
  SUBCASE("labels that are not drawn") {
    student.options.data.data = "phantom:30";
    student.options.data.labelled = 0.5;
    says("are all labelled");
  }
  SUBCASE("a guide that is no run, or of other labels") {
    learned.features_from = (folder.path() / "elsewhere").string();
    says("elsewhere/options.json: not found");
    claim_run_folder(learned.features_from, student.options, {"other"}, {});
    says("elsewhere: its labels lack '");
    claim_run_folder(learned.features_from, student.options, {"ill", "well"}, {});
    says("has no best.pt");
  }
  SUBCASE("a run folder that cannot be made") {
    folder.write("runs", "a file");
    CHECK(contains(checked({student}), "runs is no folder"));
  }
  SUBCASE("more epochs of a teacher whose student is trained") {
    claim_run_folder(teacher.run, teacher.options, {"ill", "well"}, {});
    std::ofstream(teacher.run / "best.pt") << "weights";
    claim_run_folder(student.run, student.options, {"ill", "well"}, {});
    std::ofstream(student.run / "best.pt") << "weights";
    CHECK(checked({teacher, student}).empty());
    PlannedStage longer = teacher;
    longer.options.epochs += 1;
    CHECK(contains(checked({longer, student}), "which more epochs would change"));
    student.options.seed = 2;
    says("this run has seed 1, not 2");
  }
}

TEST_CASE("of the paper's first experiment, every level is there without training") {
  ExperimentOptions chexpert;
  chexpert.data.data = "phantom-multi:60";
  chexpert.teacher.architecture = "efficientnet_b6+b7";
  for (RunOptions* role : {&chexpert.teacher, &chexpert.assistant, &chexpert.student}) {
    role->input.size = 320;
    role->balance = "none";
  }
  const fs::path teacher = "runs/teacher", assistant = "runs/assistant";
  const RunOptions& followed = chexpert.teacher;
  const std::vector<PlannedStage> stages = {
      {"teacher", teacher, stage_alone(chexpert, chexpert.teacher, 1)},
      {"assistant", assistant,
       stage_from(chexpert, chexpert.assistant, 1, teacher, teacher, followed)},
      {"student from teacher", "runs/a",
       stage_from(chexpert, chexpert.student, 1, teacher, teacher, followed)},
      {"student", "runs/b",
       stage_from(chexpert, chexpert.student, 1, assistant, assistant, chexpert.assistant)}};
  CHECK(checked(stages) == "");
  CHECK(default_levels("student", "efficientnet_b6+b7") ==
        Levels{{"pool1", "efficientnet_b6.features.3"},
               {"pool2", "efficientnet_b6.features.5"},
               {"pool3", "efficientnet_b6.features.8"}});
}

TEST_CASE("levels may name maps of both guides; each row takes its own guide's") {
  ExperimentOptions experiment;
  experiment.teacher.architecture = "efficientnet_b0+b1";
  auto& levels = experiment.student.distillation.levels;
  levels = {"pool1=denseblock2", "pool3=denseblock4", "pool3=efficientnet_b1.features.8"};
  CHECK_NOTHROW(check_roles(experiment));
  const auto taken = [&](const RunOptions& guide) {
    return stage_from(experiment, experiment.student, 1, "g", "g", guide).distillation.levels;
  };
  CHECK(taken(experiment.teacher) == std::vector<std::string>{"pool3=efficientnet_b1.features.8"});
  CHECK(taken(experiment.assistant) ==
        std::vector<std::string>{"pool1=denseblock2", "pool3=denseblock4"});
  levels.emplace_back("pool2=denseblock9");
  CHECK(contains(reason([&] { check_roles(experiment); }),
                 "student: level 'pool2=denseblock9' names no feature map of efficientnet_b0+b1 "
                 "and densenet121"));
}

TEST_CASE("students and DenseNets become model files, no other network") {
  RunOptions options;
  for (const auto& [architecture, can] :
       {std::pair("student", true), {"densenet121", true}, {"efficientnet_b0", false}}) {
    options.architecture = architecture;
    CHECK(can_export(options) == can);
  }
}
