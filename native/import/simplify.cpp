#include "import/simplify.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kNear = 1e-6;      // of constants that exporters round
constexpr double kRounding = 1e-7;  // of float32, as of 6 * (1 / 6)

bool near(double a, double b) {
  return std::abs(a - b) <= kNear * std::max(1.0, std::abs(b));
}

class Simplifier {
 public:
  explicit Simplifier(ImportedLayers& network) : network_(network) {}

  void run() {
    drop_unread();
    // Each rule makes the network smaller or moves a pool forward, so this ends.
    while (pass()) drop_unread();
  }

 private:
  bool pass() {
    count();
    for (std::size_t i = 0; i < network_.layers.size(); ++i) {
      ImportedLayer& layer = network_.layers[i];
      if (into_weights_before(layer) || into_weights_behind(layer) || as_setting(layer) ||
          as_hard_sigmoid(layer) || as_gate(layer) || pool_first(i) || into_first(layer)) {
        return true;
      }
    }
    return false;
  }

  void count() {
    at_.clear();
    readers_.clear();
    for (std::size_t i = 0; i < network_.layers.size(); ++i) {
      const ImportedLayer& layer = network_.layers[i];
      at_[layer.name] = i;
      for (const std::string& input : layer.inputs) ++readers_[input];
    }
    ++readers_[network_.output];
  }

  // The layer that a layer reads, if nothing else reads it.
  ImportedLayer* only_source(const ImportedLayer& layer) {
    if (layer.inputs.size() != 1) return nullptr;
    ImportedLayer* source = find(layer.inputs.front());
    return source && readers_[source->name] == 1 ? source : nullptr;
  }

  ImportedLayer* find(const std::string& name) {
    const auto found = at_.find(name);
    return found == at_.end() ? nullptr : &network_.layers[found->second];
  }

  // What read the layer reads `instead`; the layer itself is then read by nobody.
  void bypass(const ImportedLayer& layer, const std::string& instead) {
    const std::string name = layer.name;
    for (ImportedLayer& other : network_.layers) {
      std::replace(other.inputs.begin(), other.inputs.end(), name, instead);
    }
    if (network_.output == name) network_.output = instead;
  }

  static bool takes_scale(const ImportedLayer& layer) {
    return !layer.relu &&
           (layer.op == "conv2d" || layer.op == "linear" || layer.op == "scale_shift");
  }

  bool into_weights_before(ImportedLayer& layer) {
    if (layer.op != "scale_shift") return false;
    // The first alone tells of nearly all.
    const bool may_be = !layer.relu && std::abs(*layer.weight.data_ptr<double>() - 1) <= kRounding;
    const bool plain = may_be && ((layer.weight - 1).abs() <= kRounding).all().item<bool>() &&
                       (layer.bias == 0).all().item<bool>();
    if (plain) {
      // A concat reads each of its inputs once.
      bool copied = false;
      for (const ImportedLayer& other : network_.layers) {
        const auto& in = other.inputs;
        copied = copied || (std::count(in.begin(), in.end(), layer.name) > 0 &&
                            std::count(in.begin(), in.end(), layer.inputs.front()) > 0);
      }
      if (copied || layer.inputs.front() == kNetworkInput) return false;
      bypass(layer, layer.inputs.front());
      return true;
    }
    ImportedLayer* source = only_source(layer);
    if (!source || !takes_scale(*source)) return false;
    std::vector<std::int64_t> shape(static_cast<std::size_t>(source->weight.dim()), 1);
    shape[0] = -1;
    source->weight = source->weight * layer.weight.view(shape);
    source->bias = source->bias * layer.weight + layer.bias;
    source->relu = layer.relu;
    bypass(layer, source->name);
    return true;
  }

  static bool has_padding(const ImportedLayer& layer) { return layer.settings.contains("padding"); }

  // Exact where no padding of zeros lies between the shift and the convolution.
  bool into_weights_behind(ImportedLayer& layer) {
    if (layer.op != "conv2d" && layer.op != "linear") return false;
    ImportedLayer* source = only_source(layer);
    if (!source || source->op != "scale_shift" || source->relu) return false;
    if (has_padding(layer) && !(source->bias == 0).all().item<bool>()) return false;
    const std::int64_t groups = layer.settings.value("groups", std::int64_t{1});
    const std::int64_t out = layer.weight.size(0), in = layer.weight.size(1);
    // [groups, out / groups, in / groups, positions], to meet what each group reads.
    const torch::Tensor weight = layer.weight.reshape({groups, out / groups, in, -1});
    const auto of_groups = [&](const torch::Tensor& values) {
      return values.view({groups, 1, in, 1});
    };
    layer.bias = layer.bias + (weight * of_groups(source->bias)).sum({2, 3}).flatten();
    layer.weight = (weight * of_groups(source->weight)).reshape(layer.weight.sizes());
    layer.inputs = source->inputs;
    return true;
  }

  bool as_setting(ImportedLayer& layer) {
    if (layer.op != "relu") return false;
    ImportedLayer* source = only_source(layer);
    const bool takes = source && (source->op == "conv2d" || source->op == "scale_shift" ||
                                  source->op == "linear" || source->op == "add");
    if (!takes) return false;
    source->relu = true;
    bypass(layer, source->name);
    return true;
  }

  // The same factor and the same shift of every channel.
  static std::optional<std::pair<double, double>> uniform(const ImportedLayer* layer) {
    if (!layer || layer->op != "scale_shift" || layer->relu) return std::nullopt;
    const double scale = layer->weight[0].item<double>(), shift = layer->bias[0].item<double>();
    if (!(layer->weight == scale).all().item<bool>() || !(layer->bias == shift).all().item<bool>())
      return std::nullopt;
    return std::make_pair(scale, shift);
  }

