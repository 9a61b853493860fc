// Each loss against a closed form, against LibTorch's own where it has one, and its gradient
// against finite differences.
#include <doctest/doctest.h>
#include <torch/torch.h>

#include <cmath>
#include <functional>

#include "losses/focal_loss.h"
#include "losses/hard_label_loss.h"
#include "losses/map_divergence.h"
#include "losses/soft_label_loss.h"
#include "losses/wasserstein.h"
#include "losses/weighted_label_loss.h"
#include "made_generator.h"

using namespace thoraxlite;

namespace {

const auto kDouble = torch::dtype(torch::kFloat64);

double number(const torch::Tensor& value) {
  return value.item<double>();
}

// Largest difference between the gradient by autograd and by central differences.
double gradient_error(const std::function<torch::Tensor(const torch::Tensor&)>& loss,
                      const torch::Tensor& at) {
  constexpr double kStep = 1e-6;
  torch::Tensor x = at.clone().requires_grad_(true);
  loss(x).backward();
  const torch::Tensor gradient = x.grad().flatten();
  REQUIRE(number(gradient.abs().max()) > 1e-6);
  const torch::NoGradGuard no_grad;
  double worst = 0;
  for (std::int64_t i = 0; i < at.numel(); ++i) {
    const auto moved = [&](double step) {
      torch::Tensor y = at.clone();
      y.view(-1)[i] += step;
      return number(loss(y));
    };
    const double numerical = (moved(kStep) - moved(-kStep)) / (2 * kStep);
    worst = std::max(worst, std::abs(numerical - number(gradient[i])));
  }
  return worst;
}

}  // namespace

TEST_CASE("equation 1 is LibTorch's binary cross-entropy, without what is unknown") {
  torch::manual_seed(1);
  const torch::Tensor logits = torch::randn({4, 3}, kDouble) * 3;
  const torch::Tensor targets = torch::randint(0, 2, {4, 3}, kDouble);
  CHECK(number(hard_label_loss(logits, targets)) ==
        doctest::Approx(number(torch::binary_cross_entropy(torch::sigmoid(logits), targets))));

  torch::Tensor some = targets.clone();
  some[1].fill_(-1);
  const auto rows = torch::tensor({0, 2, 3}, torch::kInt64);
  CHECK(number(hard_label_loss(logits, some)) ==
        doctest::Approx(
            number(hard_label_loss(logits.index_select(0, rows), targets.index_select(0, rows)))));
  CHECK(number(hard_label_loss(logits, torch::full_like(targets, -1))) == 0.0);

  const double smoothing = 0.2;
  CHECK(number(hard_label_loss(logits, targets, smoothing)) ==
        doctest::Approx(
            number(torch::binary_cross_entropy(torch::sigmoid(logits), targets * 0.8 + 0.1))));
  CHECK(gradient_error([&](const torch::Tensor& x) { return hard_label_loss(x, some, smoothing); },
                       logits) < 1e-7);
}

