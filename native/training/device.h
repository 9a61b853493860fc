// Where tensors live and how many cores work on them.
#pragma once

#include <torch/types.h>

#include <string>

namespace thoraxlite {

// "auto" is CUDA where there is one. index: of the GPU, for the n-th process of a machine. Throws
// std::runtime_error if "cuda" is asked for in vain.
torch::Device choose_device(const std::string& name, int index = 0);

// LibTorch may start with one thread: gives it every core, or this process's share of them where
// several work on one machine.
void use_all_cores(int processes = 1);

// Lets the C library keep memory that tensors on the CPU gave back, for the next step's, instead of
// returning it to the system and having every page cleared anew: that was half of the time of a
// step of the student. The process keeps its largest size until its end. Call it before there are
// tensors.
void keep_freed_memory();

}  // namespace thoraxlite
