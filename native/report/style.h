// The look of the reports, light and dark, on screen and on paper.
#pragma once

namespace thoraxlite {

// CSS. The colours of series are after Okabe and Ito, told apart by those who see few colours;
// each series has a dash pattern too.
extern const char kStyle[];

}  // namespace thoraxlite
