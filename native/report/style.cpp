#include "report/style.h"

namespace thoraxlite {

const char kStyle[] = R"(:root {
  color-scheme: light dark;
  --ground: #f3f5f7; --surface: #ffffff; --ink: #17212b; --soft: #4d5b69; --line: #d5dde4;
  --accent: #0d5873; --notice: #fdf4d9; --on-notice: #574100; --shade: 0 114 178;
  --c0: #0072b2; --c1: #c65500; --c2: #00805d; --c3: #b0508a; --c4: #8a6100; --c5: #5b4bb3;
  font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  color: var(--ink); background: var(--ground);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0d1217; --surface: #151c23; --ink: #e7ecf1; --soft: #a5b2bf; --line: #2b3641;
    --accent: #72c4e0; --notice: #29230f; --on-notice: #f2dc9d; --shade: 86 180 233;
    --c0: #56b4e9; --c1: #f0883e; --c2: #2dc59b; --c3: #e39bc4; --c4: #e6b800; --c5: #a99cf0;
  }
}
@media print {
  :root { background: none; }
  section, figure, tr { break-inside: avoid; }
}
*, *::before, *::after { box-sizing: border-box; }
body { margin: 0; }
header, main { max-width: 72rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2rem; }
main { padding-bottom: 4rem; }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 0 0 .75rem; font-size: 1.35rem; line-height: 1.3; overflow-wrap: anywhere; }
h3 { margin: 2rem 0 .5rem; padding-top: 1.25rem; border-top: 1px solid var(--line);
  font-size: 1.1rem; }
p { max-width: 46rem; margin: .5rem 0; }
.use { margin: .5rem 0 0; color: var(--soft); }
.notice { max-width: none; margin: 1rem 0 0; padding: .75rem 1rem; border-radius: 8px;
  background: var(--notice); color: var(--on-notice); font-weight: 600; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 1rem 0; padding: 0;
  list-style: none; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
section { margin: 1.5rem 0 0; padding: 1.25rem; border: 1px solid var(--line); border-radius: 12px;
  background: var(--surface); }
.scroll { overflow-x: auto; margin: .75rem 0; }
table { border-collapse: collapse; font-size: .875rem; line-height: 1.35;
  font-variant-numeric: tabular-nums; }
caption { padding: 0 0 .4rem; text-align: left; font-weight: 600; }
th, td { padding: .35rem .5rem; border-bottom: 1px solid var(--line); text-align: right;
  vertical-align: top; }
th:first-child { padding-left: 0; text-align: left; }
thead th { color: var(--soft); font-weight: 500; vertical-align: bottom; }
tbody th { font-weight: 500; overflow-wrap: break-word; min-width: 6.5rem; max-width: 22rem; }
td small { display: block; color: var(--soft); font-size: .75rem; white-space: nowrap; }
td.text { text-align: left; overflow-wrap: anywhere; }
.confusion td, .confusion thead th { min-width: 5.5rem; text-align: center; }
.confusion td { border: 1px solid var(--line);
  background: rgb(var(--shade) / calc(var(--share) * 45%)); }
.confusion td small { color: inherit; }
details { margin: .75rem 0; }
summary { width: fit-content; color: var(--accent); cursor: pointer; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr));
  gap: 1rem 2rem; }
/* A table and what belongs to it. */
.beside { display: flex; flex-wrap: wrap; gap: 0 3rem; }
.beside > * { flex: 0 1 auto; min-width: 0; max-width: 100%; }
.beside > figure { flex: 1 1 20rem; margin-top: .75rem; }
figure { margin: .5rem 0; min-width: 0; }
figcaption { margin-bottom: .25rem; font-size: .9rem; font-weight: 600; overflow-wrap: anywhere; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--soft); font-size: 12px; font-family: inherit; }
svg text.name { fill: var(--ink); paint-order: stroke; stroke: var(--surface); stroke-width: 4px; }
.chart svg { max-width: 30rem; }
.grid { stroke: var(--line); stroke-width: 1; }
.zero { stroke: var(--soft); stroke-width: 1.5; }
.guide { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 4 4; }
.series { fill: none; stroke-width: 2.25; stroke-linejoin: round; stroke-linecap: round; }
.bar { fill: var(--soft); opacity: .45; }
.s0 { stroke: var(--c0); } .s1 { stroke: var(--c1); stroke-dasharray: 8 4; }
.s2 { stroke: var(--c2); stroke-dasharray: 2 4; } .s3 { stroke: var(--c3); stroke-dasharray: 10 4 2 4; }
.s4 { stroke: var(--c4); stroke-dasharray: 5 5; } .s5 { stroke: var(--c5); stroke-dasharray: 14 4; }
.dot { fill: var(--c0); stroke: none; }
.whisker { stroke: var(--c0); stroke-width: 2; stroke-linecap: round; }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; margin: .25rem 0 0; padding: 0;
  list-style: none; color: var(--soft); font-size: .8rem; }
.legend li { display: flex; align-items: center; gap: .4rem; overflow-wrap: anywhere; }
.legend svg { flex: none; width: 30px; }
.films { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr));
  gap: 1.25rem; }
.film { padding: 0; overflow: hidden; border: 1px solid var(--line); border-radius: 8px; }
.film img { display: block; width: 100%; background: #000000; }
.film figcaption { padding: .6rem .75rem; margin: 0; font-weight: 400; font-size: .8rem; }
.film ul { margin: .35rem 0 0; padding: 0; list-style: none; font-variant-numeric: tabular-nums; }
.film li { display: flex; justify-content: space-between; gap: .75rem; }
.film li span:last-child { flex: none; color: var(--soft); }
.film .called { font-weight: 700; }
.film .verdict { font-weight: 600; }
)";

}  // namespace thoraxlite