TEST_CASE("weights: both sides of a label count the same, and scores stay those of the data") {
  // Of 40 images 8 have the first label, 1 the second, all the third; of one it is unknown.
  torch::Tensor targets = torch::zeros({40, 3});
  targets.narrow(0, 0, 8).select(1, 0).fill_(1);
  targets[0][1] = 1;
  targets.select(1, 2).fill_(1);
  targets[39][0] = -1;
  const LabelWeights weights = label_weights(targets);
  CHECK(weights.present[0].item<float>() == doctest::Approx(39 / 16.0));
  CHECK(weights.absent[0].item<float>() == doctest::Approx(39 / 62.0));
  CHECK(weights.present[1].item<float>() == doctest::Approx(kMostWeight));  // not 20
  CHECK(weights.present[2].item<float>() == 1);
  CHECK(weights.absent[2].item<float>() == 1);

  // By hand: one image of each side of the first label, at logits 0.3 and -0.2.
  const torch::Tensor logits = torch::tensor({{0.3}, {-0.2}}, kDouble);
  const LabelWeights one{torch::tensor({3.0}, kDouble), torch::tensor({0.5}, kDouble)};
  const torch::Tensor two = torch::tensor({{1.0}, {0.0}}, kDouble);
  const double shift = std::log(6.0);
  const double expected =
      (3 * std::log1p(std::exp(-(0.3 + shift))) + 0.5 * std::log1p(std::exp(-0.2 + shift))) / 2;
  CHECK(number(weighted_label_loss(logits, two, one)) == doctest::Approx(expected));
  CHECK(gradient_error(
            [&](const torch::Tensor& x) { return weighted_label_loss(x, two, one, 0.1); }, logits) <
        1e-7);
  // Where all images have the same logit it is least at that of the share of the label.
  torch::Tensor at = torch::full({1, 3}, std::log(8.0 / 31.0), kDouble).requires_grad_(true);
  const LabelWeights exact{weights.present.to(torch::kFloat64), weights.absent.to(torch::kFloat64)};
  weighted_label_loss(at.expand({40, 3}), targets.to(torch::kFloat64), exact).backward();
  CHECK(std::abs(at.grad()[0][0].item<double>()) < 1e-6);
  CHECK(std::abs(at.grad()[0][1].item<double>()) > 1e-3);
  CHECK(number(weighted_label_loss(logits, torch::full({2, 1}, -1.0, kDouble), one)) == 0);
}

TEST_CASE("the focal loss, by hand") {
  const torch::Tensor logits = torch::tensor({{2.0, -1.0, 0.5}}, kDouble);
  const torch::Tensor targets = torch::tensor({{1.0, 1.0, -1.0}}, kDouble);
  const auto term = [](double logit) {
    const double p = 1 / (1 + std::exp(-logit));
    return -(1 - p) * (1 - p) * std::log(p);
  };
  CHECK(number(focal_loss(logits, targets)) == doctest::Approx((term(2) + term(-1)) / 2));
  CHECK(number(focal_loss(-logits, 1 - targets.clamp_min(0))) ==
        doctest::Approx((term(2) + term(-1) + term(-0.5)) / 3));
  CHECK(gradient_error([&](const torch::Tensor& x) { return focal_loss(x, targets, 0.1); },
                       logits) < 1e-7);
}

TEST_CASE("equation 2 softens, and equal logits cost nothing") {
  const torch::Tensor logits = torch::tensor({{2.0, 0.0, -1.0}}, kDouble);
  CHECK(torch::allclose(soft_labels(logits, 1, Soften::softmax), torch::softmax(logits, 1)));
  const torch::Tensor hot = soft_labels(logits, 30, Soften::softmax);
  CHECK(number((hot - 1.0 / 3).abs().max()) < 0.03);
  CHECK(torch::allclose(soft_labels(logits, 2, Soften::sigmoid), torch::sigmoid(logits / 2)));

  for (const Soften soften : {Soften::softmax, Soften::sigmoid}) {
    for (const double temperature : {1.0, 4.0, 30.0}) {
      CHECK(std::abs(number(soft_label_loss(logits, logits, temperature, soften,
                                            Prediction::tempered))) < 1e-9);
    }
  }
  // By its letter, the prediction that costs nothing is the softened label itself.
  const torch::Tensor label = soft_labels(logits, 30, Soften::softmax);
  CHECK(std::abs(number(soft_label_loss(torch::logit(label), logits, 30, Soften::softmax,
                                        Prediction::plain))) < 1e-9);
}

TEST_CASE("the soft labels' loss is the cross-entropy of each class, by hand") {
  const torch::Tensor own = torch::tensor({{0.5, -0.5, 0.1}}, kDouble);
  const torch::Tensor guide = torch::tensor({{1.5, 0.3, -2.0}}, kDouble);
  const double t = 3;
  const torch::Tensor y = torch::softmax(guide / t, 1), p = torch::softmax(own / t, 1);
  const torch::Tensor divergence =
      (y * (y / p).log() + (1 - y) * ((1 - y) / (1 - p)).log()).mean() * t * t;
  CHECK(number(soft_label_loss(own, guide, t, Soften::softmax, Prediction::tempered)) ==
        doctest::Approx(number(divergence)));

  for (const Soften soften : {Soften::softmax, Soften::sigmoid}) {
    for (const Prediction prediction : {Prediction::tempered, Prediction::plain}) {
      CHECK(gradient_error(
                [&](const torch::Tensor& x) {
                  return soft_label_loss(x, guide, t, soften, prediction);
                },
                own) < 1e-6);
    }
  }
}

