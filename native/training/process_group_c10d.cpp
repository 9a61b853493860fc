#include "training/process_group.h"

#ifdef THORAXLITE_GLOO
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#endif
#ifdef THORAXLITE_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif
#include <torch/cuda.h>
#include <torch/version.h>

#include <cstdlib>
#include <stdexcept>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

namespace thoraxlite {
namespace {

#if TORCH_VERSION_MAJOR >= 2
using Backend = c10d::Backend;
#else
using Backend = c10d::ProcessGroup;
#endif

c10::intrusive_ptr<c10d::Store> meeting_point(const GroupPlace& place,
                                              std::chrono::milliseconds timeout,
                                              const std::string& backend) {
  c10d::TCPStoreOptions options;
  options.port = place.port;
  options.isServer = place.hosts;
  options.waitWorkers = false;  // the backends wait for each other
  options.timeout = timeout;
  options.multiTenant = true;  // one server for both backends
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
  options.useLibUV = false;  // Debian 13's LibTorch asks for it and was built without
#endif
  auto store = c10::make_intrusive<c10d::TCPStore>(place.address, options);
  return c10::make_intrusive<c10d::PrefixStore>("thoraxlite/" + place.attempt + "/" + backend,
                                                store);
}

#ifdef THORAXLITE_GLOO
// Processes of one machine that meet at its loopback address stay on it. Else the address is that
// of the host's name, or of the interface that Gloo's own variable names.
std::shared_ptr<gloo::transport::Device> network_device(const GroupPlace& place) {
  const char* interface = std::getenv("GLOO_SOCKET_IFNAME");
  if (interface != nullptr && *interface != '\0') {
    return c10d::ProcessGroupGloo::createDeviceForInterface(interface);
  }
  if (place.address == "localhost" || place.address.rfind("127.", 0) == 0) {
    return c10d::ProcessGroupGloo::createDeviceForHostname(place.address);
  }
  return c10d::ProcessGroupGloo::createDefaultDevice();
}

c10::intrusive_ptr<Backend> join_gloo(const GroupPlace& place, std::chrono::milliseconds timeout) {
  auto options = c10d::ProcessGroupGloo::Options::create(timeout);
  options->devices.push_back(network_device(place));
  return c10::make_intrusive<c10d::ProcessGroupGloo>(meeting_point(place, timeout, "gloo"),
                                                     place.rank, place.size, options);
}
#endif

#ifdef THORAXLITE_NCCL
c10::intrusive_ptr<Backend> join_nccl(const GroupPlace& place, std::chrono::milliseconds timeout) {
  auto options = c10d::ProcessGroupNCCL::Options::create();
  options->timeout = timeout;
  return c10::make_intrusive<c10d::ProcessGroupNCCL>(meeting_point(place, timeout, "nccl"),
                                                     place.rank, place.size, options);
}
#endif

// Gloo for tensors on the CPU, NCCL for those on a GPU; where only one of them is there, the others
// travel through it.
class C10dGroup : public ProcessGroup {
 public:
  C10dGroup(const GroupPlace& place, std::chrono::milliseconds timeout)
      : local_rank_(static_cast<torch::DeviceIndex>(place.local_rank)) {
#ifdef THORAXLITE_GLOO
    gloo_ = join_gloo(place, timeout);
#endif
#ifdef THORAXLITE_NCCL
    if (torch::cuda::is_available()) nccl_ = join_nccl(place, timeout);
#endif
    if (!gloo_ && !nccl_) {
      throw std::runtime_error("this build has NCCL only, and no CUDA device was found");
    }
  }

  Finish start_sum(const torch::Tensor& tensor) override {
    return start(tensor, [](Backend& backend, std::vector<at::Tensor>& tensors) {
      return backend.allreduce(tensors);
    });
  }

  Finish start_broadcast(const torch::Tensor& tensor) override {
    return start(tensor, [](Backend& backend, std::vector<at::Tensor>& tensors) {
      return backend.broadcast(tensors);
    });
  }

 private:
  template <class Operation>
  Finish start(const torch::Tensor& tensor, const Operation& operation) {
    const bool by_nccl = nccl_ && (tensor.is_cuda() || !gloo_);
    std::vector<at::Tensor> sent = {tensor};
    if (by_nccl != tensor.is_cuda()) {
      sent = {tensor.to(by_nccl ? torch::Device(torch::kCUDA, local_rank_) : torch::kCPU)};
    }
    const auto work = operation(by_nccl ? *nccl_ : *gloo_, sent);
    return [work, tensor, sent] {
      work->wait();
      if (!sent[0].is_same(tensor)) tensor.copy_(sent[0]);
    };
  }

  torch::DeviceIndex local_rank_;
  c10::intrusive_ptr<Backend> gloo_;
  c10::intrusive_ptr<Backend> nccl_;
};

}  // namespace

std::unique_ptr<ProcessGroup> join_process_group(const GroupPlace& place,
                                                 std::chrono::milliseconds timeout) {
  try {
    return std::make_unique<C10dGroup>(place, timeout);
  } catch (const std::exception& error) {
    const std::string reason = error.what();  // LibTorch's goes on with a trace
    throw std::runtime_error("process " + std::to_string(place.rank) + " of " +
                             std::to_string(place.size) + " did not meet the others at " +
                             place.address + ":" + std::to_string(place.port) + " within " +
                             std::to_string(timeout.count() / 1000) +
                             " s: " + reason.substr(0, reason.find('\n')));
  }
}

}  // namespace thoraxlite
