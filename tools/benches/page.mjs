// tools/bench page [--quick] [--films[=SIZE]]: from the bytes of a film to findings, in the core's module and in
// the real page, against the usual way. What is measured stands in tools/README.md.

import { bundle } from "./bundle.mjs";
import { isInstalled, open } from "./browsers.mjs";
import { kFolders, kMade, kPeers } from "./contender_list.mjs";
import { claimTable, short, table, versionsOf, writeResults } from "./figures.mjs";
import { films } from "./films.mjs";
import { filmRace, usualFolder } from "./film_race.mjs";
import { writeFormats, writePage } from "./formats.mjs";
import { coldOpen, drag, ourFolder } from "./real_page.mjs";
import { serve } from "./server.mjs";

const kColdSize = 2000; // pixels of the film of the cold open, both sides
const kDragSize = 3000; // and of the film that is dragged over
const kDragSteps = 200;
const quick = process.argv.includes("--quick");
// Films alone, of every size or of one, and nothing of the page.
const filmsAlone = process.argv.find((word) => /^--films(=\d+)?$/.test(word));
const onlySize = Number(filmsAlone?.split("=")[1]);
const plan = quick
  ? { sizes: [1000], warmUp: 1, rounds: 3, opens: 1, folder: 6, distinct: 2, folderSize: 1000 }
  : {
      sizes: [1000, 2000, 3000],
      warmUp: 3,
      rounds: 20,
      opens: 7,
      folder: 200,
      distinct: 20,
      folderSize: 2000,
    };

if (onlySize > 0) plan.sizes = [onlySize];

writePage(kMade);
await bundle(["page", "film_ours", "film_onnxruntime"], kMade);
const student = writeFormats(kMade, 2);
const server = await serve(kFolders);
const results = { plan, versions: versionsOf(kPeers), browsers: {}, films: [] };
try {
  for (const name of ["chromium", "firefox"]) {
    if (!isInstalled(name)) {
      console.log(`\n${name} is not installed; films are not measured in it.`);
      continue;
    }
    await inBrowser(name, async (browser) => {
      results.browsers[name] = await browser.version();
      for (const size of plan.sizes)
        for (const format of ["jpg", "png"]) {
          const rows = await filmRace(
            browser,
            server.address,
            student,
            films(size, format)[0],
            plan,
          );
          const title = `${format} of ${size} x ${size}, bytes to findings`;
          printFilms(`${results.browsers[name]}: ${title}`, rows);
          results.films.push({ browser: name, size, format, rows });
        }
    });
  }
  if (!filmsAlone) {
    // The same films again and again, under other names.
    const distinct = films(plan.folderSize, "jpg", plan.distinct);
    const paths = Array.from({ length: plan.folder }, (_, i) => distinct[i % distinct.length]);
    results.folder = {
      ours: await ourFolder(paths),
      usual: await inBrowser("chromium", (browser) =>
        usualFolder(browser, server.address, student, distinct, plan.folder),
      ),
    };
  }
} finally {
  server.close();
}
if (!filmsAlone) {
  results.coldOpen = await coldOpen(films(kColdSize, "jpg")[0], plan.opens);
  results.drag = await drag(films(kDragSize, "jpg")[0], kDragSteps);
  printPage(results);
}
if (quick) console.log("\n--quick: what must hold is left out.");
else if (!filmsAlone) results.claims = claims(results);
writeResults(`page${filmsAlone ? "-films" : ""}${quick ? "-quick" : ""}`, results);

async function inBrowser(name, work) {
  const browser = await open(name);
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
}

function printFilms(title, rows) {
  console.log(`\n${title}\n`);
  const usual = rows.find(({ isOurs }) => !isOurs);
  const head = [
    ...["", "median ms", "least ms", "times as fast", "by least"],
    ...["processor ms", "times as fast by it", "logits differ by"],
  ];
  const body = rows.map((row) => [
    row.name,
    short(row.median),
    short(row.least),
    short(usual.median / row.median),
    short(usual.least / row.least),
    short(row.processor),
    short(usual.processor / row.processor),
    row.isOurs ? row.difference.toFixed(4) : "–",
  ]);
  console.log(table([head, ...body]));
  for (const [title, key] of [
    ["of it, median ms", "parts"],
    ["processor time, median ms", "spent"],
  ]) {
    const parts = Object.keys(usual[key]);
    console.log(
      `\n${table([
        [title, ...parts],
        ...rows.map((row) => [row.name, ...parts.map((part) => short(row[key][part]))]),
      ])}`,
    );
  }
}

function printPage({ folder: { ours, usual }, coldOpen: opened, drag: dragged }) {
  const perMinute = (seconds) => short((60 * plan.folder) / seconds);
  console.log(
    `\na folder of ${plan.folder} JPEG films of ${plan.folderSize} x ${plan.folderSize}\n`,
  );
  console.log(
    table([
      ["", "films a minute", "longest block of the page, ms"],
      ["our page, from file://", perMinute(ours.seconds), short(ours.longestBlock)],
      [`the usual way, ${usual.workers} workers`, perMinute(usual.seconds), "–"],
    ]),
  );
  const kinds = Object.keys(ours.spent);
  const spent = (name, { spent }) => [
    name,
    ...kinds.map((kind) => short(spent[kind] / plan.folder)),
  ];
  console.log(
    `\n${table([
      ["of it, processor time a film, ms", ...kinds],
      spent("our page", ours),
      spent("the usual way", usual),
    ])}`,
  );
  console.log(
    `\nour page from file://, cold, to the first finding of a JPEG of ${kColdSize} x ${kColdSize}; ` +
      "blocks below 50 ms count as 0\n",
  );
  console.log(
    table([
      ["", "median", "least", "largest"],
      ["ready, ms", ...spread(opened.ready)],
      ["first finding, ms", ...spread(opened.finding)],
      ["film drawn, ms", ...spread(opened.drawn)],
      ["longest block of the page, ms", ...spread(opened.longestBlock)],
    ]),
  );
  console.log(
    `\nwindow and level dragged over a JPEG of ${kDragSize} x ${kDragSize}: ` +
      `${short(1000 / dragged.median)} frames a second by the median of ${dragged.frames} frames, ` +
      `95% of them within ${short(dragged.slow)} ms`,
  );
}

function spread({ median, least, largest }) {
  return [median, least, largest].map(short);
}

function claims({ films: measured, coldOpen: opened, folder }) {
  const all = [];
  for (const { browser, size, format, rows } of measured.filter((entry) => entry.size === 2000)) {
    const usual = rows.find(({ isOurs }) => !isOurs);
    const best = Math.min(...rows.filter(({ isOurs }) => isOurs).map((row) => row.median));
    const times = usual.median / best;
    const claim = `${browser}, ${format} of ${size} pixels: times as fast as the usual way`;
    all.push({ claim, measured: short(times), wanted: "at least 2", holds: times >= 2 });
  }
  const { median: finding } = opened.finding;
  const block = Math.max(opened.longestBlock.median, folder.ours.longestBlock);
  all.push(
    {
      claim: "cold open to the first finding, ms",
      measured: short(finding),
      wanted: "below 1500",
      holds: finding < 1500,
    },
    {
      claim: "longest block of the page, ms",
      measured: short(block),
      wanted: "at most 100",
      holds: block <= 100,
    },
  );
  console.log(`\n${claimTable(all)}`);
  return all;
}
