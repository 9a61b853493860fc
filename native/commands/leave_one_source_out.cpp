#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>
#include <optional>
#include <set>
#include <stdexcept>
#include <tuple>

#include "commands/check_stages.h"
#include "commands/commands.h"
#include "commands/dataset_option.h"
#include "commands/evaluation_facts.h"
#include "commands/fold_guides.h"
#include "commands/later_epochs.h"
#include "commands/score_run.h"
#include "data/file_bytes.h"
#include "evaluation/calibration.h"
#include "evaluation/left_out_figures.h"
#include "evaluation/predictions.h"
#include "report/left_out_page.h"
#include "screen/terminal_text.h"
#include "training/run_folder.h"
#include "training/whole_file.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr const char* kLeftOut = "left out";  // a predictions' split
constexpr const char* kColumn = "left_out";   // and its column: the hospital

// Of hospitals it may come from any list.
std::string folder_name(const std::string& name, const std::string& what) {
  const bool plain = std::none_of(name.begin(), name.end(), [](char letter) {
    return letter == '/' || letter == '\\' || static_cast<unsigned char>(letter) < ' ';
  });
  if (plain && !name.empty() && name.front() != '.') return name;
  throw std::runtime_error(
      what + " '" + printable(name) +
      "': its name becomes a folder's; expected one without / and \\ that does "
      "not begin with a dot");
}

struct Stage {
  std::size_t setting;
  Hospital hospital;
  PlannedStage planned;
};

std::vector<Hospital> hospitals_of(const Setting& setting) {
  return load_hospitals(setting.options.data, setting.options.same_hospital);
}

std::vector<Hospital> wanted_hospitals(const LeaveOutOptions& options) {
  const std::vector<Hospital> all = hospitals_of(options.settings.front());
  if (all.size() < 2) {
    throw std::runtime_error(options.settings.front().options.data.data +
                             ": all films are of one hospital; expected at least two");
  }
  if (options.leave.empty()) return all;
  std::set<std::string> asked(options.leave.begin(), options.leave.end());
  std::vector<Hospital> wanted;
  std::string names;
  for (const Hospital& hospital : all) {
    names += (names.empty() ? "" : ", ") + hospital.name;
    bool leaves = asked.erase(hospital.name) > 0;
    for (const std::string& source : hospital.sources) leaves = asked.erase(source) > 0 || leaves;
    if (leaves) wanted.push_back(hospital);
  }
  if (!asked.empty()) {
    throw std::runtime_error("--leave " + *asked.begin() + ": no such hospital; expected some of " +
                             names);
  }
  return wanted;
}

// What settings are compared on: of every hospital, which films are judged, and what they show.
struct Judged {
  std::vector<std::string> labels;
  std::vector<std::tuple<std::string, std::string, std::vector<float>>> films;

  bool operator==(const Judged& other) const {
    return labels == other.labels && films == other.films;
  }
};

Judged judged_by(const Setting& setting, const std::string& normal) {
  DataOptions data = setting.options.data;
  if (!data.fold.empty() || !data.leave_out.empty()) {
    throw std::runtime_error("setting '" + setting.name +
                             "': has a fold or leave-out; expected neither, as the command decides "
                             "what is held out");
  }
  Judged judged;
  for (const Hospital& hospital : hospitals_of(setting)) {
    data.leave_out = hospital.sources;
    const SampleList list = load_samples(data);
    if (!list.exclusive) {
      throw std::runtime_error(data.data +
                               ": its labels do not exclude each other; expected one a film");
    }
    judged.labels = list.labels;
    for (const Sample& sample : list.samples) {
      if (sample.split != Split::test) continue;
      judged.films.emplace_back(sample.file.lexically_normal().string(), hospital.name,
                                sample.targets);
    }
  }
  if (std::count(judged.labels.begin(), judged.labels.end(), normal) == 0) {
    throw std::runtime_error(data.data + ": no label '" + normal +
                             "'; expected --neither with the label of films without a finding");
  }
  return judged;
}

void check_settings(const LeaveOutOptions& options) {
  const Judged first = judged_by(options.settings.front(), options.neither);
  for (const Setting& setting : options.settings) {
    folder_name(setting.name, "setting");
    if (judged_by(setting, options.neither) == first) continue;
    throw std::runtime_error(
        "setting '" + setting.name + "': has other films, labels or hospitals than '" +
        options.settings.front().name + "'; expected the same, as settings are compared on them");
  }
}

