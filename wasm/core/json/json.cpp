#include "core/json/json.h"

#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "core/json/decimal.h"
#include "core/json/utf8.h"

namespace thoraxlite {
namespace {

// Every read_ function stands at what it reads, moves behind it, and says false where it is
// malformed; then at_ is where.
class JsonReader {
 public:
  explicit JsonReader(std::string_view text)
      : start_(text.data()), at_(text.data()), end_(text.data() + text.size()) {}

  Result<Json> read() {
    Json document;
    const bool is_sound = read_value(document, 0);
    skip_space();
    if (is_sound && at_ == end_) return document;
    if (reason_.empty()) reason_ = "it is malformed at byte " + std::to_string(at_ - start_ + 1);
    return fail(std::move(reason_));
  }

 private:
  char next() const { return at_ == end_ ? '\0' : *at_; }

  bool take(char wanted) {
    if (at_ == end_ || *at_ != wanted) return false;
    ++at_;
    return true;
  }

  void skip_space() {
    while (next() == ' ' || next() == '\t' || next() == '\n' || next() == '\r') ++at_;
  }

  bool take_behind_space(char wanted) {
    skip_space();
    return take(wanted);
  }

  bool refuse(std::string reason) {
    reason_ = std::move(reason);
    return false;
  }

  // depth: how many objects and arrays are open around it.
  bool read_value(Json& value, int depth) {
    skip_space();
    switch (next()) {
      case '{':
      case '[':
        if (depth == kMaxJsonDepth) {
          return refuse("it nests deeper than " + std::to_string(kMaxJsonDepth) + " levels");
        }
        return next() == '{' ? read_object(value, depth + 1) : read_array(value, depth + 1);
      case '"':
        value.kind = Json::Kind::text;
        return read_text(value.text);
      case 't':
        value.kind = Json::Kind::boolean;
        value.boolean = true;
        return read_word("true");
      case 'f':
        value.kind = Json::Kind::boolean;
        return read_word("false");
      case 'n':
        return read_word("null");
      default:
        return read_number(value);
    }
  }

  bool read_object(Json& object, int depth) {
    object.kind = Json::Kind::object;
    ++at_;
    if (take_behind_space('}')) return true;
    std::set<std::string> known;
    do {
      skip_space();
      std::string key;
      if (!read_text(key)) return false;
      if (key.size() > kMaxJsonKeyBytes) {
        return refuse("a key is longer than " + std::to_string(kMaxJsonKeyBytes) + " bytes");
      }
      if (!known.insert(key).second) {
        return refuse("the key \"" + key + "\" stands twice in one object");
      }
      object.keys.push_back(std::move(key));
      if (!take_behind_space(':') || !read_value(object.values.emplace_back(), depth)) return false;
    } while (take_behind_space(','));
    return take('}');
  }

  bool read_array(Json& array, int depth) {
    array.kind = Json::Kind::array;
    ++at_;
    if (take_behind_space(']')) return true;
    do {
      if (!read_value(array.values.emplace_back(), depth)) return false;
    } while (take_behind_space(','));
    return take(']');
  }

  bool read_word(std::string_view word) {
    for (const char letter : word) {
      if (!take(letter)) return false;
    }
    return true;
  }

  bool read_text(std::string& text) {
    if (!take('"')) return false;
    while (at_ != end_ && *at_ != '"') {
      if (*at_ == '\\') {
        ++at_;
        if (!read_escape(text)) return false;
        continue;
      }
      const int length = utf8_length(at_, end_);
      if (length == 0 || static_cast<unsigned char>(*at_) < 0x20) return false;
      text.append(at_, static_cast<std::size_t>(length));
      at_ += length;
    }
    return take('"');
  }

