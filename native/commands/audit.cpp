// What speaks against a model file, in one go.
#include <algorithm>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>

#include "audit/audit_json.h"
#include "audit/audit_page.h"
#include "audit/audit_text.h"
#include "audit/bad_news.h"
#include "audit/patient_figures.h"
#include "commands/altered_films.h"
#include "commands/commands.h"
#include "commands/dataset_option.h"
#include "commands/evaluation_facts.h"
#include "commands/film_evidence.h"
#include "commands/film_features.h"
#include "commands/open_screener.h"
#include "commands/score_images.h"
#include "data/file_bytes.h"
#include "data/whole_patients.h"
#include "evaluation/comparison.h"
#include "evaluation/figure_json.h"
#include "evaluation/subgroups.h"
#include "training/stop_signals.h"
#include "training/whole_file.h"

namespace thoraxlite {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using Between = std::function<void()>;

constexpr std::size_t kMostProbeFilms = 1000;  // of a source, that the probe learns from

std::string labels_of(const Sample& sample) {
  std::string text;
  for (const float target : sample.targets) text += target < 0 ? '?' : target > 0 ? '1' : '0';
  return text;
}

// What a part of the audit could not be made of.
void leave(Json& not_measured, const std::string& what, const std::string& why) {
  not_measured.push_back({{"what", what}, {"why", why}});
}

// Those of the usual columns that can be told apart.
std::vector<std::string> columns_of(const ScoredImages& images, Json& not_measured) {
  std::vector<std::string> columns;
  for (const char* column : {"age", "sex", "view", "reader"}) {
    try {
      subgroups_by(column, images);
      columns.push_back(column);
    } catch (const std::runtime_error& error) {
      leave(not_measured, std::string("by ") + column, error.what());
    }
  }
  return columns;
}

Json calibration_json(const ScoredImages& images) {
  const Clusters clusters = clusters_of(images.patients, images.size());
  const auto cluster_of = [&](const std::vector<std::size_t>& places) {
    std::vector<std::size_t> result;
    for (const std::size_t place : places) result.push_back(clusters.of_image[place]);
    return result;
  };
  Json json = {{"bins", kEqualCountBins}, {"labels", Json::array()}, {"called_class", nullptr}};
  for (std::size_t label = 0; label < images.labels.size(); ++label) {
    const LabelScores known = label_scores(images, label);
    if (known.scores.empty()) continue;
    json["labels"].push_back(to_json(
        images.labels[label], measure_calibration(known.scores, known.present,
                                                  cluster_of(known.images), clusters.size())));
  }
  if (!images.exclusive) return json;
  const std::vector<int> truth = highest(images.targets), called = highest(ranks(images));
  std::vector<float> scores;
  std::vector<int> right;
  for (std::size_t i = 0; i < images.size(); ++i) {
    scores.push_back(images.scores[i][static_cast<std::size_t>(called[i])]);
    right.push_back(called[i] == truth[i]);
  }
  json["called_class"] = to_json(
      "called class", measure_calibration(scores, right, clusters.of_image, clusters.size()));
  return json;
}

Json inside_lungs_json(const std::vector<std::string>& labels, const AlteredFilms& altered) {
  Json rows = Json::array();
  for (std::size_t label = 0; label < labels.size(); ++label) {
    const LungEvidence& evidence = altered.evidence[label];
    if (evidence.shares.empty()) continue;
    const std::vector<double> shares(evidence.shares.begin(), evidence.shares.end());
    std::vector<bool> mostly;
    for (const float share : evidence.shares) mostly.push_back(share >= kMinEvidenceInsideLungs);
    const Figure mean = mean_by_patient(evidence.patients, shares);
    const Figure inside = share_by_patient(evidence.patients, mostly);
    std::vector<double> sorted = shares;
    std::nth_element(sorted.begin(),
                     sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2), sorted.end());
    rows.push_back(
        {{"label", labels[label]},
         {"positive", shares.size()},
         {"intervals_over", units_json(clusters_of(evidence.patients, shares.size()).units)},
         {"mean", number(mean.value)},
         {"mean_95", interval_json(mean.interval)},
         {"median", number(sorted[sorted.size() / 2])},
         {"mostly_inside", std::count(mostly.begin(), mostly.end(), true)},
         {"mostly_inside_share", number(inside.value)},
         {"mostly_inside_share_95", interval_json(inside.interval)},
         {"by_chance", number(mean_by_patient(evidence.patients, evidence.lung_share, 0).value)}});
  }
  return rows;
}

