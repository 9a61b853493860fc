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

void write(const Peak& peak, JsonWriter& json) {
  json.open('{').key("x").number(peak.x).key("y").number(peak.y);
  json.key("in_lungs").boolean(peak.in_lungs).key("across").text(to_string(peak.across));
  json.key("down").text(to_string(peak.down)).close('}');
}

void write(float number, JsonWriter& json) {
  json.number(number);
}

void write(const NoveltyScore& novelty, JsonWriter& json) {
  json.open('{').key("distance").number(novelty.distance);
  json.key("threshold").number(novelty.threshold).close('}');
}

void write(const EvidenceMaps& evidence, JsonWriter& json) {
  json.open('{').key("width").whole(evidence.width);
  json.key("height").whole(evidence.height).key("most").number(evidence.most()).close('}');
}

void write(const ImageFacts& image, JsonWriter& json) {
  json.open('{').key("width").whole(image.width).key("height").whole(image.height);
  json.key("max_value").whole(image.max_value).close('}');
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

void write_change(const char* key, FilmChange change, JsonWriter& json) {
  json.key(key);
  if (change == FilmChange::none) {
    json.null();
  } else {
    json.text(to_string(change));
  }
}

void write(const Judgement& judgement, JsonWriter& json) {
  json.open('{');
  write_or_null("threshold", judgement.threshold, json);
  json.key("positive").boolean(judgement.positive).key("near").boolean(judgement.near);
  json.key("evidence_unusual").boolean(judgement.evidence_unusual).close('}');
}

void write(const Finding& finding, JsonWriter& json) {
  json.open('{').key("label").text(finding.label).key("score").number(finding.score);
  write_or_null("threshold", finding.threshold, json);
  json.key("positive").boolean(finding.positive).key("near").boolean(finding.near);
  json.key("neither").boolean(finding.neither);
  write_or_null("evidence_inside_lungs", finding.evidence_inside_lungs, json);
  json.key("evidence_unusual").boolean(finding.evidence_unusual);
  write_or_null("peak", finding.peak, json);
  if (finding.judgements.size() > 1) {
    json.key("judgements").open('[');
    for (const Judgement& judgement : finding.judgements) write(judgement, json);
    json.close(']');
  }
  json.close('}');
}

}  // namespace

std::string to_json(const Screening& screening, std::string_view version) {
  JsonWriter json;
  json.open('{').key("file").text(screening.file);
  const FilmIdentity& film = screening.film;
  json.key("film").open('{').key("sha256").text(film.sha256).key("frame").whole(film.frame);
  json.key("study_uid").text(film.study_uid).key("sop_uid").text(film.sop_uid).close('}');
  json.key("time").text(screening.time).key("status").text(to_string(screening.status));
  json.key("message").text(screening.message);
  json.key("refusal");
  if (screening.refusal) {
    json.open('{').key("type").text(to_string(*screening.refusal));
    write_change("passes_as", screening.passes_as, json);
    json.close('}');
  } else {
    json.null();
  }
  json.key("shown_anyway").boolean(screening.shown_anyway);
  write_change("change", screening.change, json);
  json.key("operating_point").text(screening.operating_point);
  json.key("operating_points").open('[');
  for (const std::string& name : screening.operating_points) json.text(name);
  json.close(']').key("findings").open('[');
  for (const Finding& finding : screening.findings) write(finding, json);
  json.close(']');
  write_or_null("novelty", screening.novelty, json);
  write_or_null("evidence", screening.evidence, json);
  write_or_null("image", screening.image, json);
  json.key("notes").open('[');
  for (const FilmNote note : screening.notes) json.text(to_string(note));
  json.close(']');
  json.key("model").open('{').key("name").text(screening.model_name);
  json.key("version")
      .text(screening.model_version)
      .key("sha256")
      .text(screening.model_sha256)
      .close('}');
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
