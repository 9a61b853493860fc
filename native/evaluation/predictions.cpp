#include "evaluation/predictions.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>
#include <set>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

#include "csv_quoted.h"
#include "data/csv.h"

namespace thoraxlite {
namespace {

constexpr const char* kOfFilm[] = {"file", "patient", "source", "split", "age"};
constexpr const char* kLogit = " logit";
constexpr const char* kOfLabel[] = {" target", kLogit, " score", " called"};
constexpr const char* kRefusal = "refusal";
constexpr std::string_view kTarget = " target";

bool ends_label(std::string_view column) {
  return column.size() > kTarget.size() && column.substr(column.size() - kTarget.size()) == kTarget;
}

// Where a spreadsheet would see a formula, behind any number of apostrophes.
bool is_formula(std::string_view text) {
  const std::size_t first = text.find_first_not_of('\'');
  return first != std::string_view::npos &&
         std::string_view("=+-@\t\r").find(text[first]) != std::string_view::npos;
}

std::string cell(const std::string& text) {
  return csv_quoted(is_formula(text) ? "'" + text : text);
}

std::string text_of(const std::string& cell) {
  return !cell.empty() && cell.front() == '\'' && is_formula(cell) ? cell.substr(1) : cell;
}

std::string digits(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

std::set<std::string> own_columns(const std::vector<std::string>& labels) {
  std::set<std::string> names(std::begin(kOfFilm), std::end(kOfFilm));
  names.insert(kRefusal);
  for (const std::string& label : labels) {
    for (const char* kind : kOfLabel) names.insert(label + kind);
  }
  return names;
}

// Places of columns in a file; nothing where it has no such column.
struct LabelColumns {
  std::size_t target = 0;
  std::optional<std::size_t> logit, score, called;
};

using Place = std::optional<std::size_t>;

class Reader {
 public:
  explicit Reader(const std::filesystem::path& file) : table_(read_csv(file)) {
    find_columns();
    read_films();
  }

  Predictions predictions;

 private:
  Place place(const std::string& name) const {
    const auto found = places_.find(name);
    return found == places_.end() ? Place() : found->second;
  }

  [[noreturn]] void refuse(const std::string& what) const {
    throw std::runtime_error(table_.file.string() + ": " + what);
  }

  void find_columns() {
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
      if (!places_.emplace(text_of(table_.columns[i]), i).second) {
        refuse("two columns are called '" + table_.columns[i] + "'; expected one of a name");
      }
    }
    if (!place("file")) refuse("no column 'file'; expected predictions, one row a film");
    for (const std::string& column : table_.columns) {
      const std::string name = text_of(column);
      if (!ends_label(name)) continue;
      const std::string label = name.substr(0, name.size() - kTarget.size());
      LabelColumns of{*place(name), place(label + " logit"), place(label + " score"),
                      place(label + " called")};
      if (!of.logit && !of.score) {
        refuse("column '" + name + "' is there, but neither '" + label + " score' nor '" + label +
               " logit'; expected one of the two");
      }
      if (!of.score) predictions.uncalibrated = true;
      predictions.labels.push_back(label);
      labels_.push_back(of);
    }
    if (labels_.empty()) {
      refuse("no column ends with ' target'; expected 'L target' and 'L score' of each label L");
    }
    const std::set<std::string> own = own_columns(predictions.labels);
    for (const auto& [name, index] : places_) {
      if (own.count(name) == 0) others_.emplace_back(name, index);
    }
  }

  [[noreturn]] void refuse_cell(std::size_t row, std::size_t column, const char* expected) const {
    throw table_.error(row, "column '" + table_.columns[column] + "' has '" +
                                table_.rows[row][column].substr(0, 60) + "'; expected " + expected);
  }

  double value(std::size_t row, std::size_t column, double low, double high,
               const char* expected) const {
    const std::string& cell = table_.rows[row][column];
    double value = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error != std::errc() || end != cell.data() + cell.size() || !std::isfinite(value) ||
        value < low || value > high) {
      refuse_cell(row, column, expected);
    }
    return value;
  }

  bool truth(std::size_t row, std::size_t column, const char* expected) const {
    const double found = value(row, column, 0, 1, expected);
    if (found != 0 && found != 1) refuse_cell(row, column, expected);
    return found == 1;
  }

  std::string text(std::size_t row, const Place& column) const {
    return column ? text_of(table_.rows[row][*column]) : std::string();
  }

  // Whether the film has no score at all; half a film is an error of the first empty cell.
  bool is_unscored(std::size_t row) const {
    for (const LabelColumns& of : labels_) {
      for (const Place& column : {of.logit, of.score, of.called}) {
        if (column && !table_.rows[row][*column].empty()) return false;
      }
    }
    return true;
  }

  void read_scores(std::size_t row, PredictedFilm& film) const {
    constexpr double kMost = std::numeric_limits<float>::max();
    const auto have = [&](Place LabelColumns::* kind) {
      return std::all_of(labels_.begin(), labels_.end(),
                         [&](const LabelColumns& of) { return (of.*kind).has_value(); });
    };
    const bool logits = have(&LabelColumns::logit), called = have(&LabelColumns::called);
    for (const LabelColumns& of : labels_) {
      double logit = 0;
      if (of.logit) logit = value(row, *of.logit, -kMost, kMost, "a number");
      const double score = of.score ? value(row, *of.score, 0, 1, "a number from 0 to 1")
                                    : 1 / (1 + std::exp(-logit));
      film.scores.push_back(static_cast<float>(score));
      if (logits) film.logits.push_back(static_cast<float>(logit));
      if (called) film.called.push_back(truth(row, *of.called, "1 or 0"));
    }
  }

