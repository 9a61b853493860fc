#include "commands/commands.h"

namespace thoraxlite {

// Learning rates are those of the paper's case study.

RunOptions teacher_defaults() {
  RunOptions options;
  options.architecture = "inception_v3";
  options.input.size = 299;
  options.dropout = 0.5;
  options.learning_rate = 1e-2;
  return options;
}

RunOptions assistant_defaults() {
  RunOptions options;
  options.architecture = "densenet121";
  options.dropout = 0.2;
  options.distillation.map_loss = "kl";
  options.distillation.map_weight = 1;
  return options;
}

RunOptions student_defaults() {
  return {};
}

}  // namespace thoraxlite
