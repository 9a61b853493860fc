// What a source is built by, and what holds it. Commands run at the top of the copy, one after the
// other; the first that fails decides. "builds" that fail say that a fault does not compile, "tests"
// that it is noticed. Tests of everything come where those that lie nearest noticed nothing.

const page = {
  name: "page",
  of: /^web\/src\/.*\.tsx?$/,
  // From the checkout, which must have built them; the page itself is built anew.
  linked: [
    ...["web/node_modules", "tests/browser/node_modules", "tools/benches/node_modules"],
    ...["build/deps", "build/native", "build/wasm", "build/sample.jpg"],
  ],
  prepare: [],
  steps: (file) => [
    { builds: "npm --prefix web run --silent check" },
    ...near(file, 0),
    { builds: "cd web && npx --no-install vite build --logLevel error" },
    ...near(file, 1),
    { tests: "npm --prefix tests/browser test --silent", everything: true },
  ],
};

// By the source's name: tests of modules alone, which need no page, then the nearest of the page.
const nearest = [
  [
    /dicom/,
    ["dicom_limits", "dicom_reader", "dicom_letters", "dicom_cases"],
    ["patient", "dicom_viewing", "dicom_parity"],
  ],
  [/viewer/, ["viewing"], ["viewer", "evidence"]],
  [/intake\//, [], ["intake", "page", "batch"]],
  [/variant/, ["variant"], ["pool"]],
  [/screening\//, ["queue", "pool_order"], ["pool", "session", "batch"]],
  [/results\/films/, ["films"], ["results", "session"]],
  [/results\//, ["arrangement", "standing"], ["results", "session", "batch"]],
  [/session\//, [], ["session", "settings", "results", "page"]],
  [/export\//, ["table"], ["report", "batch", "patient", "german"]],
  [
    /reading|models/,
    ["card", "prevalence", "evidence_words"],
    ["models", "figures", "prevalence_input", "evidence", "dicom_viewing"],
  ],
];
function near(file, place) {
  const [, ...tests] = nearest.find(([sources]) => sources.test(file)) ?? [];
  const names = (tests[place] ?? []).map((name) => `${name}.test.mjs`);
  return names.length === 0
    ? []
    : [{ tests: `cd tests/browser && node run.mjs ${names.join(" ")}` }];
}

// first: which tests of CTest lie nearest to a file; targets: all that those need, where not everything.
const cpp = (name, of, options, first, targets = () => "") => ({
  name,
  of,
  linked: ["build/deps"],
  prepare: [{ builds: `cmake --preset native ${options}` }],
  steps: (file) => [
    { builds: `cmake --build --preset native ${targets(file)}`.trim() },
    { tests: `ctest --preset native --stop-on-failure --parallel "$(nproc)" ${first(file)}` },
    { builds: "cmake --build --preset native", everything: true },
    { tests: `ctest --preset native --stop-on-failure --parallel "$(nproc)"`, everything: true },
  ],
});

const isImage = (file) => file.startsWith("wasm/core/image/");

export const suites = [
  page,
  cpp(
    "core",
    /^wasm\/core\/.*\.(?:cpp|h)$/,
    "-DTHORAXLITE_TORCH=OFF",
    (file) => {
      if (isImage(file)) return "-R '^(image|core|out_of_memory)$'";
      return /dicom/.test(file) ? "-R '^dicom'" : "-R '^core|^simd$|^parity$'";
    },
    (file) => (isImage(file) ? "--target image_tests core_tests out_of_memory_test" : ""),
  ),
  // The whole chain takes minutes.
  cpp(
    "native",
    /^native\/.*\.(?:cpp|h)$/,
    "",
    () => "-E '^(chain|torchvision|parallel|bench_train)$'",
  ),
];
