# Whether LibTorch can train with several processes, found by compiling and linking:
#   THORAXLITE_GLOO         between CPUs
#   THORAXLITE_NCCL         between GPUs
#   process_group           which of native/training/process_group_*.cpp to build
# THORAXLITE_DISTRIBUTED=OFF leaves both out.
include(CheckCXXSourceCompiles)

option(THORAXLITE_DISTRIBUTED "Training with several processes, where LibTorch can" ON)
set(process_group none)
if(NOT THORAXLITE_DISTRIBUTED)
  return()
endif()

# try_group VARIABLE HEADER GROUP DEFINITION: constructs a process group, calls nothing.
function(try_group variable header group definition)
  set(CMAKE_REQUIRED_LIBRARIES ${TORCH_LIBRARIES})
  set(CMAKE_REQUIRED_QUIET ON)
  check_cxx_source_compiles("
    #ifndef ${definition}
    #error this LibTorch was built without
    #endif
    #include <${header}>
    #include <torch/csrc/distributed/c10d/TCPStore.hpp>
    int main(int count, char**) {
      auto store = c10::make_intrusive<c10d::TCPStore>(\"localhost\", c10d::TCPStoreOptions{});
      auto group = c10::make_intrusive<c10d::${group}>(store, 0, count,
                                                       c10d::${group}::Options::create());
      return group->getSize();
    }" ${variable})
endfunction()

# Gloo's headers must be those that this LibTorch was built with: the ones that stand beside its
# own. Debian's are a package, libgloo-dev; LibTorch's own archives leave them out.
find_path(gloo_include_dir gloo/context.h PATHS ${TORCH_INCLUDE_DIRS} NO_DEFAULT_PATH NO_CACHE)
if(gloo_include_dir)
  try_group(THORAXLITE_GLOO torch/csrc/distributed/c10d/ProcessGroupGloo.hpp ProcessGroupGloo
    USE_C10D_GLOO)
endif()
if(TORCH_CUDA_LIBRARIES)
  try_group(THORAXLITE_NCCL torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp ProcessGroupNCCL
    USE_C10D_NCCL)
endif()
if(THORAXLITE_GLOO OR THORAXLITE_NCCL)
  set(process_group c10d)
endif()
message(STATUS "Training with several processes: Gloo ${THORAXLITE_GLOO}, NCCL ${THORAXLITE_NCCL}")