TEST_CASE("a gradient of the soft labels keeps its size as the temperature grows") {
  const auto size_at = [](double temperature) {
    torch::Tensor own = torch::tensor({{0.5, -0.5, 0.1}}, kDouble).requires_grad_(true);
    const torch::Tensor guide = torch::tensor({{1.5, 0.3, -2.0}}, kDouble);
    soft_label_loss(own, guide, temperature, Soften::softmax, Prediction::tempered).backward();
    return number(own.grad().norm());
  };
  CHECK(size_at(100) == doctest::Approx(size_at(30)).epsilon(0.1));
}

TEST_CASE("the divergence of maps is that of where their energy lies") {
  // Energies 1, 3 and 2, 2 over two positions: 1/4 log(1/2) + 3/4 log(3/2).
  const auto map = [](double a, double b) {
    return torch::tensor({std::sqrt(a), std::sqrt(b)}, kDouble).view({1, 1, 1, 2});
  };
  const double expected = 0.25 * std::log(0.5) + 0.75 * std::log(1.5);
  CHECK(number(map_divergence(map(2, 2), map(1, 3))) == doctest::Approx(expected));
  // Neither scale nor the number of channels nor a finer grid of the same picture counts.
  CHECK(number(map_divergence(map(2, 2) * 5, map(1, 3))) == doctest::Approx(expected));
  CHECK(number(map_divergence(map(2, 2).repeat({1, 4, 1, 1}), map(1, 3))) ==
        doctest::Approx(expected));
  const torch::Tensor finer = map(1, 3).repeat_interleave(2, 2).repeat_interleave(2, 3);
  CHECK(number(map_divergence(map(2, 2), finer)) == doctest::Approx(expected));
  CHECK(std::abs(number(map_divergence(map(1, 3), map(1, 3)))) < 1e-9);
  // By its letter: the mean over positions of e log(e / e').
  CHECK(number(map_divergence(map(2, 2), map(1, 3), false)) ==
        doctest::Approx((std::log(0.5) + 3 * std::log(1.5)) / 2));
  CHECK(std::isfinite(number(map_divergence(map(0, 0), map(1, 3)))));

  torch::manual_seed(2);
  const torch::Tensor own = torch::randn({2, 3, 4, 5}, kDouble);
  const torch::Tensor guide = torch::randn({2, 5, 2, 3}, kDouble);
  for (const bool normalise : {true, false}) {
    CHECK(gradient_error(
              [&](const torch::Tensor& x) { return map_divergence(x, guide, normalise); }, own) <
          1e-7);
  }
}

TEST_CASE("in one dimension the Wasserstein distance is that of sorted samples") {
  const torch::Tensor a = torch::tensor({3.0, 1.0, 2.0}, kDouble);
  const torch::Tensor b = torch::tensor({2.0, 5.0, 4.0}, kDouble);
  // Sorted: 1 2 3 and 2 4 5.
  CHECK(number(wasserstein_1d(a, b, 1)) == doctest::Approx((1 + 2 + 2) / 3.0));
  CHECK(number(wasserstein_1d(a, b, 2)) == doctest::Approx(std::sqrt((1 + 4 + 4) / 3.0)));
  // Two against three samples: quantiles change at 1/3, 1/2 and 2/3.
  const torch::Tensor two = torch::tensor({0.0, 6.0}, kDouble);
  CHECK(number(wasserstein_1d(two, a, 1)) ==
        doctest::Approx(1.0 / 3 + 2.0 / 6 + 4.0 / 6 + 3.0 / 3));
  // A sample that comes twice is the same distribution.
  CHECK(number(wasserstein_1d(a, a.repeat(2), 1)) < 1e-9);
  // A shift costs its length, whatever the order p.
  for (const double p : {1.0, 2.0, 3.0}) {
    CHECK(number(wasserstein_1d(a, a + 0.7, p)) == doctest::Approx(0.7));
  }
}