  // Of a clip between 0 and that; 0 of another.
  static double high_of(const ImportedLayer& clip) {
    const bool from_zero = clip.settings.contains("low") && clip.settings.at("low") == 0;
    return from_zero ? clip.settings.value("high", 0.0) : 0;
  }

  // clip(a x + b, 0, h) / h = clip(a / h x + b / h, 0, 1)
  bool as_hard_sigmoid(ImportedLayer& layer) {
    const auto outer = uniform(&layer);
    ImportedLayer* clip = outer ? only_source(layer) : nullptr;
    if (!clip || clip->op != "clip") return false;
    const double high = high_of(*clip);
    if (!(high > 0) || outer->second != 0 || !near(outer->first * high, 1)) return false;
    const auto inner = uniform(only_source(*clip));
    if (!inner) return false;
    ImportedLayer* scaled = only_source(*clip);
    layer.op = "hard_sigmoid";
    layer.settings = {{"alpha", inner->first / high}, {"beta", inner->second / high}};
    layer.weight = layer.bias = torch::Tensor();
    layer.inputs = scaled->inputs;
    return true;
  }

  bool as_gate(ImportedLayer& layer) {
    if (layer.op != "mul") return false;
    for (const int side : {0, 1}) {
      const std::string x = layer.inputs[static_cast<std::size_t>(1 - side)];
      ImportedLayer* gate = find(layer.inputs[static_cast<std::size_t>(side)]);
      if (!gate) continue;
      if (gate->inputs == std::vector<std::string>{x}) {
        if (gate->op == "sigmoid") return become(layer, "silu", x);
        if (gate->op == "hard_sigmoid" && near(gate->settings.at("alpha").get<double>(), 1.0 / 6) &&
            near(gate->settings.at("beta").get<double>(), 0.5)) {
          return become(layer, "hard_swish", x);
        }
      }
      // x * clip(x + 3, 0, 6) = 6 hard_swish(x); a division by 6 usually follows.
      if (gate->op != "clip" || high_of(*gate) != 6) continue;
      const ImportedLayer* scaled = find(gate->inputs.front());
      const auto inner = uniform(scaled);
      if (!inner || scaled->inputs.front() != x || !near(inner->first, 1) ||
          !near(inner->second, 3)) {
        continue;
      }
      ImportedLayer scale{layer.name, "scale_shift", {layer.name + ".swish"}};
      const torch::Tensor ones = torch::ones_like(scaled->weight);
      scale.weight = 6 * ones;
      scale.bias = torch::zeros_like(ones);
      const auto position = at_.at(layer.name);
      become(layer, "hard_swish", x);
      layer.name += ".swish";
      network_.layers.insert(network_.layers.begin() + static_cast<std::ptrdiff_t>(position) + 1,
                             std::move(scale));
      return true;
    }
    return false;
  }

  static bool become(ImportedLayer& layer, const char* op, const std::string& input) {
    layer.op = op;
    layer.inputs = {input};
    return true;
  }

  static bool is_pointwise(const ImportedLayer& layer) {
    return layer.op == "conv2d" && layer.weight.size(2) == 1 && layer.weight.size(3) == 1 &&
           !has_padding(layer) && !layer.settings.contains("stride");
  }

  // Averages and a convolution of one pixel may change places; pooled first, it has less to do.
  bool pool_first(std::size_t index) {
    ImportedLayer& pool = network_.layers[index];
    if (pool.op != "average_pool2d" || has_padding(pool) || pool.settings.contains("ceil")) {
      return false;
    }
    ImportedLayer* conv = only_source(pool);
    if (!conv || !is_pointwise(*conv) || conv->relu) return false;
    const std::string before = conv->inputs.front();
    const std::size_t place = at_.at(conv->name);
    bypass(pool, conv->name);
    pool.inputs = {before};
    conv->inputs = {pool.name};
    std::rotate(network_.layers.begin() + static_cast<std::ptrdiff_t>(place),
                network_.layers.begin() + static_cast<std::ptrdiff_t>(index),
                network_.layers.begin() + static_cast<std::ptrdiff_t>(index) + 1);
    return true;
  }

  // w2 (w1 x + b1) + b2, of a convolution of one pixel on the network's input.
  bool into_first(ImportedLayer& layer) {
    if (layer.op != "conv2d" || layer.settings.contains("groups")) return false;
    ImportedLayer* source = only_source(layer);
    if (!source || !is_pointwise(*source) || source->relu || source->settings.contains("groups") ||
        source->inputs.front() != kNetworkInput) {
      return false;
    }
    if (has_padding(layer) && !(source->bias == 0).all().item<bool>()) return false;
    const torch::Tensor first = source->weight.flatten(1);  // [middle, in]
    layer.bias = layer.bias + torch::einsum("omyx,m->o", {layer.weight, source->bias});
    layer.weight = torch::einsum("omyx,mi->oiyx", {layer.weight, first}).contiguous();
    layer.inputs = source->inputs;
    return true;
  }

  void drop_unread() {
    std::map<std::string, bool> read{{network_.output, true}};
    auto& layers = network_.layers;
    for (std::size_t i = layers.size(); i-- > 0;) {
      if (!read[layers[i].name]) continue;
      for (const std::string& input : layers[i].inputs) read[input] = true;
    }
    layers.erase(std::remove_if(layers.begin(), layers.end(),
                                [&](const ImportedLayer& layer) { return !read[layer.name]; }),
                 layers.end());
  }

  ImportedLayers& network_;
  std::map<std::string, std::size_t> at_;
  std::map<std::string, int> readers_;
};

}  // namespace

void simplify(ImportedLayers& network) {
  Simplifier(network).run();
}

}  // namespace thoraxlite
