#include "core/dicom/subject.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "core/dicom/attributes.h"

namespace thoraxlite {
namespace {

constexpr double kDaysOfYear = 365.25;
constexpr double kOldest = 150;

struct Date {
  int year = 0;
  int month = 0;
  int day = 0;
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int days_of(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return kDays[month - 1] + (month == 2 && is_leap ? 1 : 0);
}

// YYYYMMDD, and YYYY.MM.DD as it was before DICOM.
std::optional<Date> to_date(std::string value) {
  if (value.size() == 10 && value[4] == '.' && value[7] == '.') value.erase(7, 1).erase(4, 1);
  if (value.size() != 8 || !std::all_of(value.begin(), value.end(), is_digit)) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t count) {
    int sum = 0;
    for (std::size_t i = at; i < at + count; ++i) sum = 10 * sum + (value[i] - '0');
    return sum;
  };
  const Date date{number(0, 4), number(4, 2), number(6, 2)};
  if (date.year < 1 || date.month < 1 || date.month > 12 || date.day < 1 ||
      date.day > days_of(date.year, date.month)) {
    return std::nullopt;
  }
  return date;
}

// Since the year 0.
int day_number(const Date& date) {
  int days = 0;
  for (int month = 1; month < date.month; ++month) days += days_of(date.year, month);
  const int years = date.year - 1;
  return 365 * years + years / 4 - years / 100 + years / 400 + days + date.day;
}

std::optional<double> years_between(const Date& birth, const Date& study) {
  const bool had_birthday = std::pair(study.month, study.day) >= std::pair(birth.month, birth.day);
  const int whole = study.year - birth.year - (had_birthday ? 0 : 1);
  if (whole < 0) return std::nullopt;
  Date birthday{birth.year + whole, birth.month, birth.day};
  // Who is born on 29 February turns older on 1 March.
  if (birthday.day > days_of(birthday.year, birthday.month)) birthday = {birthday.year, 3, 1};
  return whole + std::min((day_number(study) - day_number(birthday)) / kDaysOfYear, 0.999);
}

std::optional<double> age_said(const std::string& age) {
  std::size_t digits = 0;
  int count = 0;
  while (digits < age.size() && digits < 4 && is_digit(age[digits])) {
    count = 10 * count + (age[digits++] - '0');
  }
  std::size_t unit = digits;
  while (unit < age.size() && age[unit] == ' ') ++unit;
  if (digits == 0 || age.size() > unit + 1) return std::nullopt;
  double years = count;
  switch (unit < age.size() ? age[unit] : 'Y') {
    case 'Y':
    case 'y':
      break;
    case 'M':
    case 'm':
      years = count / 12.0;
      break;
    case 'W':
    case 'w':
      years = count * 7 / kDaysOfYear;
      break;
    case 'D':
    case 'd':
      years = count / kDaysOfYear;
      break;
    default:
      return std::nullopt;
  }
  return years <= kOldest ? std::optional(years) : std::nullopt;
}

// In capitals, whatever is no letter as one space.
std::vector<std::string> letters_of(const std::string& value) {
  std::vector<std::string> words(1);
  for (const char c : value) {
    const char capital = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    if (capital >= 'A' && capital <= 'Z') {
      words.back() += capital;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

template <std::size_t count>
bool is_one_of(const std::string_view (&list)[count], std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

enum class View { unknown, lateral, other };

View view_of(const std::string& said) {
  constexpr std::string_view kLateral[] = {"LL",       "RL",      "LAT",      "LATERAL", "LLAT",
                                           "RLAT",     "LATL",    "LATR",     "XTLAT",   "LATERALE",
                                           "SEITLICH", "PROFILE", "LLATERAL", "RLATERAL"};
  // Frontal, oblique, or of a patient who lies on the side.
  constexpr std::string_view kOther[] = {"AP",        "PA",      "FRONTAL",  "POSTEROANTERIOR",
                                         "ANTERO",    "POSTERO", "ANTERIOR", "ANTEROPOSTERIOR",
                                         "POSTERIOR", "LLO",     "RLO",      "LLD",
                                         "RLD",       "LPO",     "RPO",      "LAO",
                                         "RAO",       "OBLIQUE"};
  View view = View::unknown;
  for (const std::string& word : letters_of(said)) {
    if (is_one_of(kOther, word) || word.compare(0, 5, "DECUB") == 0) return View::other;
    if (is_one_of(kLateral, word)) view = View::lateral;
  }
  return view;
}

View view_of_code(const DataSet& code) {
  // SNOMED RT and CT: left lateral, right lateral, lateral, medial-lateral, lateral-medial.
  constexpr std::string_view kLateral[] = {"R-10236",   "R-10232",   "R-10228",
                                           "R-10224",   "399173006", "399198007",
                                           "399067008", "399260004", "399352003"};
  if (is_one_of(kLateral, text(code, kCodeValue))) return View::lateral;
  return view_of(text(code, kCodeMeaning));
}

// Where a row (first) and a column (second) of the stored image run to, as letters.
struct Directions {
  char row = 0;
  char column = 0;
};

Directions patient_orientation(const DataSet& data) {
  const auto values = texts(data, kPatientOrientation);
  if (values.size() != 2 || values[0].empty() || values[1].empty()) return {};
  return {values[0][0], values[1][0]};
}

bool is_sideways(char direction) {
  return direction == 'L' || direction == 'R';
}

bool is_upward(char direction) {
  return direction == 'H' || direction == 'F';
}

}  // namespace

double age_years(const DataSet& data) {
  if (const auto said = age_said(text(data, kPatientAge))) return *said;
  const auto birth = to_date(text(data, kPatientBirthDate));
  for (const DicomAttribute& taken : {kStudyDate, kAcquisitionDate, kSeriesDate, kContentDate}) {
    const auto date = to_date(text(data, taken));
    if (!birth || !date) continue;
    return years_between(*birth, *date).value_or(std::numeric_limits<double>::quiet_NaN());
  }
  return std::numeric_limits<double>::quiet_NaN();
}

bool is_lateral(const DataSet& data) {
  View view = view_of(text(data, kViewPosition));
  const auto& codes = items(data, kViewCodeSequence);
  if (view == View::unknown && !codes.empty()) view = view_of_code(codes.front());
  if (view == View::unknown) {
    const char row = patient_orientation(data).row;
    if (row == 'A' || row == 'P') view = View::lateral;
  }
  return view == View::lateral;
}

std::string other_body_part(const DataSet& data) {
  // Defined terms of PS3.16 annex L, and what else stands in files. Ribs, sternum, clavicles,
  // thoracic spine and heart are left out: films of those show a chest.
  constexpr std::string_view kOther[] = {
      "ABDOMEN",    "ABDOMENPELVIS", "HEADNECK", "LUMBAR",   "CERVICAL",    "ANKLE",     "ARM",
      "BREAST",     "CALCANEUS",     "COCCYX",   "CSPINE",   "ELBOW",       "EXTREMITY", "EYE",
      "FACE",       "FEMUR",         "FINGER",   "FOOT",     "FOREARM",     "HAND",      "HEAD",
      "HIP",        "HUMERUS",       "JAW",      "KNEE",     "LEG",         "LSPINE",    "MANDIBLE",
      "MAXILLA",    "NECK",          "NOSE",     "ORBIT",    "PATELLA",     "PELVIS",    "RADIUS",
      "RADIUSULNA", "SACRUM",        "SCALP",    "SHOULDER", "SINUS",       "SINUSES",   "SKULL",
      "SSPINE",     "TEETH",         "THUMB",    "TIBIA",    "TIBIAFIBULA", "TMJ",       "TOE",
      "TOOTH",      "ULNA",          "UPRLEG",   "LOWLEG",   "WRIST",       "ZYGOMA",    "FIBULA",
      "BRAIN",      "HEEL",          "KNIE",     "HUEFTE",   "BECKEN",      "SCHAEDEL",  "FUSS",
      "HANDGELENK", "FEET",          "HANDS",    "KNEES",    "HIPS"};
  const std::string said = text(data, kBodyPartExamined);
  const std::vector<std::string> words = letters_of(said);
  // "CHEST ABDOMEN" is a chest too: every word must be of another part, or of none.
  constexpr std::string_view kNone[] = {"L",         "R",  "LEFT", "RIGHT", "BOTH",
                                        "BILATERAL", "LT", "RT",   "SPINE", "JOINT"};
  bool is_other = false;
  for (const std::string& word : words) {
    if (is_one_of(kOther, word)) {
      is_other = true;
    } else if (!is_one_of(kNone, word)) {
      return {};
    }
  }
  return is_other ? shortened(said) : std::string();
}

std::string other_modality(const DataSet& data) {
  constexpr std::string_view kOther[] = {
      "BI", "BMD", "CT",     "DMS", "ECG", "EPS", "ES", "GM",   "IO",  "IVOCT", "IVUS",
      "LS", "MG",  "MR",     "NM",  "OAM", "OCT", "OP", "OPM",  "OPT", "OPV",   "PT",
      "PX", "PET", "RTDOSE", "SEG", "SM",  "TG",  "US", "BDUS", "XA",  "XC"};
  const std::string said = text(data, kModality);
  return is_one_of(kOther, said) ? said : std::string();
}

Orientation orientation_of(const DataSet& data) {
  const auto [row, column] = patient_orientation(data);
  if (is_sideways(row) && is_upward(column)) return {false, row == 'R', column == 'H'};
  if (is_upward(row) && is_sideways(column)) return {true, column == 'R', row == 'H'};
  if (row != 0) return {};
  const bool was_flipped = text(data, kFieldOfViewHorizontalFlip) == "YES";
  const auto rotation = to_number(text(data, kFieldOfViewRotation));
  // Stored is the original turned clockwise, then mirrored: undone in reverse.
  switch (rotation ? static_cast<int>(std::clamp(*rotation, -1.0, 360.0)) : 0) {
    case 90:
      return {true, false, !was_flipped};
    case 180:
      return {false, !was_flipped, true};
    case 270:
      return {true, true, was_flipped};
    default:
      return {false, was_flipped, false};
  }
}

}  // namespace thoraxlite
