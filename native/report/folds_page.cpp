#include "report/folds_page.h"

#include "evaluation/evaluation.h"
#include "report/charts.h"
#include "report/html.h"
#include "report/split_section.h"

namespace thoraxlite {
namespace {

std::string fold_table(const CrossValidation& validation) {
  Table table{"Held-out images of every fold, with 95% intervals",
              {"fold", "images", "intervals over"},
              {}};
  for (const FoldFigure& figure : validation.pooled.figures) {
    table.head.push_back(spoken(figure.name));
  }
  const auto add = [&](const FoldFigures& fold) {
    std::vector<std::string> row = {escape(fold.name), std::to_string(fold.images),
                                    escape(to_string(fold.over))};
    for (const FoldFigure& figure : fold.figures) {
      row.push_back(with_range(figure.value, figure.interval));
    }
    table.rows_html.push_back(row);
  };
  for (const FoldFigures& fold : validation.folds) add(fold);
  add(validation.pooled);
  std::vector<std::string> means = {"mean of the folds, lowest to highest", "", ""};
  for (const FigureSpread& spread : validation.spread) {
    means.push_back(with_range(spread.mean, {spread.low, spread.high}));
  }
  table.rows_html.push_back(means);
  return to_html(table);
}

std::string fold_charts(const CrossValidation& validation) {
  std::string html = "<div class=\"charts\">\n";
  for (std::size_t i = 0; i < validation.pooled.figures.size(); ++i) {
    const std::string name = spoken(validation.pooled.figures[i].name);
    IntervalChart chart{name + " of every fold",
                        "A row each fold and one of all: figure and 95% interval; the numbers "
                        "stand in the table of folds.",
                        name,
                        {},
                        false};
    for (const FoldFigures& fold : validation.folds) {
      chart.rows.push_back({fold.name, fold.figures[i].value, fold.figures[i].interval});
    }
    const FoldFigure& pooled = validation.pooled.figures[i];
    chart.rows.push_back({validation.pooled.name, pooled.value, pooled.interval});
    html += to_html(chart);
  }
  return html + "</div>\n";
}

}  // namespace

std::string to_html(const std::string& title, const CrossValidation& validation,
                    const std::vector<ScoredImages>& held_out) {
  const ScoredImages pooled = joined(held_out);
  const std::string count = std::to_string(validation.folds.size());
  return page(
      title,
      "<section><h2>Folds</h2>\n<p>" + escape(validation.dealt) + ". Each of the " + count +
          " networks is judged on the part that it was not trained on; the next part chose its "
          "epoch and fitted its calibration. The test images of the data stay aside. An interval "
          "says how the figure of these networks would vary with other patients or images; not "
          "how it would with other training images, for which the spread of the folds is the only "
          "hint.</p>\n" +
          fold_table(validation) + fold_charts(validation) +
          "</section>\n<section><h2>All folds together</h2>\n<p>Every image once, as the network "
          "says that did not see it: scores are calibrated and calls are made by each fold's "
          "own validation images.</p>\n" +
          split_html("all folds", "held out", pooled, evaluate(pooled, {})) + "</section>\n");
}

}  // namespace thoraxlite
