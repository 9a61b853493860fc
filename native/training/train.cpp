#include "training/train.h"

#include <torch/torch.h>

#include <chrono>
#include <cmath>
#include <csignal>
#include <iostream>
#include <optional>
#include <stdexcept>

#include "data/augment.h"
#include "data/balance.h"
#include "data/batch_reader.h"
#include "data/strata.h"
#include "losses/focal_loss.h"
#include "losses/group_robust.h"
#include "losses/hard_label_loss.h"
#include "losses/weighted_label_loss.h"
#include "training/checkpoint.h"
#include "training/epoch_images.h"
#include "training/epoch_state.h"
#include "training/event_file.h"
#include "training/layers.h"
#include "training/memory_layout.h"
#include "training/optimizer.h"
#include "training/precision.h"
#include "training/predict.h"
#include "training/progress.h"
#include "training/run_folder.h"
#include "training/session.h"
#include "training/stop_signals.h"
#include "training/time_left.h"
#include "training/validation.h"
#include "training/weight_average.h"

namespace thoraxlite {
namespace {

double learning_rate(const RunOptions& options, std::int64_t step, std::int64_t steps) {
  const std::int64_t slow = warm_up_steps(options, steps);
  const double warm_up =
      slow > 0 ? std::min(1.0, static_cast<double>(step + 1) / static_cast<double>(slow)) : 1.0;
  if (options.schedule == "constant") return options.learning_rate * warm_up;
  const double turn = M_PI * static_cast<double>(step) / static_cast<double>(steps);
  return options.learning_rate * warm_up * 0.5 * (1 + std::cos(turn));
}

// Chance of one epoch, so that an epoch is the same whether or not it was the first after a
// restart. stream: 0 for what all processes draw alike, else rank + 1.
std::uint64_t epoch_seed(std::uint64_t seed, std::int64_t epoch, int stream) {
  return seed * 1'000'003 + static_cast<std::uint64_t>(epoch) * 1'009 +
         static_cast<std::uint64_t>(stream);
}

torch::Generator epoch_generator(std::uint64_t seed, std::int64_t epoch, int stream) {
  return torch::make_generator<torch::CPUGeneratorImpl>(epoch_seed(seed, epoch, stream));
}

// What steps cost, by term, on the device; zero where a term is not used. To read it waits for all
// that a GPU still has to do.
class LossSums {
 public:
  static constexpr std::int64_t kTerms = 4;

  explicit LossSums(torch::Device device)
      : sums_(torch::zeros({kTerms}, torch::dtype(torch::kFloat64).device(device))) {}

  void add(const torch::Tensor& total, const torch::Tensor& hard, const DistillationLoss& learned) {
    const auto term = [&](const torch::Tensor& loss) {
      return loss.defined() ? loss.detach() : torch::zeros_like(total);
    };
    sums_.add_(torch::stack({total.detach(), term(hard), term(learned.soft), term(learned.maps)}));
  }

  void set(const torch::Tensor& sums) { sums_.copy_(sums); }

  torch::Tensor read() const { return sums_.cpu(); }  // float64 [kTerms]

 private:
  torch::Tensor sums_;
};

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// A GPU is asked for its losses once in so many steps; a CPU loses nothing by it.
std::int64_t steps_between_readings(torch::Device device) {
  return device.is_cuda() ? 25 : 1;
}

std::string step_text(double seconds) {
  char text[48];
  std::snprintf(text, sizeof text, "%.2f s a step", seconds);
  return text;
}

class Trainer {
 public:
  Trainer(Network& network, WeightAverage& average, Optimizer& optimizer, const Frozen& frozen,
          Distillation& distillation, const ImageSet& training, const RunOptions& options,
          const FilmInput& input, torch::Device device, const Parallel& parallel)
      : network_(network),
        average_(average),
        optimizer_(optimizer),
        frozen_(frozen),
        distillation_(distillation),
        training_(training),
        options_(options),
        input_(input),
        device_(device),
        parallel_(parallel),
        balance_(
            parse_balance(resolve_balance(options.balance, training.exclusive, training.targets))),
        augmentation_(augmentation_of(options.augment, options.augmentation)) {
    if (options.group_robust > 0) {
      robust_.emplace(
          image_groups(training.targets, training.labels,
                       strata(training.about, options.same_hospital, options.balance_views)),
          options.group_robust, device);
    }
    if (balance_ == Balance::weights) {
      const LabelWeights weights = label_weights(training.targets);
      weights_ = {weights.present.to(device), weights.absent.to(device)};
    }
  }

