// How much training follows a stage of an experiment.
#include "commands/later_epochs.h"

#include <doctest/doctest.h>

#include "made_folder.h"

using namespace thoraxlite;

TEST_CASE("what follows counts as epochs of a stage, without those that are behind it") {
  const MadeFolder folder;
  RunOptions options;
  options.input.size = 64;
  options.stride = 2;
  options.device = "cpu";
  std::vector<PlannedStage> stages;
  for (const std::int64_t epochs : {2, 3, 5}) {
    options.epochs = epochs;
    stages.push_back({"", folder.path() / std::to_string(epochs), options});
  }
  // Costs are measured, so that sums of them round.
  const auto are = [&](double first, double second) {
    const std::vector<double> later = later_epochs(stages, Parallel::from_environment());
    REQUIRE(later.size() == 3);
    CHECK(later[0] == doctest::Approx(first));
    CHECK(later[1] == doctest::Approx(second));
    CHECK(later[2] == 0);
  };
  are(8, 5);
  folder.write("5/metrics.jsonl", "{\"epoch\":1}\n{\"epoch\":2}\n{\"epo");
  are(6, 3);

  // The last one asks the first one as its guide at every image: its epochs take longer.
  stages[2].options.distillation.soft_labels_from = stages[0].run.string();
  CHECK(later_epochs(stages, Parallel::from_environment())[1] == doctest::Approx(3 * 4.0 / 3));
  stages[2].options.distillation.cache = true;
  CHECK(later_epochs(stages, Parallel::from_environment())[1] == doctest::Approx(3));
}
