// RFC 4180, with the care that spreadsheets need: a cell that they would take for a formula is
// prefixed with an apostrophe.
#include <charconv>
#include <string_view>

#include "report.h"

namespace thoraxlite {
namespace {

std::string cell(std::string_view text) {
  std::string safe(text);
  if (!safe.empty() && std::string_view("=+-@\t\r").find(safe.front()) != std::string_view::npos) {
    safe.insert(safe.begin(), '\'');
  }
  if (safe.find_first_of(",\"\r\n") == std::string::npos) return safe;
  std::string quoted = "\"";
  for (const char c : safe) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

// With as few digits as name it.
std::string shortest(float value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  return std::string(digits, end);
}

class CsvReport final : public Report {
 public:
  CsvReport(const Card& card, std::ostream& out) : labels_(card.labels), out_(out) {}

  void begin() override {
    out_ << "file,status,refusal,shown anyway,message,notes";
    for (const std::string& label : labels_) {
      for (const char* column : {" score", " threshold", " positive", " evidence inside lungs"}) {
        out_ << ',' << cell(label + column);
      }
    }
    out_ << ",model,model sha256\r\n";
  }

  void row(const Screening& screening) override {
    out_ << cell(screening.file) << ',' << to_string(screening.status) << ','
         << (screening.refusal ? to_string(*screening.refusal) : "") << ','
         << (screening.shown_anyway ? "true" : "false") << ',' << cell(screening.message) << ','
         << cell(sentences_of(screening.notes));
    for (const Finding& finding : screening.findings) {
      out_ << ',' << shortest(finding.score) << ',' << shortest(finding.threshold) << ','
           << (finding.positive ? "true" : "false") << ',';
      if (finding.evidence_inside_lungs) out_ << shortest(*finding.evidence_inside_lungs);
    }
    if (screening.findings.empty()) out_ << std::string(4 * labels_.size(), ',');
    out_ << ',' << cell(screening.model_name) << ',' << screening.model_sha256 << "\r\n";
    out_.flush();
  }

 private:
  std::vector<std::string> labels_;
  std::ostream& out_;
};

}  // namespace

std::unique_ptr<Report> make_csv_report(const Card& card, std::ostream& out) {
  return std::make_unique<CsvReport>(card, out);
}

}  // namespace thoraxlite