// The films of one side of the probe. features: [samples], nothing where none could be read.
ProbeFilms probe_films(const std::vector<Sample>& samples,
                       std::vector<std::vector<float>> features) {
  ProbeFilms films;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (features[i].empty() || samples[i].source.empty()) continue;
    films.features.push_back(std::move(features[i]));
    films.sources.push_back(samples[i].source);
    films.patients.push_back(samples[i].patient);
    films.labels.push_back(labels_of(samples[i]));
  }
  return films;
}

// Sources with so many audited films that a probe is tested on them.
std::set<std::string> probed_sources(const std::vector<Sample>& audited) {
  std::map<std::string, std::size_t> films;
  for (const Sample& sample : audited) ++films[sample.source];
  std::set<std::string> sources;
  for (const auto& [source, count] : films) {
    if (!source.empty() && count >= kFewestProbeFilms) sources.insert(source);
  }
  return sources;
}

// Films of these sources in other splits, whole patients.
std::vector<Sample> to_learn_from(const SampleList& all, Split split,
                                  const std::set<std::string>& sources,
                                  const AuditCommand& command) {
  std::map<std::string, std::vector<Sample>> by_source;
  for (const Sample& sample : all.samples) {
    if (sample.split == split || sources.count(sample.source) == 0) continue;
    by_source[sample.source].push_back(sample);
  }
  std::vector<Sample> chosen;
  for (const auto& [source, samples] : by_source) {
    const std::vector<Sample> first = whole_patients(samples, kMostProbeFilms, command.seed);
    chosen.insert(chosen.end(), first.begin(), first.end());
  }
  return chosen;
}

Json probe_json(ByteView model_file, const SampleList& all, Split split,
                const std::vector<Sample>& audited, const AuditCommand& command,
                const Between& between, Json& not_measured) {
  constexpr const char* kWhat = "which source a film is from";
  const Result<Model> model = load_model(model_file);
  if (!model) throw std::runtime_error(model.error().message);
  if (!read_head(model->nodes, model->card.input.size)) {
    leave(not_measured, kWhat, "the network does not end in an average and linear layers");
    return nullptr;
  }
  const std::set<std::string> sources = probed_sources(audited);
  const std::vector<Sample> learned = to_learn_from(all, split, sources, command);
  if (sources.size() < 2 || learned.empty()) {
    leave(not_measured, kWhat,
          sources.size() < 2 ? "fewer than two sources have " + std::to_string(kFewestProbeFilms) +
                                   " films in the split"
                             : "the data has no films of these sources outside the split");
    return nullptr;
  }
  const ProbeFilms training = probe_films(
      learned, film_features(*model, learned, "features to learn sources from", between));
  const ProbeFilms test =
      probe_films(audited, film_features(*model, audited, "features of the films", between));
  const SourceProbe probe = probe_sources(training, test, command.seed);
  if (probe.sources.empty()) {
    leave(not_measured, kWhat,
          "fewer than two sources have " + std::to_string(kFewestProbeFilms) +
              " films both inside and outside the split");
  }
  return to_json(probe);
}

Json lesions_json(ByteView model_file, const std::string& sha256, const SampleList& films,
                  const AuditCommand& command, Json& not_measured) {
  constexpr const char* kWhat = "evidence on lesions";
  const fs::path data = command.data.data;
  if (command.split != "test" || masks_of(data, "lesions.csv", Split::test).empty()) {
    leave(not_measured, kWhat, "the data has no lesions.csv with films of the test split");
    return nullptr;
  }
  Screener screener = open_screener(model_file, sha256);
  if (!read_head(load_model(model_file)->nodes, screener.card().input.size)) {
    leave(not_measured, kWhat, "the network gives no evidence");
    return nullptr;
  }
  return measure_lesions(screener, data, patients_of(films, command.data.data));
}

