#include "report.h"

#include "core/version.h"

namespace thoraxlite {
namespace {

class JsonReport final : public Report {
 public:
  explicit JsonReport(std::ostream& out) : out_(out) {}
  void row(const Screening& screening) override {
    out_ << to_json(screening, version()) << std::endl;
  }

 private:
  std::ostream& out_;
};

}  // namespace

std::string sentences_of(const std::vector<FilmNote>& notes) {
  std::string all;
  for (const FilmNote note : notes)
    all += (all.empty() ? "" : " ") + std::string(sentence_of(note));
  return all;
}

std::unique_ptr<Report> make_report(const std::string& format, const Screener& screener,
                                    const std::vector<std::string>& files, std::ostream& out) {
  if (format == "json") return std::make_unique<JsonReport>(out);
  if (format == "csv") return make_csv_report(screener, out);
  return make_table_report(screener, files, out);
}

}  // namespace thoraxlite
