#include "strict_markup.h"

#include <cctype>
#include <stdexcept>

namespace {

class Reader {
 public:
  explicit Reader(const std::string& page) : page_(page) {}

  Markup read() {
    expect("<!DOCTYPE html>");
    while (at_ < page_.size()) {
      if (page_[at_] != '<') {
        text();
      } else if (page_.compare(at_, 2, "</") == 0) {
        close();
      } else {
        open();
      }
    }
    if (!open_.empty()) fail("<" + open_.back() + "> is not closed");
    return markup_;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error(what + " at: " + page_.substr(at_ > 40 ? at_ - 40 : 0, 120));
  }

  void expect(const std::string& word) {
    if (page_.compare(at_, word.size(), word) != 0) fail("expected " + word);
    at_ += word.size();
  }

  void blanks() {
    while (at_ < page_.size() && std::isspace(static_cast<unsigned char>(page_[at_]))) ++at_;
  }

  std::string name() {
    const std::size_t begin = at_;
    while (at_ < page_.size() &&
           (std::isalnum(static_cast<unsigned char>(page_[at_])) || page_[at_] == '-')) {
      ++at_;
    }
    if (begin == at_) fail("expected a name");
    return page_.substr(begin, at_ - begin);
  }

  void text() {
    const std::size_t end = std::min(page_.find('<', at_), page_.size());
    if (open_.empty() && page_.find_first_not_of(" \n", at_) < end) fail("text outside");
    if (open_.empty() || open_.back() != "style") {
      markup_.text += unescaped(page_.substr(at_, end - at_)) + "\n";
    }
    at_ = end;
  }

  std::string unescaped(const std::string& escaped) const {
    static const std::map<std::string, std::string> kEntities = {
        {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}};
    std::string plain;
    for (std::size_t i = 0; i < escaped.size(); ++i) {
      if (escaped[i] != '&') {
        plain += escaped[i];
        continue;
      }
      const std::size_t end = escaped.find(';', i);
      const auto found = kEntities.find(escaped.substr(i, end - i + 1));
      if (end == std::string::npos || found == kEntities.end()) fail("unknown entity");
      plain += found->second;
      i = end;
    }
    return plain;
  }

  void close() {
    at_ += 2;
    const std::string closed = name();
    if (open_.empty() || open_.back() != closed) fail("</" + closed + "> out of turn");
    open_.pop_back();
    expect(">");
  }

  void open() {
    ++at_;
    Element element{name(), {}};
    for (blanks(); page_.compare(at_, 1, ">") != 0 && page_.compare(at_, 2, "/>") != 0; blanks()) {
      const std::string key = name();
      expect("=\"");
      const std::size_t end = page_.find('"', at_);
      if (end == std::string::npos) fail("a quote is not closed");
      const std::string value = page_.substr(at_, end - at_);
      if (value.find('<') != std::string::npos) fail("< in an attribute");
      unescaped(value);
      if (!element.attributes.emplace(key, value).second) fail(key + " twice");
      at_ = end + 1;
    }
    if (page_[at_] == '/') {
      at_ += 2;
    } else {
      ++at_;
      open_.push_back(element.name);
    }
    markup_.elements.push_back(element);
  }

  const std::string& page_;
  std::size_t at_ = 0;
  std::vector<std::string> open_;
  Markup markup_;
};

}  // namespace

Markup read_strictly(const std::string& page) {
  return Reader(page).read();
}
