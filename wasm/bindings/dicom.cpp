#include "bindings/dicom.h"

#include <cstdlib>
#include <optional>
#include <string>

#include "core/dicom/attributes.h"
#include "core/dicom/codestream.h"
#include "core/dicom/dicom_film.h"
#include "core/json/json_writer.h"

namespace {

using namespace thoraxlite;

// A module instance is one worker with one file, so the state of the ABI is the module's.
DicomFile file;
DicomDescription about;
FrameBytes frame_bytes;
Samples samples;
DicomFilm film;
std::string answer;

const char* answer_with(std::string json) {
  answer = std::move(json);
  return answer.c_str();
}

const char* answer_with(const Error& error) {
  return answer_with(JsonWriter().open('{').key("error").text(error.message).close('}').take());
}

// Bytes as characters of Latin-1.
std::string as_characters(const std::string& bytes) {
  std::string characters;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      characters += c;
    } else {
      characters += static_cast<char>(0xc0 | byte >> 6);
      characters += static_cast<char>(0x80 | (byte & 0x3f));
    }
  }
  return characters;
}

// Whole, with their spaces: escape sequences may hold what looks like a separator.
std::string bytes_as_characters(const DicomAttribute& attribute) {
  const ByteView bytes = bytes_of(file.data, attribute);
  return as_characters({reinterpret_cast<const char*>(bytes.data), bytes.size});
}

const char* name_of(Voi::Kind kind) {
  switch (kind) {
    case Voi::Kind::full:
      return "dicomFullRange";
    case Voi::Kind::linear:
      return "dicomWindowLinear";
    case Voi::Kind::linear_exact:
      return "dicomWindowLinearExact";
    case Voi::Kind::sigmoid:
      return "dicomWindowSigmoid";
    case Voi::Kind::lut:
      break;
  }
  return "dicomVoiLut";
}

// Keys of the page's words.
void write_steps(JsonWriter& json) {
  json.key("steps").open('[');
  const GreyWay& way = about.ways.way;
  if (about.format.is_grey()) {
    if (way.modality.kind == Modality::Kind::lut) json.text("dicomModalityLut");
    if (way.modality.kind == Modality::Kind::rescale) json.text("dicomRescale");
    if (way.padding) json.text("dicomPadding");
    json.text(name_of(way.voi.kind));
    if (way.is_inverted) json.text("dicomInverted");
  } else {
    const bool is_palette = about.format.photometric == Photometric::palette_color;
    json.text(is_palette ? "dicomPalette" : "dicomColour");
  }
  if (!about.orientation.is_upright()) json.text("turnedUpright");
  json.close(']');
}

void write_windows(JsonWriter& json) {
  json.key("windows").open('[');
  for (const NamedVoi& window : about.ways.vois) {
    const bool is_table = window.voi.kind == Voi::Kind::lut;
    json.open('{').key("name").text(as_characters(window.name));
    json.key("centre").number(is_table ? 0 : static_cast<float>(window.voi.centre));
    json.key("width").number(is_table ? 0 : static_cast<float>(window.voi.width));
    json.key("function").text(window.function).close('}');
  }
  json.close(']');
}

std::string described() {
  const FilmFacts& facts = about.facts;
  JsonWriter json;
  json.open('{').key("syntax").open('{').key("uid").text(file.syntax.uid);
  json.key("name").text(file.syntax.name).close('}');
  json.key("columns").whole(about.format.columns).key("rows").whole(about.format.rows);
  json.key("samples").whole(about.format.samples);
  json.key("is_rgb").boolean(about.format.photometric == Photometric::ybr_of_codestream);
  json.key("frames").whole(about.frames).key("frame").whole(about.frame);
  json.key("window").whole(about.window);
  write_windows(json);
  write_steps(json);
  json.key("age_years").number(static_cast<float>(facts.age_years));
  json.key("is_lateral").boolean(facts.is_lateral);
  json.key("body_part").text(facts.other_body_part).key("modality").text(facts.other_modality);
  json.key("study_uid").text(as_characters(text(file.data, kStudyInstanceUID).substr(0, 64)));
  json.key("sop_uid").text(as_characters(text(file.data, kSOPInstanceUID).substr(0, 64)));
  json.key("view_position").text(shortened(text(file.data, kViewPosition)));
  json.key("character_sets").open('[');
  for (const std::string& set : texts(file.data, kSpecificCharacterSet)) json.text(shortened(set));
  json.close(']').key("patient_name").text(bytes_as_characters(kPatientName));
  json.key("patient_id").text(bytes_as_characters(kPatientID));
  json.key("birth_date").text(as_characters(text(file.data, kPatientBirthDate)));
  json.key("institution").text(bytes_as_characters(kInstitutionName)).close('}');
  return json.take();
}

}  // namespace

uint8_t* dicom_allocate(size_t size) {
  return static_cast<uint8_t*>(std::malloc(size));
}

const char* dicom_open(const uint8_t* bytes, size_t size, int frame, int window) {
  file = {};
  about = {};
  frame_bytes = {};
  samples = {};
  film = {};
  auto opened = open_dicom({bytes, size});
  if (!opened) return answer_with(opened.error());
  file = std::move(*opened);
  auto description =
      describe(file, frame, window == INT32_MIN ? std::nullopt : std::optional(window));
  if (!description) return answer_with(description.error());
  about = std::move(*description);
  return answer_with(described());
}

const char* dicom_decode(void) {
  Result<Samples> decoded;
  if (file.syntax.coding == Coding::native) {
    decoded = read_native_frame(file, about.format, about.frame);
  } else {
    auto found = read_frame_bytes(file, about.format, about.frame);
    if (!found) return answer_with(found.error());
    frame_bytes = std::move(*found);
    if (frame_bytes.coding == Coding::jpeg_ls || frame_bytes.coding == Coding::jpeg_2000) {
      const auto header = read_codestream(frame_bytes.coding, frame_bytes.bytes, about.format);
      if (!header) return answer_with(header.error());
      samples.has_bytes_left = header->size + 1 < frame_bytes.bytes.size;
      JsonWriter json;
      json.open('{').key("coding").text(frame_bytes.coding == Coding::jpeg_ls ? "jpeg_ls"
                                                                              : "jpeg_2000");
      json.key("at").whole(
          static_cast<int>(reinterpret_cast<std::uintptr_t>(frame_bytes.bytes.data)));
      json.key("size").whole(static_cast<int>(header->size)).close('}');
      return answer_with(json.take());
    }
    decoded = decode_frame(frame_bytes, about.format);
  }
  if (!decoded) return answer_with(decoded.error());
  samples = std::move(*decoded);
  return answer_with(JsonWriter().open('{').key("coding").text("").close('}').take());
}

uint16_t* dicom_samples(void) {
  samples.values.resize(about.format.pixels() * std::size_t(about.format.samples));
  return samples.values.data();
}

const char* dicom_film(int is_planar, int is_rgb) {
  samples.is_planar = samples.is_planar || is_planar != 0;
  samples.is_rgb = is_rgb != 0;
  auto made = make_film(file, about, std::move(samples));
  if (!made) return answer_with(made.error());
  film = std::move(*made);
  int notes = 0;
  for (const FilmNote note : film.facts.notes) notes |= 1 << static_cast<int>(note);
  JsonWriter json;
  json.open('{').key("width").whole(film.image.width).key("height").whole(film.image.height);
  json.key("colourfulness").number(film.facts.colourfulness).key("notes").whole(notes).close('}');
  return answer_with(json.take());
}

const uint16_t* dicom_pixels(void) {
  return film.image.pixels.data();
}
