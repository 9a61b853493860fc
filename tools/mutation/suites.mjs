// What a source is built by, and what holds it. Commands run at the top of the copy, one after the
// other; the first that fails decides. "builds" that fail say that a fault does not compile, "tests"
// that it is noticed: those that lie nearest come first, and everything only where they notice nothing.

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
    ...near(file).map((tests) => ({ tests: `node --test tests/browser/${tests}.test.mjs` })),
    { builds: "cd web && npx --no-install vite build --logLevel error" },
    { tests: "npm --prefix tests/browser test --silent" },
  ],
};

// Tests of the page's modules that need no page.
const near = (file) =>
  [
    [/dicom/, "dicom_reader"],
    [/viewer/, "viewing"],
    [/predictive|operating|evaluation|findings/, "prevalence"],
  ].flatMap(([files, tests]) => (files.test(file) ? [tests] : []));

const cpp = (name, of, options, first) => ({
  name,
  of,
  linked: ["build/deps"],
  prepare: [`cmake --preset native ${options}`],
  steps: () => [
    { builds: "cmake --build --preset native" },
    { tests: `ctest --preset native --stop-on-failure --parallel "$(nproc)" ${first}` },
    { tests: `ctest --preset native --stop-on-failure --parallel "$(nproc)"` },
  ],
});

export const suites = [
  page,
  cpp(
    "core",
    /^wasm\/core\/.*\.(?:cpp|h)$/,
    "-DTHORAXLITE_TORCH=OFF",
    "-R '^core|^simd$|^parity$'",
  ),
  // The whole chain takes minutes.
  cpp("native", /^native\/.*\.(?:cpp|h)$/, "", "-E '^(?:chain|torchvision|parallel|bench_train)$'"),
];