std::vector<Stage> plan(const LeaveOutOptions& options, const std::vector<Hospital>& hospitals) {
  std::vector<Stage> stages;
  for (std::size_t i = 0; i < options.settings.size(); ++i) {
    const Setting& setting = options.settings[i];
    for (const Hospital& hospital : hospitals) {
      const std::string name = folder_name(hospital.name, "hospital");
      RunOptions run = with_guides_of_part(setting.options, name);
      run.data.leave_out = hospital.sources;
      run.data.seed = run.seed;
      stages.push_back({i,
                        hospital,
                        {setting.name + ", " + hospital.name + " left out",
                         options.folder / setting.name / name, run}});
    }
  }
  return stages;
}

// What a run said of the films that were left out, and of which weights: read again where a stopped
// command goes on, so that it ends as one that was not.
struct LeftOutScores {
  Predictions predictions;
  float temperature = 1;
};

fs::path predictions_file(const fs::path& run) {
  return run / "left_out.csv";
}

fs::path scores_file(const fs::path& run) {
  return run / "left_out.json";
}

std::string weights_digest(const fs::path& run) {
  return sha256_hex(view(require_file(run / "best.pt")));
}

std::optional<LeftOutScores> read_scores(const fs::path& run, std::int64_t epochs) {
  std::ifstream stream(scores_file(run));
  if (!stream || !fs::exists(run / "best.pt")) return std::nullopt;
  const Json there = Json::parse(stream, nullptr, false);
  if (!there.is_object() || there.value("epochs", Json()) != Json(epochs) ||
      there.value("weights_sha256", Json()) != Json(weights_digest(run)) ||
      !there.contains("temperature")) {
    return std::nullopt;
  }
  return LeftOutScores{read_predictions(predictions_file(run)), there.at("temperature")};
}

LeftOutScores scores_of(ScoredRun run, const std::string& hospital, const char* split) {
  LeftOutScores scores{predictions_of(run.scored, run.thresholds, split), run.temperature};
  for (PredictedFilm& film : scores.predictions.films) film.columns[kColumn] = hospital;
  return scores;
}

LeftOutScores score_left_out(const Stage& stage) {
  const fs::path& run = stage.planned.run;
  const LeftOutScores scores =
      scores_of(score_run(run, Split::test), stage.hospital.name, kLeftOut);
  write_atomically(predictions_file(run), to_csv(scores.predictions));
  write_atomically(scores_file(run), Json({{"epochs", stage.planned.options.epochs},
                                           {"weights_sha256", weights_digest(run)},
                                           {"temperature", scores.temperature}})
                                             .dump(2) +
                                         "\n");
  return *read_scores(run, stage.planned.options.epochs);
}

// Logits that compare between networks.
LeftOutFilms calibrated(const Hospital& hospital, const LeftOutScores& scores) {
  LeftOutFilms films{hospital.name, scored_images(scores.predictions)};
  for (auto& logits : films.images.logits) {
    for (float& logit : logits) logit /= scores.temperature;
  }
  return films;
}

Predictions joined(const std::vector<LeftOutScores>& parts) {
  Predictions all;
  for (const LeftOutScores& part : parts) {
    all.labels = part.predictions.labels;
    all.films.insert(all.films.end(), part.predictions.films.begin(), part.predictions.films.end());
  }
  return all;
}

std::string shown(double figure) {
  char text[32];
  std::snprintf(text, sizeof text, std::isfinite(figure) ? "%.3f" : "none", figure);
  return text;
}

// Of the stages of one setting, in order.
SettingFigures run_setting(const LeaveOutOptions& options, const Setting& setting,
                           const std::vector<const Stage*>& stages,
                           const std::vector<double>& later, const Parallel& parallel) {
  SettingFigures result{setting.name, {}};
  std::vector<LeftOutScores> scores;
  std::vector<LeftOutFilms> films;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const PlannedStage& stage = stages[i]->planned;
    std::optional<LeftOutScores> known = read_scores(stage.run, stage.options.epochs);
    std::cerr << printable(stage.name) << (known ? ": done already\n" : "\n");
    if (!known) {
      try {
        train_network(stage.options, stage.run, parallel, {Course{}.stop_after, later[i]});
      } catch (const Diverged& error) {
        std::cerr << printable(stage.name) << ": " << error.what() << "; this setting is out\n";
        result.diverged = stages[i]->hospital.name + " left out: " + error.what();
        return result;
      }
      known = score_left_out(*stages[i]);
    }
    films.push_back(calibrated(stages[i]->hospital, *known));
    scores.push_back(std::move(*known));
    const HospitalFigures figures = left_out_figures({films.back()}, options.neither).hospitals[0];
    std::cerr << printable(stage.name) << ": AUROC " << shown(figures.area_under_roc)
              << ", mean recall " << shown(figures.mean_recall) << " of " << figures.images
              << " films\n";
  }
  result.left_out = left_out_figures(films, options.neither);
  write_atomically(options.folder / setting.name / "predictions.csv", to_csv(joined(scores)));
  return result;
}