  void read_films() {
    const Place file = place("file"), patient = place("patient"), source = place("source"),
                split = place("split"), age = place("age"), refusal = place(kRefusal);
    std::unordered_map<std::string, std::size_t> known;
    for (std::size_t row = 0; row < table_.rows.size(); ++row) {
      PredictedFilm film;
      film.file = text(row, file);
      if (film.file.empty()) refuse_cell(row, *file, "the name of a film");
      const auto [earlier, is_new] = known.emplace(film.file, row);
      if (!is_new) {
        throw table_.error(row, "'" + film.file + "' stands in row " +
                                    std::to_string(earlier->second + 2) + " already");
      }
      film.patient = text(row, patient);
      film.source = text(row, source);
      film.split = text(row, split);
      film.refusal = text(row, refusal);
      if (age && !table_.rows[row][*age].empty()) {
        film.age_years = value(row, *age, 0, 150, "years from 0 to 150, or nothing");
      }
      for (const auto& [name, column] : others_) {
        if (!table_.rows[row][column].empty()) film.columns[name] = text(row, column);
      }
      for (const LabelColumns& of : labels_) {
        film.targets.push_back(table_.rows[row][of.target].empty()        ? -1.0f
                               : truth(row, of.target, "1, 0 or nothing") ? 1.0f
                                                                          : 0.0f);
      }
      if (!is_unscored(row)) read_scores(row, film);
      predictions.films.push_back(std::move(film));
    }
    if (predictions.films.empty()) refuse("no row; expected at least one film");
  }

  CsvTable table_;
  std::unordered_map<std::string, std::size_t> places_;
  std::vector<LabelColumns> labels_;
  std::vector<std::pair<std::string, std::size_t>> others_;
};

}  // namespace

std::string to_csv(const Predictions& predictions) {
  const std::set<std::string> own = own_columns(predictions.labels);
  std::set<std::string> others;
  for (const PredictedFilm& film : predictions.films) {
    for (const auto& [name, text] : film.columns) {
      if (own.count(name) || ends_label(name)) {
        throw std::runtime_error("the data's column '" + name +
                                 "' has the name of one of the predictions; expected another");
      }
      others.insert(name);
    }
  }

  // A softmax has none, and an empty cell is an error to whoever reads.
  const bool has_logits =
      std::any_of(predictions.films.begin(), predictions.films.end(),
                  [](const PredictedFilm& film) { return !film.logits.empty(); });

  std::string csv;
  for (const char* name : kOfFilm) csv += std::string(name) + ',';
  for (const std::string& name : others) csv += cell(name) + ',';
  for (const std::string& label : predictions.labels) {
    for (const char* kind : kOfLabel) {
      if (has_logits || kind != kLogit) csv += cell(label + kind) + ',';
    }
  }
  csv += std::string(kRefusal) + "\r\n";

  for (const PredictedFilm& film : predictions.films) {
    for (const std::string* text : {&film.file, &film.patient, &film.source, &film.split}) {
      csv += cell(*text) + ',';
    }
    csv += (std::isnan(film.age_years) ? std::string() : digits(film.age_years)) + ',';
    for (const std::string& name : others) {
      const auto found = film.columns.find(name);
      csv += (found == film.columns.end() ? std::string() : cell(found->second)) + ',';
    }
    for (std::size_t label = 0; label < predictions.labels.size(); ++label) {
      if (film.targets[label] >= 0) csv += film.targets[label] > 0 ? '1' : '0';
      csv += ',';
      if (!film.logits.empty()) csv += digits(static_cast<double>(film.logits[label]));
      if (has_logits) csv += ',';
      if (!film.scores.empty()) csv += digits(static_cast<double>(film.scores[label]));
      csv += ',';
      if (!film.called.empty()) csv += film.called[label] ? '1' : '0';
      csv += ',';
    }
    csv += cell(film.refusal) + "\r\n";
  }
  return csv;
}

Predictions read_predictions(const std::filesystem::path& file) {
  return std::move(Reader(file).predictions);
}

Predictions predictions_of(const ScoredImages& images, const std::vector<float>& thresholds,
                           const std::string& split) {
  Predictions predictions{images.labels, {}, false};
  for (std::size_t i = 0; i < images.size(); ++i) {
    PredictedFilm film{images.names[i], "", images.sources[i], split};
    if (!images.patients.empty()) film.patient = images.patients[i];
    if (!images.ages.empty()) film.age_years = images.ages[i];
    if (!images.columns.empty()) film.columns = images.columns[i];
    if (!images.logits.empty()) film.logits = images.logits[i];
    film.targets = images.targets[i];
    film.scores = images.scores[i];
    for (std::size_t label = 0; label < images.labels.size(); ++label) {
      film.called.push_back(is_called(images, thresholds, i, label));
    }
    predictions.films.push_back(std::move(film));
  }
  return predictions;
}

ScoredImages scored_images(const Predictions& predictions) {
  ScoredImages images{predictions.labels, predictions.labels.size() > 1, {}, {}, {}};
  bool logits = true, called = true;
  for (const PredictedFilm& film : predictions.films) {
    if (film.scores.empty()) continue;
    images.scores.push_back(film.scores);
    images.targets.push_back(film.targets);
    images.sources.push_back(film.source);
    images.patients.push_back(film.patient);
    images.logits.push_back(film.logits);
    images.called.push_back(film.called);
    images.ages.push_back(film.age_years);
    images.columns.push_back(film.columns);
    images.names.push_back(film.file);
    images.exclusive = images.exclusive && is_exclusive(film.targets);
    logits = logits && !film.logits.empty();
    called = called && !film.called.empty();
  }
  if (!logits) images.logits.clear();
  if (!called) images.called.clear();
  return images;
}

}  // namespace thoraxlite
