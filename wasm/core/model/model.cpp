#include "core/model/model.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/film_preparation.h"
#include "core/model/card.h"
#include "core/model/graph.h"
#include "core/model/head.h"
#include "core/model/json_fields.h"
#include "core/model/novelty_tensors.h"
#include "core/novelty.h"

namespace thoraxlite {
namespace {

constexpr const char* kFormat = "thoraxlite.student.v1";

tl::unexpected<Error> refuse(const std::string& what) {
  return fail("The model file does not fit: " + what + ".");
}

Result<SelfTest> take_self_test(std::map<std::string, TensorView>& tensors, std::size_t labels) {
  const auto image = tensors.extract("self_test.image");
  const auto logits = tensors.extract("self_test.logits");
  if (image.empty() || logits.empty()) {
    return fail("it has no self-test (self_test.image and self_test.logits)");
  }

  const TensorView& pixels = image.mapped();
  if (pixels.dtype != "U8" || pixels.shape.size() != 2 || pixels.bytes.size == 0 ||
      pixels.shape[0] > kMaxInputSide || pixels.shape[1] > kMaxInputSide) {
    return fail("self_test.image is not a U8 [height, width] image of at most " +
                std::to_string(kMaxInputSide) + " pixels a side");
  }
  SelfTest self_test;
  self_test.image.height = static_cast<int>(pixels.shape[0]);
  self_test.image.width = static_cast<int>(pixels.shape[1]);
  self_test.image.pixels.assign(pixels.bytes.data, pixels.bytes.data + pixels.bytes.size);

  if (logits.mapped().dtype != "F32" ||
      logits.mapped().shape != std::vector<std::int64_t>{static_cast<std::int64_t>(labels)}) {
    return fail("self_test.logits is not F32 [" + std::to_string(labels) + "], one a label");
  }
  self_test.logits = *to_float32(logits.mapped());
  if (!std::all_of(self_test.logits.begin(), self_test.logits.end(),
                   [](float logit) { return std::isfinite(logit); })) {
    return fail("self_test.logits holds a number that is not finite");
  }
  return self_test;
}

struct OpenedFile {
  Safetensors contents;
  std::string card;
  Json document;  // of the card
};

Result<OpenedFile> open_file(ByteView file, const std::string& expected) {
  Result<Safetensors> contents = parse_safetensors(file);
  if (!contents) return tl::unexpected(contents.error());
  const auto format = contents->metadata.find("format");
  if (format == contents->metadata.end() || format->second != expected) {
    return refuse("its metadata does not say the format \"" + expected + "\"");
  }
  const auto text = contents->metadata.find("card");
  if (text == contents->metadata.end()) return refuse("its metadata has no card");
  Result<Json> document = parse_json(text->second);
  if (!document) return refuse("its card is not sound JSON, " + document.error().message);
  OpenedFile opened{{}, text->second, std::move(*document)};
  opened.contents = std::move(*contents);
  return opened;
}

// object: {"size", "graph"}, and what else tells people about the network.
Result<LungGraph> take_lungs(const Json& object, std::map<std::string, TensorView>& tensors) {
  JsonFields fields(object, "the card's lungs");
  LungGraph lungs;
  lungs.size = fields.integer("size", 1, kMaxInputSide);
  const Json& graph = fields.array("graph");
  if (const auto error = fields.error()) return tl::unexpected(*error);
  Result<std::vector<Node>> nodes = read_graph(graph, square_input(lungs.size), tensors, "lungs.");
  if (!nodes) return tl::unexpected(nodes.error());
  lungs.nodes = std::move(*nodes);
  const Shape& output = lungs.nodes.back().output;
  if (output.channels != 1 || output.height != output.width) {
    return fail("the lung network gives " + std::to_string(output.channels) + " x " +
                std::to_string(output.height) + " x " + std::to_string(output.width) +
                " values; expected one square map");
  }
  return lungs;
}

}  // namespace

Result<LungGraph> load_lungs(ByteView file) {
  Result<OpenedFile> opened = open_file(file, "thoraxlite.lungs.v1");
  if (!opened) return tl::unexpected(opened.error());
  Result<LungGraph> lungs = take_lungs(opened->document, opened->contents.tensors);
  if (!lungs) return refuse(lungs.error().message);
  if (!opened->contents.tensors.empty()) {
    return refuse("the tensor \"" + opened->contents.tensors.begin()->first +
                  "\" belongs to no node");
  }
  return lungs;
}

Result<Model> load_model(ByteView file) {
  Result<OpenedFile> opened = open_file(file, kFormat);
  if (!opened) return tl::unexpected(opened.error());
  Safetensors* contents = &opened->contents;
  const Json* document = &opened->document;

  Model model;
  Result<Card> card = read_card(*document);
  if (!card) return refuse(card.error().message);
  model.card = std::move(*card);
  model.card.json = opened->card;

  JsonFields fields(*document, "the card");
  const Json& graph = fields.array("graph");
  if (const auto error = fields.error()) return refuse(error->message);
  Result<std::vector<Node>> nodes =
      read_graph(graph, square_input(model.card.input.size), contents->tensors);
  if (!nodes) return refuse(nodes.error().message);
  model.nodes = std::move(*nodes);

  const Node& last = model.nodes.back();
  if (last.output.height != 1 || last.output.width != 1 ||
      static_cast<std::size_t>(last.output.channels) != model.card.labels.size()) {
    return refuse("node \"" + last.name + "\" gives " + std::to_string(last.output.channels) +
                  " x " + std::to_string(last.output.height) + " x " +
                  std::to_string(last.output.width) + " values; expected " +
                  std::to_string(model.card.labels.size()) + " logits, one a label");
  }

  if (fields.has("lungs")) {
    const Json& object = fields.object("lungs");
    if (const auto error = fields.error()) return refuse(error->message);
    Result<LungGraph> lungs = take_lungs(object, contents->tensors);
    if (!lungs) return refuse(lungs.error().message);
    model.lungs = std::move(*lungs);
  } else if (model.card.view) {
    return refuse("its card has a view of the lungs, but no lung network");
  }

  Result<SelfTest> self_test = take_self_test(contents->tensors, model.card.labels.size());
  if (!self_test) return refuse(self_test.error().message);
  model.self_test = std::move(*self_test);

  if (fields.has("novelty")) {
    const Json& card_novelty = fields.object("novelty");
    if (const auto error = fields.error()) return refuse(error->message);
    const std::optional<Head> head = read_head(model.nodes, model.card.input.size);
    if (!head || model.card.input.size < kThumbnailSide) {
      return refuse("it has statistics of novelty, but its network has no last map for them");
    }
    const auto features =
        static_cast<std::size_t>(novelty_feature_count(model.card, head->map.channels));
    Result<Novelty> novelty = take_novelty(card_novelty, features, contents->tensors);
    if (!novelty) return refuse(novelty.error().message);
    model.novelty = std::move(*novelty);
  }

  if (!contents->tensors.empty()) {
    return refuse("the tensor \"" + contents->tensors.begin()->first + "\" belongs to no node");
  }
  return model;
}

}  // namespace thoraxlite
