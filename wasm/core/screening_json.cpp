#include <string>
#include <utility>

#include "core/output_json.h"
#include "core/screener.h"

namespace thoraxlite {

const char* to_string(Status status) {
  switch (status) {
    case Status::ok:
      return "ok";
    case Status::refused:
      return "refused";
    case Status::error:
      break;
  }
  return "error";
}

std::string to_json(const Screening& screening) {
  OutputJson findings = OutputJson::array();
  for (const Finding& finding : screening.findings) {
    findings.push_back({{"label", finding.label},
                        {"score", finding.score},
                        {"threshold", finding.threshold},
                        {"positive", finding.positive},
                        {"evidence_inside_lungs", nullptr}});
    if (finding.evidence_inside_lungs) {
      findings.back()["evidence_inside_lungs"] = *finding.evidence_inside_lungs;
    }
  }
  OutputJson object = {
      {"file", screening.file},
      {"status", to_string(screening.status)},
      {"message", screening.message},
      {"refusal", nullptr},
      {"shown_anyway", screening.shown_anyway},
      {"findings", std::move(findings)},
      {"novelty", nullptr},
      {"evidence", nullptr},
      {"image", nullptr},
      {"model", {{"name", screening.model_name}, {"sha256", screening.model_sha256}}},
      {"milliseconds",
       {{"decode", screening.milliseconds.decode},
        {"prepare", screening.milliseconds.prepare},
        {"infer", screening.milliseconds.infer},
        {"evidence", screening.milliseconds.evidence}}},
  };
  if (screening.refusal) object["refusal"] = {{"type", to_string(*screening.refusal)}};
  if (const auto& novelty = screening.novelty) {
    object["novelty"] = {{"distance", novelty->distance}, {"threshold", novelty->threshold}};
  }
  if (const auto& evidence = screening.evidence) {
    object["evidence"] = {{"width", evidence->width}, {"height", evidence->height}};
  }
  if (const auto& image = screening.image) {
    object["image"] = {
        {"width", image->width}, {"height", image->height}, {"max_value", image->max_value}};
  }
  return to_text(object);
}

}  // namespace thoraxlite