  bool read_escape(std::string& text) {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
    const std::size_t name = kNames.find(next());
    if (name != std::string_view::npos) {
      ++at_;
      text += kMeant[name];
      return true;
    }
    std::uint32_t code = 0;
    if (!take('u') || !read_four_digits(code)) return false;
    if (code >= 0xd800 && code < 0xdc00) {
      std::uint32_t low = 0;
      if (!take('\\') || !take('u') || !read_four_digits(low)) return false;
      if (low < 0xdc00 || low > 0xdfff) return false;
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    } else if (code >= 0xdc00 && code < 0xe000) {
      return false;
    }
    append(code, text);
    return true;
  }

  bool read_four_digits(std::uint32_t& code) {
    for (int i = 0; i < 4; ++i) {
      const char digit = next();
      if (is_digit(digit)) {
        code = code << 4 | static_cast<std::uint32_t>(digit - '0');
      } else {
        const int letter = (digit | 0x20) - 'a';
        if (letter < 0 || letter > 5) return false;
        code = code << 4 | static_cast<std::uint32_t>(letter + 10);
      }
      ++at_;
    }
    return true;
  }

  static void append(std::uint32_t code, std::string& text) {
    const auto continuation = [&](int shift) {
      text += static_cast<char>(0x80 | (code >> shift & 0x3f));
    };
    if (code < 0x80) {
      text += static_cast<char>(code);
    } else if (code < 0x800) {
      text += static_cast<char>(0xc0 | code >> 6);
      continuation(0);
    } else if (code < 0x10000) {
      text += static_cast<char>(0xe0 | code >> 12);
      continuation(6);
      continuation(0);
    } else {
      text += static_cast<char>(0xf0 | code >> 18);
      continuation(12);
      continuation(6);
      continuation(0);
    }
  }

  static bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

  bool read_number(Json& number) {
    number.kind = Json::Kind::number;
    const bool is_negative = take('-');
    if (!is_digit(next())) return false;
    const bool begins_with_zero = next() == '0';
    std::uint64_t mantissa = 0;
    int exponent = 0;
    bool is_whole = true;
    const char* first = at_;
    read_digits(mantissa, exponent);
    if (begins_with_zero && at_ - first > 1) return false;
    if (exponent != 0) is_whole = false;  // too long to be held digit by digit
    if (take('.')) {
      is_whole = false;
      if (!is_digit(next())) return false;
      const char* point = at_;
      int dropped = 0;
      read_digits(mantissa, dropped);
      exponent += dropped - static_cast<int>(at_ - point);
    }
    if (next() == 'e' || next() == 'E') {
      ++at_;
      is_whole = false;
      const bool is_small = take('-');
      if (!is_small) take('+');
      if (!is_digit(next())) return false;
      int power = 0;
      for (; is_digit(next()); ++at_) {
        if (power < 100'000) power = 10 * power + (*at_ - '0');
      }
      exponent += is_small ? -power : power;
    }
    const double magnitude = from_decimal(mantissa, exponent);
    if (!std::isfinite(magnitude)) return false;
    number.number = is_negative ? -magnitude : magnitude;
    if (is_whole) {
      number.whole =
          is_negative ? -static_cast<std::int64_t>(mantissa) : static_cast<std::int64_t>(mantissa);
    }
    return true;
  }

  // Digits behind those of the mantissa, which stays within an int64, and how many of them it has
  // no room for.
  void read_digits(std::uint64_t& mantissa, int& dropped) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
    for (; is_digit(next()); ++at_) {
      const auto digit = static_cast<std::uint64_t>(*at_ - '0');
      if (dropped > 0 || mantissa > (kMost - digit) / 10) {
        ++dropped;
      } else {
        mantissa = 10 * mantissa + digit;
      }
    }
  }

  const char* start_;
  const char* at_;
  const char* end_;
  std::string reason_;
};

}  // namespace

const Json* Json::find(std::string_view key) const {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] == key) return &values[i];
  }
  return nullptr;
}

Result<Json> parse_json(std::string_view text) {
  return JsonReader(text).read();
}

}  // namespace thoraxlite