  // Means over the epoch's steps, and over the processes. Goes on where `position` stands within
  // the epoch; nothing where a signal came to any process: `position` then says how far it is.
  std::optional<Losses> epoch(Position& position, const StopSignals& signals,
                              const TimeLeft& time_left) {
    const std::int64_t epoch = position.epochs_done;
    const int own = parallel_.rank() + 1;
    torch::Generator shared = epoch_generator(options_.seed, epoch, 0);
    torch::Generator generator = epoch_generator(options_.seed, epoch, own);
    torch::manual_seed(~epoch_seed(options_.seed, epoch, own));  // dropout
    const torch::Tensor order = parallel_.shard(
        epoch_images(options_, training_.targets, training_.exclusive, training_.about, shared),
        options_.batch);
    // A last batch of a few images would upset the batch norm: it is left to another epoch's
    // chance.
    const std::int64_t batch = options_.batch / parallel_.size();
    const std::int64_t steps = std::max<std::int64_t>(1, order.numel() / batch);
    const std::int64_t end = std::min(steps * batch, order.numel());
    const std::int64_t begin = std::min(position.steps_done * batch, end);
    BatchReader reader(training_, order.narrow(0, begin, end - begin), batch);

    const std::vector<torch::Generator> generators = generators_of(generator);
    LossSums sums(device_);
    if (position.epoch_states.defined()) {
      sums.set(restore_epoch_state(position.epoch_states, LossSums::kTerms, generators, parallel_));
    }

    network_.train();
    frozen_.hold(network_);
    const std::int64_t begun = position.steps_done;  // an epoch that was stopped within goes on
    Progress progress("epoch " + std::to_string(epoch + 1) + "/" + std::to_string(options_.epochs),
                      parallel_.leads() ? steps : 0, begun);
    const Clock::time_point start = Clock::now();
    const auto set_rate_of = [&](std::int64_t step) {
      optimizer_.set_learning_rate(
          learning_rate(options_, epoch * steps + step, options_.epochs * steps));
    };
    std::int64_t step = begun, read = step;
    if (step > 0) set_rate_of(step - 1);  // which no checkpoint has
    const auto read_sums = [&] {
      const torch::Tensor sum = sums.read();
      const double total = sum[0].item<double>();
      if (!std::isfinite(total)) throw no_number(epoch, read + 1, step);
      if (parallel_.leads() && step > read) {
        const auto done = static_cast<double>(step);
        const double of_step = seconds_since(start) / static_cast<double>(step - begun);
        progress.advance(step - read,
                         time_left.text(of_step * done, done / static_cast<double>(steps)) +
                             ", loss " + std::to_string(total / done) + ", " + step_text(of_step));
      }
      read = step;
      return sum;
    };
    const std::int64_t stride = steps_between_readings(device_);
    // To ask the others makes a GPU wait.
    const std::int64_t every = parallel_.size() > 1 ? 8 : 1;
    while (step < steps && !(step % every == 0 && stopped(signals))) {
      const std::optional<Batch> images = reader.next();
      set_rate_of(step);
      this->step(*images, generator, sums);
      if (++step % stride == 0) read_sums();
    }
    const torch::Tensor sum = read_sums();
    if (stopped(signals)) {
      position.steps_done = step;
      position.epoch_states = gather_epoch_states(sum, generators, parallel_);
      return std::nullopt;
    }
    const torch::Tensor all = parallel_.sum(sum);
    const auto mean = [&](std::int64_t i) {
      return all[i].item<double>() / static_cast<double>(steps * parallel_.size());
    };
    return Losses{mean(0), mean(1), mean(2), mean(3)};
  }

  // Null where options.group_robust is 0.
  GroupRobustLoss* robust() { return robust_ ? &*robust_ : nullptr; }

  // Whether a signal came to any process; a collective call.
  bool stopped(const StopSignals& signals) const {
    const bool here = signals.received() != 0;
    if (parallel_.size() == 1) return here;
    return parallel_.sum(torch::tensor({here ? 1.0f : 0.0f})).item<float>() > 0;
  }

 private:
  static Diverged no_number(std::int64_t epoch, std::int64_t first, std::int64_t last) {
    const std::string steps =
        first == last ? "step " + std::to_string(last)
                      : "one of the steps " + std::to_string(first) + " to " + std::to_string(last);
    return Diverged("the loss is no longer a number in epoch " + std::to_string(epoch + 1) +
                    ", at " + steps + "; try a lower --learning-rate");
  }