Json left_out_of(const Card& card) {
  const Json whole = Json::parse(card.json, nullptr, /*allow_exceptions=*/false);
  if (!whole.is_object() || !whole.contains("evaluation")) return nullptr;
  const Json& evaluation = whole.at("evaluation");
  return evaluation.contains("left_out") ? evaluation.at("left_out") : Json(nullptr);
}

Json curves_json(const AlteredFilms& altered, const std::vector<float>& thresholds) {
  Json curves = Json::array();
  for (std::size_t kind = 0; kind < altered.curves.size(); ++kind) {
    std::vector<AlteredFigures> figures;
    for (const AlteredSet& set : altered.curves[kind]) {
      figures.push_back(
          compare_altered(altered.as_they_are.images, set.images, set.refused, thresholds));
    }
    curves.push_back(to_json(alteration_kinds()[kind], figures));
  }
  return curves;
}

Json block_outs_json(const AlteredFilms& altered, const std::vector<float>& thresholds,
                     Json& not_measured) {
  Json parts = Json::array();
  for (std::size_t i = 0; i < altered.block_outs.size(); ++i) {
    const AlteredSet& set = altered.block_outs[i];
    if (set.films.empty()) {
      leave(not_measured, in_words(kBlockOuts[i]),
            "the data has no masks.csv with these films, and the model finds no lungs");
      continue;
    }
    const ScoredImages intact = pick(altered.as_they_are.images, set.films);
    parts.push_back(to_json(kBlockOuts[i],
                            compare_altered(intact, set.images, set.refused, thresholds),
                            chance_of_main_figure(intact)));
  }
  return {{"lungs_from",
           {{"data", altered.lungs_from_data},
            {"lung_network", altered.lungs_from_network},
            {"nothing", altered.lungs_from_nothing}}},
          {"parts", parts}};
}

Json comparison_json(const AuditCommand& command, const ScoredSplit& scored,
                     const SampleList& films, const LabelsMap& map, const Between& between) {
  const std::vector<std::uint8_t> old = require_file(command.compare);
  const ScoredSplit other =
      score_films(view(old), films, command.data, map, "the other model", between);
  Json json = {
      {"old", {{"model", command.compare.filename().string()}, {"sha256", sha256_hex(view(old))}}}};
  json.update(to_json(
      compare(predictions_of(scored, command.split), predictions_of(other, command.split))));
  return json;
}

void publish(std::optional<WholeFile>& file, const std::string& text) {
  if (!file) return;
  file->write(text.data(), text.size());
  file->publish();
}

}  // namespace

