// norm_relu against LibTorch's own operators: values, gradients, running statistics.
#include "models/norm_relu.h"

#include <ATen/Parallel.h>
#include <doctest/doctest.h>
#include <torch/torch.h>

#include <cmath>

using namespace thoraxlite;

namespace {

torch::nn::BatchNorm2d make_norm(std::int64_t channels) {
  torch::nn::BatchNorm2d norm(torch::nn::BatchNorm2dOptions(channels).momentum(0.3).eps(1e-3));
  const torch::NoGradGuard no_grad;
  norm->weight.uniform_(-1.5, 1.5);
  norm->bias.uniform_(-1, 1);
  norm->running_mean.uniform_(-1, 1);
  norm->running_var.uniform_(0.5, 2);
  return norm;
}

torch::nn::BatchNorm2d copy_of(const torch::nn::BatchNorm2d& norm) {
  return torch::nn::BatchNorm2d(
      std::dynamic_pointer_cast<torch::nn::BatchNorm2dImpl>(norm->clone()));
}

torch::nn::BatchNorm2d in_float64(const torch::nn::BatchNorm2d& norm) {
  torch::nn::BatchNorm2d twin = copy_of(norm);
  twin->to(torch::kFloat64);
  return twin;
}

struct Passed {
  torch::Tensor y, dx;
  torch::nn::BatchNorm2d norm;
};

template <class Forward>
Passed run(const Forward& forward, const torch::nn::BatchNorm2d& start, const torch::Tensor& x,
           const torch::Tensor& dy) {
  Passed result{{}, {}, copy_of(start)};
  const torch::Tensor input = x.detach().clone().requires_grad_(true);
  result.y = forward(*result.norm, input);
  result.y.backward(dy);
  result.dx = input.grad();
  return result;
}

Passed ours(const torch::nn::BatchNorm2d& norm, const torch::Tensor& x, const torch::Tensor& dy) {
  return run([](auto& n, const auto& input) { return norm_relu(n, input); }, norm, x, dy);
}

// In float64, which has a path of its own.
Passed exact(const torch::nn::BatchNorm2d& norm, const torch::Tensor& x, const torch::Tensor& dy) {
  torch::nn::BatchNorm2d twin = in_float64(norm);
  return run([](auto& n, const auto& input) { return torch::relu(n.forward(input)); }, twin,
             x.to(torch::kFloat64), dy.to(torch::kFloat64));
}

double difference(const torch::Tensor& a, const torch::Tensor& b) {
  return (a.to(torch::kFloat64) - b.to(torch::kFloat64)).abs().max().item<double>();
}

torch::Tensor channels_last(const torch::Tensor& tensor) {
  return tensor.contiguous(torch::MemoryFormat::ChannelsLast);
}

}  // namespace

TEST_CASE("norm and ReLU together are norm and then ReLU") {
  torch::manual_seed(1);
  const std::vector<std::vector<std::int64_t>> shapes = {
      {2, 3, 1, 1}, {3, 5, 7, 9}, {4, 64, 33, 20}, {2, 70, 3, 2}, {16, 8, 40, 40}};
  for (const auto& shape : shapes) {
    CAPTURE(shape);
    const torch::nn::BatchNorm2d norm = make_norm(shape[1]);
    // Far from zero, where squares cancel.
    const torch::Tensor x = channels_last(torch::randn(shape) * 2 + 50);
    const torch::Tensor dy = channels_last(torch::randn(shape));
    const Passed a = ours(norm, x, dy), b = exact(norm, x, dy);
    CHECK(a.y.is_contiguous(torch::MemoryFormat::ChannelsLast));
    CHECK(difference(a.y, b.y) < 2e-4);
    CHECK(difference(a.norm->running_mean, b.norm->running_mean) < 1e-4);
    CHECK(difference(a.norm->running_var, b.norm->running_var) < 1e-4);
    CHECK(a.norm->num_batches_tracked.item<std::int64_t>() == 1);
    // A value at the ReLU's edge may fall on either side of it.
    const torch::Tensor edge = in_float64(norm)->forward(x.to(torch::kFloat64)).abs().lt(1e-3);
    CHECK(edge.sum().item<std::int64_t>() < 0.01 * static_cast<double>(x.numel()) + 2);
    if (edge.any().item<bool>()) continue;
    const double scale = std::sqrt(static_cast<double>(x.numel()));
    CHECK(difference(a.dx, b.dx) < 1e-3);
    CHECK(difference(a.norm->weight.grad(), b.norm->weight.grad()) < 1e-4 * scale);
    CHECK(difference(a.norm->bias.grad(), b.norm->bias.grad()) < 1e-4 * scale);
  }
}