  // Those that a step draws from: augmentation and directions, and dropout on the device.
  std::vector<torch::Generator> generators_of(const torch::Generator& generator) const {
    std::vector<torch::Generator> all = {generator,
                                         at::globalContext().defaultGenerator(torch::kCPU)};
    if (device_.is_cuda()) all.push_back(at::globalContext().defaultGenerator(device_));
    return all;
  }

  void step(const Batch& batch, torch::Generator generator, LossSums& sums) {
    const torch::Tensor images =
        augment(to_unit_range(batch.pixels.to(device_)), augmentation_, generator);
    const torch::Tensor targets = batch.targets.to(device_);
    // To zeros the gradients would be added: two passes over all weights.
    network_.zero_grad(/*set_to_none=*/true);
    const torch::Tensor seen = input_(images);
    torch::Tensor total;
    {
      // The maps must be gone before the backward pass, so that it can have their memory.
      ModelOutput output;
      DistillationLoss learned;
      {
        const Autocast autocast(device_, options_.precision == "bfloat16");
        output = network_.forward(seen);
        learned = distillation_.loss(output, images, batch.index, generator);
      }
      const torch::Tensor hard = hard_loss(output, targets, batch.index);
      total = hard;
      if (learned.soft.defined()) total = total + learned.soft;
      if (learned.maps.defined()) total = total + learned.maps;
      sums.add(total, hard, learned);
    }
    total.backward();
    parallel_.average_gradients(network_);
    if (options_.clip > 0) {
      torch::nn::utils::clip_grad_norm_(network_.parameters(), options_.clip);
    }
    optimizer_->step();
    average_.update(network_);
  }

  torch::Tensor hard_loss(const ModelOutput& output, const torch::Tensor& targets,
                          const torch::Tensor& index) {
    if (!robust_) return hard_loss(output.logits, output.auxiliary, targets);
    return robust_->step(index, [&](const torch::Tensor& rows) {
      const auto some = [&](const torch::Tensor& all) {
        return all.defined() ? all.index_select(0, rows) : all;
      };
      return hard_loss(some(output.logits), some(output.auxiliary), some(targets));
    });
  }

  // auxiliary: of an auxiliary head, or undefined.
  torch::Tensor hard_loss(const torch::Tensor& own, const torch::Tensor& auxiliary,
                          const torch::Tensor& targets) const {
    const auto loss = [&](const torch::Tensor& logits) {
      const torch::Tensor exact = logits.to(torch::kFloat32);
      if (balance_ == Balance::focal) return focal_loss(exact, targets, options_.label_smoothing);
      if (balance_ == Balance::weights) {
        return weighted_label_loss(exact, targets, weights_, options_.label_smoothing);
      }
      return hard_label_loss(exact, targets, options_.label_smoothing);
    };
    torch::Tensor sum = loss(own);
    if (auxiliary.defined()) sum = sum + options_.auxiliary_weight * loss(auxiliary);
    return class_factor(options_, targets.size(1)) * sum;
  }