// The test films of the hospitals that have some, by the networks of one setting.
std::optional<LeftOutFigures> test_figures(const LeaveOutOptions& options, const Setting& setting,
                                           const std::vector<const Stage*>& stages) {
  std::vector<LeftOutScores> scores;
  std::vector<LeftOutFilms> films;
  for (const Stage* stage : stages) {
    DataOptions data = setting.options.data;
    data.sources = stage->hospital.sources;
    data.seed = setting.options.seed;
    if (select(load_samples(data), Split::test).samples.empty()) {
      std::cerr << printable(stage->hospital.name) << ": no test films\n";
      continue;
    }
    scores.push_back(scores_of(score_run(stage->planned.run, Split::test, data),
                               stage->hospital.name, to_string(Split::test)));
    films.push_back(calibrated(stage->hospital, scores.back()));
  }
  if (films.empty()) return std::nullopt;
  write_atomically(options.folder / setting.name / "predictions-test.csv", to_csv(joined(scores)));
  return left_out_figures(films, options.neither);
}

Json setting_json(const Setting& setting, const SettingFigures& figures) {
  Json json = {{"name", setting.name}, {"seed", setting.options.seed}};
  if (figures.diverged.empty()) {
    json.update(to_json(figures.left_out));
  } else {
    json["diverged"] = figures.diverged;
  }
  json["options"] =
      without_places({{"options", to_json(setting.options)}, {"provenance", Json::object()}})
          .at("options");
  return json;
}

}  // namespace

void leave_one_source_out(const LeaveOutOptions& options) {
  const Parallel parallel = Parallel::from_environment();
  if (parallel.size() > 1) {
    throw std::runtime_error("leave-one-source-out: runs in one process, not in " +
                             std::to_string(parallel.size()));
  }
  const std::vector<Hospital> hospitals = wanted_hospitals(options);
  check_settings(options);
  const std::vector<Stage> stages = plan(options, hospitals);
  std::vector<PlannedStage> planned;
  for (const Stage& stage : stages) planned.push_back(stage.planned);
  check_stages(planned, parallel, /*test=*/true);
  // Settings have the same films.
  for (std::size_t i = 0; i < hospitals.size(); ++i) refuse_equal_films(planned[i].options.data);
  const RunLock lock(options.folder);
  const std::vector<double> later = later_epochs(planned, parallel);

  const auto of_setting = [&](std::size_t setting) {
    std::vector<const Stage*> own;
    for (const Stage& stage : stages) {
      if (stage.setting == setting) own.push_back(&stage);
    }
    return own;
  };
  std::vector<SettingFigures> settings;
  for (std::size_t i = 0; i < options.settings.size(); ++i) {
    const auto first = later.begin() + static_cast<std::ptrdiff_t>(i * hospitals.size());
    settings.push_back(run_setting(options, options.settings[i], of_setting(i),
                                   {first, first + static_cast<std::ptrdiff_t>(hospitals.size())},
                                   parallel));
  }

  const std::size_t best = chosen(settings);
  std::optional<LeftOutFigures> test;
  if (options.test && best < settings.size()) {
    test = test_figures(options, options.settings[best], of_setting(best));
  }
  Json json = {{"data", data_facts(options.settings.front().options.data)},
               {"policy", kCalibrationPolicy},
               {"selection_figure", kLeftOutSelection},
               {"fewest_films", kFewestFilms},
               {"neither", options.neither},
               {"hospitals", Json::object()}};
  for (const Hospital& hospital : hospitals) json["hospitals"][hospital.name] = hospital.sources;
  json["settings"] = Json::array();
  for (std::size_t i = 0; i < settings.size(); ++i) {
    json["settings"].push_back(setting_json(options.settings[i], settings[i]));
  }
  json["chosen"] = best < settings.size() ? Json(settings[best].name) : Json();
  json["test"] = test ? to_json(*test) : Json();
  write_atomically(options.folder / "leave_one_source_out.json", json.dump(2) + "\n");
  write_atomically(
      options.folder / "leave_one_source_out.html",
      to_html(options.folder.filename().string() + ": leave one source out", settings, test));
  std::cout << to_table(settings);
  if (best == settings.size()) {
    throw std::runtime_error(options.folder.string() + ": no setting has a selection figure");
  }
  if (test) {
    std::cout << "\ntest films, by " << settings[best].name << "\n" << to_table(*test);
  } else {
    std::cout << (options.test ? "\nno hospital has test films\n"
                               : "\ntest films were not looked at (--test)\n");
  }
}

}  // namespace thoraxlite