TEST_CASE("its gradients are those of the operators, with nothing at the ReLU's edge") {
  torch::manual_seed(2);
  const torch::nn::BatchNorm2d norm = make_norm(6);
  {
    const torch::NoGradGuard no_grad;
    norm->weight.fill_(0.2);
    norm->bias.copy_(torch::tensor({3.0, 3.0, 3.0, -3.0, 3.0, 3.0}));  // one channel is shut
  }
  const torch::Tensor x = channels_last(torch::randn({8, 6, 16, 17}));
  const torch::Tensor dy = torch::randn({8, 6, 16, 17});  // in the other layout
  const Passed a = ours(norm, x, dy), b = exact(norm, x, dy);
  CHECK(difference(a.y, b.y) < 1e-5);
  CHECK(difference(a.dx, b.dx) < 1e-5);
  CHECK(a.dx.abs().max().item<double>() > 0.1);
  CHECK(a.dx.select(1, 3).abs().max().item<double>() == 0);
  CHECK(difference(a.norm->weight.grad(), b.norm->weight.grad()) < 1e-3);
  CHECK(difference(a.norm->bias.grad(), b.norm->bias.grad()) < 1e-3);
}

TEST_CASE("in bfloat16 it differs by rounding alone") {
  torch::manual_seed(3);
  const torch::nn::BatchNorm2d norm = make_norm(32);
  {
    const torch::NoGradGuard no_grad;
    norm->weight.fill_(0.2);
    norm->bias.fill_(2);
  }
  const torch::Tensor x = channels_last(torch::randn({4, 32, 12, 12})).to(torch::kBFloat16);
  const torch::Tensor dy = channels_last(torch::randn({4, 32, 12, 12})).to(torch::kBFloat16);
  const Passed a = ours(norm, x, dy), b = exact(norm, x, dy);
  CHECK((a.y.scalar_type() == torch::kBFloat16));
  CHECK((a.dx.scalar_type() == torch::kBFloat16));
  CHECK(difference(a.y, b.y) < 0.01);
  CHECK(difference(a.dx, b.dx) < 0.005);
  CHECK(difference(a.norm->weight.grad(), b.norm->weight.grad()) < 1e-2);
  CHECK(difference(a.norm->running_var, b.norm->running_var) < 1e-5);
}

TEST_CASE("it is the same with any number of threads, and hides no value that is no number") {
  torch::manual_seed(4);
  const torch::nn::BatchNorm2d norm = make_norm(16);
  const torch::Tensor x = channels_last(torch::randn({8, 16, 32, 32}));
  const torch::Tensor dy = channels_last(torch::randn({8, 16, 32, 32}));
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const Passed one = ours(norm, x, dy);
  at::set_num_threads(3);
  const Passed three = ours(norm, x, dy);
  at::set_num_threads(threads);
  CHECK(torch::equal(one.y, three.y));
  CHECK(torch::equal(one.dx, three.dx));
  CHECK(torch::equal(one.norm->weight.grad(), three.norm->weight.grad()));

  torch::Tensor broken = x.clone();
  broken[0][3][0][0] = std::nanf("");
  for (const auto type : {torch::kFloat32, torch::kBFloat16}) {
    const torch::Tensor y = ours(norm, channels_last(broken.to(type)), dy.to(type)).y;
    CHECK(y.select(1, 3).isnan().all().item<bool>());
    CHECK_FALSE(y.select(1, 4).isnan().any().item<bool>());
  }
}

TEST_CASE("in evaluation it is the running statistics' norm and ReLU") {
  torch::manual_seed(5);
  torch::nn::BatchNorm2d norm = make_norm(7);
  norm->eval();
  const torch::Tensor x = channels_last(torch::randn({2, 7, 5, 5}));
  const torch::Tensor before = x.clone();
  CHECK(torch::equal(norm_relu(*norm, x), torch::relu(norm->forward(x))));
  CHECK(torch::equal(x, before));
}
