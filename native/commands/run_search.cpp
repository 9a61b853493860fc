#include <fstream>
#include <iostream>
#include <stdexcept>

#include "commands/check_stages.h"
#include "commands/commands.h"
#include "report/curves.h"
#include "search/search_page.h"
#include "search/search_result.h"
#include "search/search_space.h"
#include "training/checkpoint.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

fs::path trial_folder(const fs::path& folder, std::int64_t trial) {
  char name[32];
  std::snprintf(name, sizeof name, "trial-%03lld", static_cast<long long>(trial));
  return folder / name;
}

std::vector<Choice> parse_space(const SearchOptions& options) {
  std::vector<Choice> space;
  for (const auto& [option, texts] : options.space) {
    if (!texts.empty()) space.push_back(parse_choice(option, texts));
  }
  if (space.empty()) {
    throw std::runtime_error(
        "search: nothing to search; expected options with their values, as "
        "learning-rate = \"log-uniform(1e-4, 1e-2)\" in [search]");
  }
  return space;
}

Json plan_of(const SearchOptions& options, const std::vector<Choice>& space) {
  Json tried = Json::object();
  for (const Choice& choice : space) tried[choice.option] = options.space.at(choice.option);
  return {
      {"network", options.network},         {"method", options.method}, {"trials", options.trials},
      {"keep_one_in", options.keep_one_in}, {"seed", options.seed},     {"space", tried},
      {"options", to_json(options.base)}};
}

SearchResult draw_trials(const SearchOptions& options) {
  const std::vector<Choice> space = parse_space(options);
  SearchResult search;
  search.plan = plan_of(options, space);
  search.rungs = options.method == "random"
                     ? std::vector<Rung>{{options.base.epochs, options.trials}}
                     : halving_rungs(options.trials, options.base.epochs, options.keep_one_in);
  for (std::int64_t number = 1; number <= options.trials; ++number) {
    Trial trial;
    trial.number = number;
    for (const Choice& choice : space) {
      trial.options.emplace_back(choice.option, draw(choice, options.seed, number));
    }
    search.trials.push_back(trial);
  }
  return search;
}

RunOptions options_of(const SearchOptions& search, const Trial& trial) {
  RunOptions options = search.base;
  options.data.seed = options.seed;
  for (const auto& [option, value] : trial.options) set_option(options, option, value);
  return options;
}

// What an earlier call has found out and no run folder says.
void take_up(SearchResult& search, const fs::path& file) {
  std::ifstream stream(file);
  if (!stream) return;
  const Json there = Json::parse(stream, nullptr, false);
  if (!there.is_object() || !there.contains("plan") || !there.contains("trials")) {
    throw std::runtime_error(file.string() + ": not the file of a search");
  }
  const Json& plan = there.at("plan");
  for (const auto& [key, value] : search.plan.items()) {
    if (plan.value(key, Json()) == value) continue;
    throw std::runtime_error(file.string() + ": this search has " + key + " " +
                             plan.value(key, Json()).dump() + ", not " + value.dump() +
                             "; choose another --output folder");
  }
  for (std::size_t i = 0; i < search.trials.size(); ++i) {
    const Json& trial = there.at("trials").at(i);
    if (trial.at("diverged").is_string()) search.trials[i].diverged = trial.at("diverged");
  }
}

// Epochs of all trials that come after trial `at` of those of a rung.
double epochs_after(const SearchResult& search, std::size_t rung,
                    const std::vector<std::size_t>& trials, std::size_t at) {
  double epochs = 0;
  for (std::size_t i = at + 1; i < trials.size(); ++i) {
    const auto done = static_cast<std::int64_t>(search.trials[trials[i]].epochs.size());
    epochs += static_cast<double>(std::max<std::int64_t>(0, search.rungs[rung].epochs - done));
  }
  for (std::size_t next = rung + 1; next < search.rungs.size(); ++next) {
    epochs += static_cast<double>(search.rungs[next].trials *
                                  (search.rungs[next].epochs - search.rungs[next - 1].epochs));
  }
  return epochs;
}

}  // namespace

void run_search(const SearchOptions& options) {
  const Parallel parallel = Parallel::from_environment();
  if (parallel.size() > 1) {
    throw std::runtime_error("search: runs in one process, not in " +
                             std::to_string(parallel.size()));
  }
  SearchResult search = draw_trials(options);
  const fs::path file = options.folder / "search.json";
  take_up(search, file);
  std::vector<PlannedStage> stages;
  for (const Trial& trial : search.trials) {
    stages.push_back({"trial " + std::to_string(trial.number),
                      trial_folder(options.folder, trial.number), options_of(options, trial)});
  }
  check_stages(stages, parallel, /*test=*/false);
  refuse_equal_films(options.base.data);
  fs::create_directories(options.folder);
  const auto keep = [&] { write_atomically(file, to_json(search).dump(2) + "\n"); };
  for (Trial& trial : search.trials) {
    trial.epochs = read_epochs(trial_folder(options.folder, trial.number));
  }

  LoadedImages images;
  std::vector<std::size_t> going;
  for (std::size_t i = 0; i < search.trials.size(); ++i) going.push_back(i);
  for (std::size_t rung = 0; rung < search.rungs.size(); ++rung) {
    for (std::size_t at = 0; at < going.size(); ++at) {
      Trial& trial = search.trials[going[at]];
      const std::int64_t epochs = search.rungs[rung].epochs;
      if (!trial.diverged.empty()) {
        // It did so behind this rung, or on the way to it.
        if (static_cast<std::int64_t>(trial.epochs.size()) >= epochs) {
          trial.rungs = static_cast<std::int64_t>(rung) + 1;
        }
        continue;
      }
      const fs::path run = trial_folder(options.folder, trial.number);
      std::cerr << "trial " << trial.number << " of " << options.trials << ", rung " << rung + 1
                << " of " << search.rungs.size() << ":";
      for (const auto& [option, value] : trial.options) {
        std::cerr << " " << option << " " << value;
      }
      std::cerr << "\n";
      const Course course{epochs, epochs_after(search, rung, going, at)};
      try {
        train_network(stages[going[at]].options, run, parallel, course, images);
      } catch (const Diverged& error) {
        trial.diverged = error.what();
        std::cerr << "trial " << trial.number << ": " << error.what() << "; the search goes on\n";
      }
      trial.epochs = read_epochs(run);
      trial.rungs = static_cast<std::int64_t>(rung) + (trial.diverged.empty() ? 1 : 0);
      keep();
    }
    going = survivors(search, rung);
  }
  keep();
  write_atomically(options.folder / "search.html",
                   to_html(options.folder.filename().string() + ": search", search));
  std::cout << to_table(search);
  const Trial& best = search.trials[ranking(search).front()];
  if (!best.diverged.empty()) {
    throw std::runtime_error(options.folder.string() +
                             ": every trial diverged; expected lower "
                             "values of learning-rate");
  }
  std::cout << "best by validation: " << trial_folder(options.folder, best.number).string() << "\n";
}

}  // namespace thoraxlite