TEST_CASE("between Gaussians it is sqrt((m - m')^2 + (s - s')^2)") {
  // Quantiles at the middles of many equal parts stand for the distribution itself.
  const std::int64_t n = 20000;
  const torch::Tensor u = (torch::arange(n, kDouble) + 0.5) / static_cast<double>(n);
  const torch::Tensor normal = torch::erfinv(2 * u - 1) * std::sqrt(2.0);
  CHECK(number(wasserstein_1d(normal * 2 + 1, normal * 0.5 - 3, 2)) ==
        doctest::Approx(std::sqrt(16 + 2.25)).epsilon(1e-3));

  // Sliced, between isotropic Gaussians in d dimensions that differ by a shift m: the mean over
  // directions of (m . direction)^2 is |m|^2 / d.
  torch::manual_seed(3);
  const std::int64_t d = 6;
  const torch::Tensor shift = torch::ones({d}, torch::kFloat32) * 2;
  const torch::Tensor cloud = torch::randn({1, 400, d});
  const torch::Tensor directions = random_directions(d, 4000, generator(3));
  CHECK(sliced_wasserstein(cloud, cloud + shift, directions, 2).item<double>() ==
        doctest::Approx(std::sqrt(4.0 * d / d)).epsilon(0.03));
}

TEST_CASE("channels have no order, and their number need not be the same") {
  torch::manual_seed(4);
  const torch::Tensor map = torch::randn({2, 6, 9, 9});
  const torch::Tensor shuffled = map.index_select(1, torch::tensor({5, 3, 1, 0, 2, 4}));
  const torch::Tensor directions = random_directions(9, 16, generator(4));
  CHECK(number(directions.norm(2, 0).sub(1).abs().max()) < 1e-5);
  const torch::Tensor patterns = channel_patterns(map, 3);
  CHECK(patterns.sizes() == torch::IntArrayRef({2, 6, 9}));
  CHECK(number(sliced_wasserstein(patterns, channel_patterns(shuffled, 3), directions, 2).max()) <
        1e-5);
  CHECK(number(sliced_wasserstein(patterns, channel_patterns(map.repeat({1, 3, 1, 1}) * 7, 3),
                                  directions, 2)
                   .max()) < 1e-5);
  CHECK(number(sliced_wasserstein(patterns, channel_patterns(torch::randn({2, 9, 4, 4}), 3),
                                  directions, 2)
                   .min()) > 0.05);
}

TEST_CASE("the gradient of the Wasserstein distance, of all orders") {
  torch::manual_seed(5);
  const torch::Tensor own = torch::randn({2, 4, 5, 5}, kDouble);
  const torch::Tensor guide = torch::randn({2, 6, 7, 7}, kDouble);
  const torch::Tensor directions = random_directions(9, 8, generator(5)).to(torch::kFloat64);
  for (const double p : {1.0, 2.0, 3.0}) {
    const auto loss = [&](const torch::Tensor& x) {
      return sliced_wasserstein(channel_patterns(x, 3), channel_patterns(guide, 3), directions, p)
          .mean();
    };
    CHECK(gradient_error(loss, own) < 1e-6);
  }
}

// Behind a ReLU a map may be all zero: one step of training must not ruin the weights.
TEST_CASE("a map of zeros has a finite Wasserstein distance and gradient") {
  torch::manual_seed(6);
  const torch::Tensor zeros = torch::zeros({2, 4, 5, 5});
  const torch::Tensor some = torch::randn({2, 4, 5, 5});
  const torch::Tensor directions = random_directions(9, 8, generator(6));
  for (const double p : {1.0, 2.0}) {
    for (const auto& [own, guide] :
         {std::pair(zeros, some), std::pair(some, zeros), std::pair(zeros, zeros)}) {
      torch::Tensor x = own.clone().requires_grad_(true);
      const torch::Tensor loss =
          sliced_wasserstein(channel_patterns(x, 3), channel_patterns(guide, 3), directions, p)
              .mean();
      loss.backward();
      CHECK(std::isfinite(number(loss)));
      CHECK(x.grad().isfinite().all().item<bool>());
    }
  }
}