void audit_model(const AuditCommand& command) {
  if (phantom_data(command.data.data).count > 0) {
    throw std::runtime_error("audit: " + command.data.data +
                             " is drawn on the spot; expected a folder of films (cxr-phantom "
                             "draws one)");
  }
  const StopSignals signals;
  const Between between = [&] {
    if (signals.received() == 0) return;
    throw Stopped("stopped before the audit was whole; nothing was written", signals.received());
  };
  std::optional<WholeFile> output, page;
  if (!command.output.empty()) output.emplace(command.output);
  if (!command.page.empty()) page.emplace(command.page);

  const std::vector<std::uint8_t> model = require_file(command.model);
  const std::string sha256 = sha256_hex(view(model));
  const Card card = open_screener(view(model), sha256).card();
  const LabelsMap map =
      command.labels_map.empty() ? LabelsMap() : read_labels_map(command.labels_map);
  const Split split = parse_split(command.split);
  const SampleList all = load_samples(command.data);
  SampleList films = select(all, split);
  const std::size_t in_split = films.samples.size();
  if (in_split == 0) {
    throw std::runtime_error(command.data.data + ": no film of split " + command.split);
  }
  if (command.films > 0) {
    films.samples =
        whole_patients(films.samples, static_cast<std::size_t>(command.films), command.seed);
  }

  Json not_measured = Json::array();
  const ScoredSplit scored =
      score_films(view(model), films, command.data, map, "films as they are", between);
  for (const auto& reason : scored.without_score) std::cerr << reason << " No score.\n";
  const Evaluation evaluation =
      evaluate(scored.images, scored.thresholds, {columns_of(scored.images, not_measured)});

  std::map<std::string, const Sample*> by_name;
  for (const Sample& sample : films.samples) {
    by_name[film_name(command.data.data, sample.file)] = &sample;
  }
  std::vector<fs::path> files;
  std::vector<Sample> audited;
  for (const std::string& name : scored.images.names) {
    audited.push_back(*by_name.at(name));
    files.push_back(audited.back().file);
  }
  const AlteredFilms altered =
      score_altered(view(model), scored.images, files,
                    masks_of(command.data.data, "masks.csv", split), command.seed, between);
  std::vector<bool> refused;
  for (const std::string& type : scored.refusals) refused.push_back(!type.empty());
  Json unscored = Json::array();
  for (const PredictedFilm& film : scored.unscored) unscored.push_back(film.file);
  const Figure share_refused = share_by_patient(scored.images.patients, refused);

  Json parts = {{"main_figure", main_figure(scored.images.exclusive)},
                {"chance", number(chance_of_main_figure(scored.images))},
                {"left_out", left_out_of(card)},
                {"films",
                 {{"scored", scored.images.size()},
                  {"in_split", in_split},
                  {"asked", command.films > 0 ? Json(command.films) : Json(nullptr)},
                  {"seed", command.seed},
                  {"intervals_over", units_json(evaluation.findings.over)},
                  {"refused", number(share_refused.value)},
                  {"refused_95", interval_json(share_refused.interval)},
                  {"refused_by_type", scored.refused},
                  {"without_score", unscored}}},
                {"labels_unknown", scored.match.unknown},
                {"labels_unused", scored.match.unused},
                {"whole", to_json(evaluation)}};
  parts["source_probe"] =
      probe_json(view(model), all, split, audited, command, between, not_measured);
  parts["as_they_are"] = to_json(compare_altered(scored.images, altered.as_they_are.images,
                                                 altered.as_they_are.refused, scored.thresholds));
  parts["block_outs"] = block_outs_json(altered, scored.thresholds, not_measured);
  parts["curves"] = curves_json(altered, scored.thresholds);
  parts["calibration"] = calibration_json(scored.images);
  Json evidence = {{"inside_lungs", inside_lungs_json(scored.images.labels, altered)}};
  if (evidence["inside_lungs"].empty()) {
    leave(not_measured, "evidence inside the lungs",
          "the model has no lung network, gives no evidence, or no film is positive");
  }
  evidence["lesions"] = lesions_json(view(model), sha256, all, command, not_measured);
  parts["evidence"] = evidence;
  parts["comparison"] = command.compare.empty()
                            ? Json(nullptr)
                            : comparison_json(command, scored, films, map, between);
  between();
  if (parts["left_out"].is_null()) {
    leave(not_measured, "sources that training never saw",
          "the model file has no figures of sources that were left out (export --left-out)");
  }
  if (command.compare.empty()) {
    leave(not_measured, "another model on the same films", "none was named (--compare)");
  }

  Json audit = {{"audit_format", kAuditFormat},
                {"model", command.model.filename().string()},
                {"name", card.name},
                {"sha256", sha256}};
  audit.update(data_facts(command.data));
  audit["split"] = command.split;
  audit["bad_news"] = to_json(bad_news(parts));
  audit["not_measured"] = not_measured;
  audit.update(parts);

  std::cout << audit_text(audit);
  publish(output, audit.dump(2) + "\n");
  publish(page, audit_page(audit, scored.images, evaluation));
}

}  // namespace thoraxlite
