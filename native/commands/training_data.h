// What is asked of the data before anything is trained, decoded or claimed.
#pragma once

#include "training/run_options.h"

namespace thoraxlite {

// Resolves what the data decides (balance). Throws std::runtime_error where images of the training
// or the validation split are missing, a patient or equal files are in two splits, or the labels
// cannot be trained (data/balance.h). Decodes nothing; reads files as refuse_equal_files does.
void check_training_data(RunOptions& options);

}  // namespace thoraxlite
