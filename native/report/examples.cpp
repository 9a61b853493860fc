#include "report/examples.h"

#include <openssl/evp.h>

#include <algorithm>
#include <random>
#include <stdexcept>

#include "report/html.h"

namespace thoraxlite {
namespace {

std::vector<bool> called(const ScoredImages& images, const std::vector<float>& thresholds,
                         std::size_t image) {
  std::vector<bool> calls(images.labels.size(), false);
  if (images.exclusive) {
    const std::vector<float>& row = ranks(images)[image];
    const auto top = std::max_element(row.begin(), row.end()) - row.begin();
    calls[static_cast<std::size_t>(top)] = true;
    return calls;
  }
  for (std::size_t i = 0; i < calls.size(); ++i) calls[i] = is_called(images, thresholds, image, i);
  return calls;
}

const char* media_type(const Example& example) {
  const auto begins = [&](const std::vector<std::uint8_t>& magic) {
    return example.image.size() > magic.size() &&
           std::equal(magic.begin(), magic.end(), example.image.begin());
  };
  if (begins({0x89, 'P', 'N', 'G'})) return "image/png";
  if (begins({0xFF, 0xD8, 0xFF})) return "image/jpeg";
  throw std::runtime_error("example " + example.name + ": neither PNG nor JPEG, cannot be shown");
}

std::string base64(const std::vector<std::uint8_t>& bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(&text[0]), bytes.data(),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

// Whether every known label is called as it is.
bool is_right(const Example& example) {
  return std::all_of(example.findings.begin(), example.findings.end(), [](const auto& finding) {
    return finding.target < 0 || finding.called == (finding.target > 0);
  });
}

std::string truth(const Example& example) {
  std::string present;
  for (const ExampleFinding& finding : example.findings) {
    if (finding.target > 0) present += (present.empty() ? "" : ", ") + finding.label;
  }
  return present.empty() ? "no finding" : present;
}

std::string figure_html(const Example& example) {
  const bool right = is_right(example);
  const std::string data =
      std::string("data:") + media_type(example) + ";base64," + base64(example.image);
  std::string html = "<figure class=\"film\"><img alt=\"Film, labelled " + escape(truth(example)) +
                     "\" src=\"" + data + "\"/><figcaption><span class=\"verdict\">" +
                     (right ? "Right" : "Wrong") + "</span>: labelled " + escape(truth(example)) +
                     "<br/><bdi>" + escape(example.name) + "</bdi><ul>";
  for (const ExampleFinding& finding : example.findings) {
    html += std::string("<li><span") + (finding.called ? " class=\"called\"" : "") + ">" +
            escape(finding.label) + (finding.called ? ", called" : "") +
            (finding.target < 0 ? ", unknown" : "") + "</span><span>" +
            number(static_cast<double>(finding.score)) + "</span></li>";
  }
  return html + "</ul></figcaption></figure>\n";
}

}  // namespace

bool is_right(const ScoredImages& images, const std::vector<float>& thresholds, std::size_t image) {
  return is_right(make_example(images, thresholds, image, {}, "", ""));
}

std::vector<std::size_t> draw_examples(const ScoredImages& images,
                                       const std::vector<float>& thresholds, std::size_t of_each,
                                       std::uint64_t seed) {
  std::vector<std::size_t> right, wrong;
  for (std::size_t i = 0; i < images.size(); ++i) {
    (is_right(images, thresholds, i) ? right : wrong).push_back(i);
  }
  std::mt19937_64 random(seed);
  std::vector<std::size_t> drawn;
  for (auto* kind : {&right, &wrong}) {
    // Fisher and Yates, as far as needed; std::shuffle differs between libraries.
    for (std::size_t i = 0; i < std::min(of_each, kind->size()); ++i) {
      std::swap((*kind)[i], (*kind)[i + random() % (kind->size() - i)]);
      drawn.push_back((*kind)[i]);
    }
  }
  return drawn;
}

Example make_example(const ScoredImages& images, const std::vector<float>& thresholds,
                     std::size_t image, std::vector<std::uint8_t> file, const std::string& name,
                     const std::string& network) {
  Example example{std::move(file), name, network, {}};
  const std::vector<bool> calls = called(images, thresholds, image);
  for (std::size_t i = 0; i < images.labels.size(); ++i) {
    example.findings.push_back(
        {images.labels[i], images.targets[image][i], images.scores[image][i], calls[i]});
  }
  return example;
}

std::string examples_html(const std::vector<Example>& examples) {
  std::vector<std::string> networks;
  for (const Example& example : examples) {
    if (std::find(networks.begin(), networks.end(), example.network) == networks.end()) {
      networks.push_back(example.network);
    }
  }
  std::string html;
  for (const std::string& network : networks) {
    html += "<h3>" + escape(network) + "</h3>\n<div class=\"films\">\n";
    for (const Example& example : examples) {
      if (example.network == network) html += figure_html(example);
    }
    html += "</div>\n";
  }
  return html;
}

}  // namespace thoraxlite