  Network& network_;
  WeightAverage& average_;
  Optimizer& optimizer_;
  const Frozen& frozen_;
  Distillation& distillation_;
  const ImageSet& training_;
  const RunOptions& options_;
  const FilmInput& input_;
  torch::Device device_;
  const Parallel& parallel_;
  const Balance balance_;
  LabelWeights weights_;  // where balance_ is weights
  const Augmentation augmentation_;
  std::optional<GroupRobustLoss> robust_;
};

}  // namespace

void train(Network& network, const ImageSet& training, const ImageSet& validation,
           const RunOptions& options, Distillation& distillation, torch::Device device,
           const Parallel& parallel, const std::filesystem::path& run, const Course& course) {
  network.to(device);
  use_channels_last(network);
  const Frozen frozen(network, options.freeze);
  Optimizer optimizer(network, options);
  WeightAverage average(network, options.average_decay);
  Position position;
  const std::filesystem::path checkpoint = run / "checkpoint.pt";
  if (std::filesystem::exists(checkpoint)) {
    position = load_checkpoint(checkpoint, network, *optimizer, average);
    std::cerr << "resuming after epoch " << position.epochs_done;
    if (position.epoch_states.defined()) std::cerr << ", step " << position.steps_done;
    std::cerr << "\n";
  }
  if (parallel.leads()) {
    trim_metrics(run, position.epochs_done);
    write_events(run);
  }
  parallel.broadcast(network);

  const auto lost_patience = [&] {
    return options.patience > 0 && position.epochs_done - position.best_epoch >= options.patience;
  };
  // A finished run is passed over, and its guides with it. The others find what the first one
  // wrote.
  const std::int64_t last = std::min(options.epochs, course.stop_after);
  if (position.epochs_done < last && !lost_patience()) {
    if (!parallel.leads()) parallel.barrier();
    distillation.cache(training, run);
    if (parallel.leads()) {
      parallel.barrier();
      add_session(run, session(parallel, position.epochs_done, last));
    }
  }

  Taught taught;
  if (position.epochs_done < last && !lost_patience() && no_label_known(validation.targets)) {
    taught.logits = distillation.taught_logits(validation);
    if (!taught.logits.defined()) {
      throw std::runtime_error(options.data.data +
                               ": no validation image has a label, and there is no guide of soft "
                               "labels; expected one of them");
    }
    taught.loss = [&](const torch::Tensor& own) {
      return distillation.soft_loss(own, taught.logits);
    };
  }

  const FilmInput input(options);
  Trainer trainer(network, average, optimizer, frozen, distillation, training, options, input,
                  device, parallel);
  GroupRobustLoss* const robust = trainer.robust();
  if (robust != nullptr && position.group_weights.defined()) {
    robust->set_log_weights(position.group_weights);
  }
  TimeLeft time_left(last, position.epochs_done, course.later_epochs);
  const StopSignals signals;
  const auto put_by = [&](const std::string& where) {
    const int number = signals.received() != 0 ? signals.received() : SIGTERM;
    throw Stopped((number == SIGINT ? "interrupted " : "terminated ") + where +
                      "; the same command goes on from there",
                  number);
  };
  for (std::int64_t epoch = position.epochs_done; epoch < last; ++epoch) {
    if (lost_patience()) {
      std::cerr << "no better epoch in " << options.patience << ": stopped\n";
      break;
    }
    const std::string of_epochs =
        "epoch " + std::to_string(epoch + 1) + " of " + std::to_string(options.epochs);
    const Clock::time_point start = Clock::now();
    const double before = position.seconds;
    const std::optional<Losses> losses = trainer.epoch(position, signals, time_left);
    position.seconds += seconds_since(start);
    if (robust != nullptr) position.group_weights = robust->log_weights();
    if (!losses) {
      if (parallel.leads()) save_checkpoint(checkpoint, position, network, *optimizer, average);
      put_by("after step " + std::to_string(position.steps_done) + " of " + of_epochs);
    }
    average.swap(network);
    parallel.broadcast(network);
    const Validation result = validate(network, validation, options, input, device, taught);
    if (result.diverged) {
      if (parallel.leads()) {
        std::cerr << "epoch " << epoch + 1
                  << ": the network has diverged, with a validation loss of " << result.loss
                  << ": it is not kept as the best\n";
      }
    } else if (result.selection > position.best) {
      position.best = result.selection;
      position.best_epoch = epoch + 1;
      if (parallel.leads()) save_network(run / "best.pt", network);
    }
    average.swap(network);
    const double seconds = position.seconds;
    const torch::Tensor group_weights = position.group_weights;
    position = {epoch + 1, position.best, position.best_epoch};
    position.group_weights = group_weights;
    time_left.add_epoch(before + seconds_since(start));
    if (parallel.leads()) {
      const double rate = optimizer->param_groups().back().options().get_lr();
      auto line = metrics_line(epoch + 1, *losses, result, position, rate, seconds);
      for (std::size_t i = 0; robust != nullptr && i < robust->names().size(); ++i) {
        line["group_weights"][robust->names()[i]] =
            robust->weights()[static_cast<std::int64_t>(i)].item<double>();
      }
      std::cerr << metrics_text(line, options.epochs) << "; " << time_left.text(0, 0) << "\n";
      // The line first: after a kill between the two, the epoch is run again.
      add_metrics(run, line);
      write_events(run);
      save_checkpoint(checkpoint, position, network, *optimizer, average);
    }
    if (trainer.stopped(signals)) put_by("after " + of_epochs);
  }
  if (position.best_epoch == 0) {
    throw Diverged(run.string() +
                   ": the network diverged in every epoch; try a lower --learning-rate");
  }
  const bool done = position.epochs_done >= options.epochs || lost_patience();
  if (parallel.leads() && done) Distillation::remove_cache(run);
}

}  // namespace thoraxlite
