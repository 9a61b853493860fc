#include <string>
#include <string_view>

#include "core/json/json_writer.h"
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

namespace {

void write(const Finding& finding, JsonWriter& json) {
  json.open('{').key("label").text(finding.label).key("score").number(finding.score);
  json.key("threshold").number(finding.threshold).key("positive").boolean(finding.positive);
  json.key("evidence_inside_lungs");
  if (finding.evidence_inside_lungs) {
    json.number(*finding.evidence_inside_lungs);
  } else {
    json.null();
  }
  json.close('}');
}

void write(const NoveltyScore& novelty, JsonWriter& json) {
  json.open('{').key("distance").number(novelty.distance);
  json.key("threshold").number(novelty.threshold).close('}');
}

void write(const EvidenceMaps& evidence, JsonWriter& json) {
  json.open('{').key("width").whole(evidence.width);
  json.key("height").whole(evidence.height).close('}');
}

void write(const ImageFacts& image, JsonWriter& json) {
  json.open('{').key("width").whole(image.width).key("height").whole(image.height);
  json.key("max_value").whole(image.max_value).close('}');
}

void write(RefusalType refusal, JsonWriter& json) {
  json.open('{').key("type").text(to_string(refusal)).close('}');
}

template <class Part>
void write_or_null(const char* key, const std::optional<Part>& part, JsonWriter& json) {
  json.key(key);
  if (part) {
    write(*part, json);
  } else {
    json.null();
  }
}

}  // namespace

std::string to_json(const Screening& screening, std::string_view version) {
  JsonWriter json;
  json.open('{').key("file").text(screening.file).key("status").text(to_string(screening.status));
  json.key("message").text(screening.message);
  write_or_null("refusal", screening.refusal, json);
  json.key("shown_anyway").boolean(screening.shown_anyway);
  json.key("findings").open('[');
  for (const Finding& finding : screening.findings) write(finding, json);
  json.close(']');
  write_or_null("novelty", screening.novelty, json);
  write_or_null("evidence", screening.evidence, json);
  write_or_null("image", screening.image, json);
  json.key("model").open('{').key("name").text(screening.model_name);
  json.key("sha256").text(screening.model_sha256).close('}');
  json.key("version").text(version);
  const Milliseconds& milliseconds = screening.milliseconds;
  const auto time = [](double value) { return static_cast<float>(value); };
  json.key("milliseconds").open('{').key("decode").number(time(milliseconds.decode));
  json.key("prepare").number(time(milliseconds.prepare));
  json.key("infer").number(time(milliseconds.infer));
  json.key("evidence").number(time(milliseconds.evidence)).close('}').close('}');
  return json.take();
}

}  // namespace thoraxlite
