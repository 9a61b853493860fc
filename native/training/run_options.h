// Everything that decides the training of one network. Kept in the run folder as options.json, so
// that resuming, evaluating, exporting and teaching from a run need nothing but its folder.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/image/prepare.h"
#include "data/data_options.h"
#include "models/architecture.h"

namespace thoraxlite {

// What a network learns from another one that is trained already: equations 3 and 4.
struct DistillationOptions {
  std::string soft_labels_from;          // run folder; empty: no soft labels
  double temperature = 30;               // the paper's: 20 for CheXpert, 30 for the case study
  std::string soften = "auto";           // softmax, sigmoid; auto: training/settled_options.h
  std::string prediction = "tempered";   // or plain
  double soft_weight = 1;                // of L_soft
  std::string features_from;             // run folder; empty: no maps are compared
  std::string map_loss = "wasserstein";  // or kl, literal-kl
  double map_weight = 0.1;               // lambda
  std::vector<std::string> levels;  // OWN=GUIDE, names of maps; empty: those of the architectures
  double order = 2;                 // p of the Wasserstein distance
  int projections = 32;             // directions of the sliced distance, drawn anew every step
  int grid = 7;                     // positions a side that the Wasserstein distance sees
  bool cache = false;               // keep the guides' outputs on disk instead of recomputing
};

struct RunOptions {
  DataOptions data;
  InputSpec input;
  std::string lungs;                     // lung file; empty: films are seen whole
  double lung_margin = 0.035;            // around the lungs, of the film's side
  std::string outside = "faded";         // the lungs; or cut, kept
  std::string architecture = "student";  // models/architecture.h
  std::vector<std::string> init;  // files of weights (models/pretrained.h), or a run's folder
  std::int64_t hidden = 64;       // student only: width of fc1
  std::int64_t stride = 1;        // student only: of conv1
  double dropout = 0.2;           // before the last linear layer
  DistillationOptions distillation;
  std::int64_t epochs = 40;
  std::int64_t batch = 32;         // images
  std::string optimizer = "adam";  // or adamw
  double learning_rate = 1e-3;
  double weight_decay = 1e-5;
  double layer_decay = 1;  // rate of each layer, as a share of that of the next; 1: all alike
  std::vector<std::string> freeze;  // layers that stay as they are (training/layers.h)
  std::string schedule = "cosine";  // cosine (to zero) or constant
  std::int64_t warm_up = 100;       // steps
  double warm_up_share = 0.1;       // of all steps: the longest warm-up; 1: any
  double clip = 0;                  // largest norm of the gradient; 0: none
  double label_smoothing = 0;
  std::string reduction = "mean";  // over the classes, of hard and soft loss; or sum
  double auxiliary_weight = 0.4;   // of an auxiliary head's loss (Szegedy 2015)
  double average_decay = 0.99;     // of the weight average; 0 turns it off
  std::int64_t patience = 0;       // epochs without a better validation figure; 0: all epochs
  std::string balance = "auto";
  bool balance_sources = false;            // whether a class counts anew in every source
  bool balance_views = false;              // and in every view (data/strata.h)
  std::vector<std::string> same_hospital;  // as nih+rsna: sources that count as one
  double group_robust = 0;                 // rate of losses/group_robust.h; 0: every image alike
  double augmentation = 0.5;               // probability of each kind of change to an image
  std::string augment = "usual";           // which changes (data/augment.h); or strong
  std::string precision = "auto";          // float32, bfloat16; auto: training/settled_options.h
  std::uint64_t seed = 1;
  std::string device = "auto";  // auto, cpu, cuda
};

// What a value may be: one of some words, or a number between bounds.
struct Allowed {
  std::vector<std::string> words;
  double low = 0, high = 0;  // both zero: any
};

// The one list of options: visit(name, value, allowed, text) for each. Command line, configuration
// files and options.json all follow it; options.json has "_" for "-".
template <class Options, class Visit>
void visit_options(Options& options, Visit&& visit) {
  auto& distillation = options.distillation;
  visit("data", options.data.data, Allowed{},
        "folder in a layout that is known, csv file, phantom:N or phantom-multi:N");
  visit("sources", options.data.sources, Allowed{}, "only these sources of the data");
  visit("labels", options.data.labels, Allowed{}, "only these labels of the data, in this order");
  visit("file-column", options.data.file_column, Allowed{}, "of a csv: the images' files");
  visit("patient-column", options.data.patient_column, Allowed{}, "of a csv: the patients");
  visit("uncertain", options.data.uncertain, Allowed{{"ones", "zeros", "ignore"}},
        "what uncertain labels (-1) count as");
  visit(
      "without-list", options.data.without_list, Allowed{{"", "findings", "one"}},
      "the data is a folder of films that no list speaks of, whose --labels guides tell: findings "
      "that come together, or one a film");
  visit("incomplete", options.data.incomplete, Allowed{}, "leave out what images are not there");
  visit("reader", options.data.reader, Allowed{},
        "labels normal and pneumonia by the column reader, not in the test split");
  visit("labelled", options.data.labelled, Allowed{{}, 0, 1},
        "share of the training images whose labels are known");
  visit("unlabelled", options.data.unlabelled, Allowed{},
        "more data like --data: guides teach its training films, whose labels are not read");
  visit("fold", options.data.fold, Allowed{},
        "as 2/5: hold out the second of five parts of the training and validation images");
  visit(
      "leave-out", options.data.leave_out, Allowed{},
      "sources that training never sees: their training and validation images are the test split");
  visit("arch", options.architecture, Allowed{}, "architecture");
  visit("init", options.init, Allowed{}, "weights to start from (.safetensors, .pt, a run folder)");
  visit("hidden", options.hidden, Allowed{{}, 8, 4096}, "student: width of the first linear layer");
  visit("stride", options.stride, Allowed{{}, 1, 4}, "student: stride of the first convolution");
  visit("dropout", options.dropout, Allowed{{}, 0, 0.9}, "before the last linear layer");
  visit("size", options.input.size, Allowed{{}, 64, 1024}, "input pixels, both sides");
  visit("mean", options.input.mean, Allowed{{}, -10, 10}, "taken off pixels between 0 and 1");
  visit("deviation", options.input.std, Allowed{{}, 1e-6, 10}, "by which they are then divided");
  visit("lungs", options.lungs, Allowed{},
        "lung file: the network sees the lungs that it finds, cropped and evenly exposed");
  visit("lung-margin", options.lung_margin, Allowed{{}, 0, 1}, "around the lungs, of the side");
  visit("outside", options.outside, Allowed{{"faded", "cut", "kept"}},
        "what becomes of all that is not lung: core/lung_view.h");
  visit("freeze", options.freeze, Allowed{},
        "layers that stay as they are: names, or how many of the first");
  visit("epochs", options.epochs, Allowed{{}, 1, 10000}, "at most");
  visit("batch", options.batch, Allowed{{}, 2, 4096}, "images a step");
  visit("optimizer", options.optimizer, Allowed{{"adam", "adamw"}},
        "adamw keeps the weight decay out of the gradient");
  visit("learning-rate", options.learning_rate, Allowed{{}, 1e-8, 10}, "of Adam");
  visit("weight-decay", options.weight_decay, Allowed{{}, 0, 1}, "of Adam");
  visit("layer-decay", options.layer_decay, Allowed{{}, 0.01, 1},
        "learning rate of each layer, as a share of the next one's");
  visit("schedule", options.schedule, Allowed{{"cosine", "constant"}}, "of the learning rate");
  visit("warm-up", options.warm_up, Allowed{{}, 0, 1e6}, "steps to the full learning rate");
  visit("warm-up-share", options.warm_up_share, Allowed{{}, 0, 1},
        "of all steps: the most that --warm-up may take; 1: no limit");
  visit("clip", options.clip, Allowed{{}, 0, 1e6}, "largest norm of the gradient; 0: none");
  visit("label-smoothing", options.label_smoothing, Allowed{{}, 0, 0.9}, "of the hard labels");
  visit("reduction", options.reduction, Allowed{{"mean", "sum"}},
        "of hard and soft loss over the classes");
  visit("auxiliary-weight", options.auxiliary_weight, Allowed{{}, 0, 10},
        "of Inception's auxiliary head");
  visit("average-decay", options.average_decay, Allowed{{}, 0, 0.99999},
        "of the average of the weights");
  visit("patience", options.patience, Allowed{{}, 0, 10000},
        "epochs without a better validation figure before it stops; 0: never");
  visit("balance", options.balance,
        Allowed{{"auto", "none", "under", "over", "mean", "root", "even", "weights", "focal"}},
        "against imbalance; auto: mean where labels exclude each other, else weights");
  visit("balance-sources", options.balance_sources, Allowed{},
        "balance the classes of every source, not those of all together");
  visit("balance-views", options.balance_views, Allowed{},
        "tell the views of a source apart, where sources are balanced");
  visit("same-hospital", options.same_hospital, Allowed{},
        "as nih+rsna: sources that are one hospital: balanced as one, and left out together");
  visit("group-robust", options.group_robust, Allowed{{}, 0, 10},
        "rate at which source, view and class with a large loss come to weigh more; 0: never");
  visit("augmentation", options.augmentation, Allowed{{}, 0, 1},
        "probability of each kind of change to an image");
  visit("augment", options.augment, Allowed{{"usual", "strong"}},
        "kinds of change; strong: softness, noise, JPEG and mirroring too, wider crop, exposure");
  visit("precision", options.precision, Allowed{{"auto", "float32", "bfloat16"}},
        "of convolutions; auto: the fastest here");
  visit("seed", options.seed, Allowed{}, "of everything that is drawn by chance");
  visit("soft-labels-from", distillation.soft_labels_from, Allowed{},
        "run folder of the network whose soft labels are learned");
  visit("temperature", distillation.temperature, Allowed{{}, 0.1, 1000}, "T of the soft labels");
  visit(
      "soften", distillation.soften, Allowed{{"auto", "softmax", "sigmoid"}},
      "what makes labels soft; auto: as the guide was taught, softmax unless it was imported with "
      "findings that come together");
  visit("prediction", distillation.prediction, Allowed{{"tempered", "plain"}},
        "whether predictions are taken at T too");
  visit("soft-weight", distillation.soft_weight, Allowed{{}, 0, 1e6}, "of the soft labels' loss");
  visit("features-from", distillation.features_from, Allowed{},
        "run folder of the network whose feature maps are followed");
  visit("map-loss", distillation.map_loss, Allowed{{"wasserstein", "kl", "literal-kl"}},
        "distance between feature maps");
  visit("map-weight", distillation.map_weight, Allowed{{}, 0, 1e6}, "lambda of the maps' loss");
  visit("levels", distillation.levels, Allowed{}, "pairs OWN=GUIDE of maps");
  visit("order", distillation.order, Allowed{{}, 1, 16}, "p of the Wasserstein distance");
  visit("projections", distillation.projections, Allowed{{}, 1, 4096}, "of the sliced distance");
  visit("grid", distillation.grid, Allowed{{}, 1, 64}, "positions a side, Wasserstein distance");
  visit("cache-teacher", distillation.cache, Allowed{}, "keep the guides' outputs on disk");
}

// What the mean over the classes is multiplied with: their number where they are summed.
double class_factor(const RunOptions& options, std::int64_t labels);

// Steps of warm-up among `steps`.
std::int64_t warm_up_steps(const RunOptions& options, std::int64_t steps);

NetworkOptions network_options(const RunOptions& options, std::size_t labels);

nlohmann::ordered_json to_json(const RunOptions& options);

// An option that is missing came after the run: it is what runs did before there was that option.
RunOptions run_options_from_json(const nlohmann::ordered_json& json);

// wanted, for going on with the run that has the options `begun`: its precision for "auto", and
// where `begun` lacks an option of which the default is wanted, what was done then.
RunOptions as_begun(RunOptions wanted, const nlohmann::ordered_json& begun);

}  // namespace thoraxlite
