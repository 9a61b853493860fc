// RFC 4180, with the care that spreadsheets need: a cell that they would take for a formula is
// prefixed with an apostrophe.
#include <charconv>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "core/version.h"
#include "csv_quoted.h"
#include "report.h"
#include "test_figures.h"

namespace thoraxlite {
namespace {

std::string cell(std::string_view text) {
  std::string safe(text);
  if (!safe.empty() && std::string_view("=+-@\t\r").find(safe.front()) != std::string_view::npos) {
    safe.insert(safe.begin(), '\'');
  }
  return csv_quoted(safe);
}

// With as few digits as name it.
std::string shortest(float value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  return std::string(digits, end);
}

std::string cell(const std::optional<float>& value) {
  return value ? shortest(*value) : std::string();
}

const char* truth(bool value) {
  return value ? "true" : "false";
}

// What stands in one column, of a screening and of a finding.
using Value = std::function<std::string(const Screening&)>;
using FindingValue = std::function<std::string(const Finding&)>;

const std::vector<std::pair<const char*, Value>> kFilm = {
    {"file", [](const Screening& s) { return cell(s.file); }},
    {"file_sha256", [](const Screening& s) { return s.film.sha256; }},
    {"frame", [](const Screening& s) { return std::to_string(s.film.frame); }},
    {"study_uid", [](const Screening& s) { return cell(s.film.study_uid); }},
    {"sop_uid", [](const Screening& s) { return cell(s.film.sop_uid); }},
    {"time", [](const Screening& s) { return s.time; }},
    {"model", [](const Screening& s) { return cell(s.model_name); }},
    {"model_version", [](const Screening& s) { return cell(s.model_version); }},
    {"model_sha256", [](const Screening& s) { return s.model_sha256; }},
    {"operating_point", [](const Screening& s) { return cell(s.operating_point); }},
    {"program_version", [](const Screening&) { return cell(version()); }},
    {"status", [](const Screening& s) { return std::string(to_string(s.status)); }},
    {"refusal",
     [](const Screening& s) { return std::string(s.refusal ? to_string(*s.refusal) : ""); }},
    {"reason", [](const Screening& s) { return cell(s.message); }},
    {"notes",
     [](const Screening& s) {
       std::string types;
       for (const FilmNote note : s.notes)
         types += (types.empty() ? "" : " ") + std::string(to_string(note));
       return types;
     }},
    {"shown_anyway", [](const Screening& s) { return std::string(truth(s.shown_anyway)); }},
    {"change",
     [](const Screening& s) {
       return std::string(s.change == FilmChange::none ? "" : to_string(s.change));
     }},
    {"distance",
     [](const Screening& s) { return s.novelty ? shortest(s.novelty->distance) : std::string(); }},
    {"distance_limit",
     [](const Screening& s) { return s.novelty ? shortest(s.novelty->threshold) : std::string(); }},
};

const std::vector<std::pair<const char*, FindingValue>> kFinding = {
    {"score", [](const Finding& f) { return shortest(f.score); }},
    {"threshold", [](const Finding& f) { return f.neither ? "" : cell(f.threshold); }},
    {"above",
     [](const Finding& f) {
       return std::string(f.neither || !f.threshold ? "" : truth(f.positive));
     }},
    {"near",
     [](const Finding& f) { return std::string(f.neither || !f.threshold ? "" : truth(f.near)); }},
    {"evidence_inside_lungs", [](const Finding& f) { return cell(f.evidence_inside_lungs); }},
    {"evidence_unusual",
     [](const Finding& f) {
       return std::string(f.evidence_inside_lungs ? truth(f.evidence_unusual) : "");
     }},
};

constexpr const char* kNotice =
    "Research use only. Not a medical device; not for clinical decisions.";

// Of test films, for a finding that has a threshold.
using TestValue = std::function<std::string(const TestFigures&)>;

std::string decimal(const std::optional<double>& value) {
  if (!value) return {};
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, *value).ptr};
}

std::vector<std::pair<std::string, TestValue>> of_share(const std::string& name,
                                                        TestShare TestFigures::* share) {
  return {{name, [=](const TestFigures& f) { return decimal((f.*share).value); }},
          {name + "_95_low", [=](const TestFigures& f) { return decimal((f.*share).low); }},
          {name + "_95_high", [=](const TestFigures& f) { return decimal((f.*share).high); }},
          {name + "_films", [=](const TestFigures& f) {
             return (f.*share).films == 0 ? "" : std::to_string((f.*share).films);
           }}};
}

std::vector<std::pair<std::string, TestValue>> of_test() {
  auto columns = of_share("sensitivity", &TestFigures::sensitivity);
  for (auto& column : of_share("specificity", &TestFigures::specificity)) {
    columns.push_back(std::move(column));
  }
  return columns;
}

class CsvReport final : public Report {
 public:
  CsvReport(const Screener& screener, std::ostream& out)
      : labels_(screener.card().labels), out_(out) {
    for (const std::string& label : labels_) figures_.push_back(test_figures(screener, label));
  }

  void begin() override {
    std::string line;
    for (const auto& [name, _] : kFilm) line += std::string(",") + name;
    for (const std::string& label : labels_) {
      for (const auto& [name, _] : kFinding) line += ',' + cell(label + ' ' + name);
      for (const auto& [name, _] : of_test_) line += ',' + cell(label + ' ' + name);
    }
    out_ << line.substr(1) << ",notice\r\n";
  }

  void row(const Screening& screening) override {
    std::string line;
    for (const auto& [_, value] : kFilm) line += ',' + value(screening);
    for (std::size_t i = 0; i < screening.findings.size(); ++i) {
      const Finding& finding = screening.findings[i];
      for (const auto& [_, value] : kFinding) line += ',' + value(finding);
      const bool has_side = finding.threshold && !finding.neither;
      for (const auto& [_, value] : of_test_) {
        line += ',' + (has_side && figures_[i] ? value(*figures_[i]) : std::string());
      }
    }
    if (screening.findings.empty()) {
      line += std::string((kFinding.size() + of_test_.size()) * labels_.size(), ',');
    }
    // Said once: it is the same for every row.
    out_ << line.substr(1) << ',' << (is_first_ ? cell(kNotice) : "") << "\r\n";
    out_.flush();
    is_first_ = false;
  }

 private:
  std::vector<std::string> labels_;
  std::vector<std::optional<TestFigures>> figures_;  // [labels]
  const std::vector<std::pair<std::string, TestValue>> of_test_ = of_test();
  std::ostream& out_;
  bool is_first_ = true;
};

}  // namespace

std::unique_ptr<Report> make_csv_report(const Screener& screener, std::ostream& out) {
  return std::make_unique<CsvReport>(screener, out);
}

}  // namespace thoraxlite
