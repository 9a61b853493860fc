#include "models/norm_relu.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "models/norm_relu_kernels.h"

namespace thoraxlite {
namespace {

namespace kernels = norm_relu_kernels;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr std::int64_t kMostParts = 64;  // for threads to take
constexpr std::int64_t kBlock = 128;     // rows that are summed in float32 before float64

struct Rows {
  explicit Rows(const torch::Tensor& x)
      : channels(x.size(1)),
        count(x.numel() / channels),
        parts(std::clamp<std::int64_t>(count / kBlock, 1, kMostParts)) {}

  std::int64_t begin(std::int64_t part) const { return count * part / parts; }

  std::int64_t channels, count, parts;
};

// work(part's first row, its number of rows), on every core.
template <class Work>
void for_each_part(const Rows& rows, const Work& work) {
  at::parallel_for(0, rows.parts, 1, [&](std::int64_t from, std::int64_t to) {
    for (std::int64_t part = from; part < to; ++part) {
      work(part, rows.begin(part), rows.begin(part + 1) - rows.begin(part));
    }
  });
}

// Two sums a channel: add(first row, rows, one, other) adds those of a block of rows in float32.
// Returns float64 [2, channels].
template <class Add>
torch::Tensor sums_of(const Rows& rows, const Add& add) {
  torch::Tensor sums = torch::zeros({rows.parts, 2 * rows.channels}, torch::kFloat64);
  const auto width = static_cast<std::size_t>(rows.channels);
  for_each_part(rows, [&](std::int64_t part, std::int64_t begin, std::int64_t count) {
    double* total = sums.data_ptr<double>() + part * 2 * rows.channels;
    std::vector<float> block(2 * width);
    for (std::int64_t done = 0; done < count; done += kBlock) {
      std::fill(block.begin(), block.end(), 0.0f);
      add(begin + done, std::min(kBlock, count - done), block.data(), block.data() + width);
      for (std::size_t i = 0; i < block.size(); ++i) total[i] += static_cast<double>(block[i]);
    }
  });
  return sums.sum(0).view({2, rows.channels});
}

const float* floats(const torch::Tensor& tensor) {
  return tensor.data_ptr<float>();
}

// use(values): the tensor's values as the kernels take them.
template <class Use>
auto with_values(const torch::Tensor& tensor, const Use& use) {
  if (tensor.scalar_type() == torch::kFloat32) return use(tensor.data_ptr<float>());
  return use(static_cast<std::uint16_t*>(tensor.data_ptr()));
}

template <class T>
T* like(T*, const torch::Tensor& tensor) {
  return static_cast<T*>(tensor.data_ptr());
}

class NormRelu : public torch::autograd::Function<NormRelu> {
 public:
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x,
                               const torch::Tensor& weight, const torch::Tensor& bias,
                               torch::Tensor running_mean, torch::Tensor running_var,
                               double momentum, double epsilon) {
    const Rows rows(x);
    const double count = static_cast<double>(rows.count);
    // Sums of what is near zero lose nothing: any value of the channel is near its mean.
    const torch::Tensor pivot = x.select(0, 0).select(1, 0).select(1, 0).to(torch::kFloat32);
    const torch::Tensor near = pivot.contiguous();
    const torch::Tensor sums = with_values(x, [&](auto* values) {
      return sums_of(rows, [&](std::int64_t begin, std::int64_t n, float* sum, float* square) {
        kernels::add_moments(values + begin * rows.channels, n, rows.channels, floats(near), sum,
                             square);
      });
    });
    const torch::Tensor off = sums[0] / count;
    const torch::Tensor variance = (sums[1] / count - off * off).clamp_min(0);
    const torch::Tensor mean = off + near;
    running_mean.lerp_(mean.to(torch::kFloat32), momentum);
    running_var.lerp_((variance * (count / (count - 1))).to(torch::kFloat32), momentum);

    const torch::Tensor inverse = (variance + epsilon).rsqrt();
    const torch::Tensor scale = (weight * inverse).to(torch::kFloat32);
    const torch::Tensor shift = (bias - weight * inverse * mean).to(torch::kFloat32);
    torch::Tensor y = torch::empty_like(x);
    with_values(x, [&](auto* values) {
      auto* out = like(values, y);
      for_each_part(rows, [&](std::int64_t, std::int64_t begin, std::int64_t n) {
        const std::int64_t first = begin * rows.channels;
        kernels::scale_and_clip(values + first, n, rows.channels, floats(scale), floats(shift),
                                out + first);
      });
    });
    context->save_for_backward({x, scale, shift, mean.to(torch::kFloat32), inverse});
    return y;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const torch::Tensor &x = saved[0], &scale = saved[1], &shift = saved[2], &mean = saved[3],
                        &inverse = saved[4];
    const torch::Tensor dy =
        gradients[0].to(x.scalar_type()).contiguous(torch::MemoryFormat::ChannelsLast);
    const Rows rows(x);
    torch::Tensor dx = torch::empty_like(x);
    torch::Tensor sums;
    with_values(x, [&](auto* values) {
      const auto* above = like(values, dy);
      auto* below = like(values, dx);
      sums = sums_of(rows, [&](std::int64_t begin, std::int64_t n, float* sum, float* product) {
        const std::int64_t first = begin * rows.channels;
        kernels::add_gradients(values + first, above + first, n, rows.channels, floats(scale),
                               floats(shift), floats(mean), sum, product);
      });
      // dx = scale (g - mean of g - (x - mean) inverse^2 mean of g (x - mean))
      const double count = static_cast<double>(rows.count);
      const torch::Tensor exact = -scale.to(torch::kFloat64) / count;
      const torch::Tensor steep = exact * inverse * inverse * sums[1];
      const torch::Tensor slope = steep.to(torch::kFloat32);
      const torch::Tensor offset = (exact * sums[0] - steep * mean).to(torch::kFloat32);
      for_each_part(rows, [&](std::int64_t, std::int64_t begin, std::int64_t n) {
        const std::int64_t first = begin * rows.channels;
        kernels::input_gradient(values + first, above + first, n, rows.channels, floats(scale),
                                floats(shift), floats(slope), floats(offset), below + first);
      });
    });
    return {dx, (sums[1] * inverse).to(torch::kFloat32), sums[0].to(torch::kFloat32), {}, {}, {},
            {}};
  }
};

bool fits(torch::nn::BatchNorm2dImpl& norm, const torch::Tensor& x) {
  return norm.is_training() && x.device().is_cpu() && x.dim() == 4 && x.numel() > x.size(1) &&
         x.is_contiguous(torch::MemoryFormat::ChannelsLast) &&
         (x.scalar_type() == torch::kFloat32 || x.scalar_type() == torch::kBFloat16) &&
         norm.weight.scalar_type() == torch::kFloat32;
}

}  // namespace

torch::Tensor norm_relu(torch::nn::BatchNorm2dImpl& norm, const torch::Tensor& x) {
  if (!fits(norm, x)) return norm.forward(x).relu_();
  norm.num_batches_tracked += 1;
  return NormRelu::apply(x, norm.weight, norm.bias, norm.running_mean, norm.running_var,
                         norm.options.momentum().value(), norm.options.eps());
}

}  // namespace thoraxlite
