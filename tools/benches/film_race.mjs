// Bytes of films to findings in workers: our modules and the usual way, in turns.

import { cpus } from "node:os";
import { relative } from "node:path";
import { kFilms } from "./films.mjs";
import { median } from "./figures.mjs";
import { modules } from "./contender_list.mjs";
import { processorTime, spentBetween } from "./processor_time.mjs";
import { ask, openPage, startContender } from "./race.mjs";

// What goes into a batch one worker a core, so one thread.
const ours = () =>
  modules()
    .filter((module) => !module.includes("threads"))
    .map((module) => ({
      name: `ours, ${module}`,
      isOurs: true,
      script: "/core/film_ours.js",
      options: { module: `/core/${module}.mjs` },
    }));

// The browser's decoder, a canvas, and a peer: onnxruntime, tensorflow or litert.
export const usualWay = (peer) => ({
  name: "the usual way",
  isOurs: false,
  script: `/${peer}/film_${peer}.js`,
  options: { runtime: `/${peer}` },
});
const usual = usualWay("onnxruntime");

// Rows: { name, isOurs, milliseconds, median, least, parts, processor, spent, logits, difference }; parts:
// what the time is spent on, { name: median milliseconds }; spent: the browser's processor time by kind, as
// processor_time.mjs has it, medians in milliseconds a film, processor all of it; difference: the largest of a
// logit, from the usual way's, whose canvas scales otherwise than an exact mean.
export async function filmRace(browser, address, student, film, { warmUp, rounds }) {
  const context = await browser.createBrowserContext();
  const page = await openPage(context, address);
  const rows = [];
  const given = { film: filmAddress(address, film) };
  const { pid } = browser.process();
  for (const contender of [...ours(), usual]) {
    await startFilmContender(page, address, student, contender, [film]);
    const run = { type: "run", untimed: warmUp, timed: 1, ...given };
    const { logits } = await ask(page, contender.name, run);
    const { name, isOurs } = contender;
    rows.push({ name, isOurs, milliseconds: [], parts: [], spent: [], logits });
  }
  for (let round = 0; round < rounds; ++round)
    for (const { name, milliseconds, parts, spent } of rows) {
      const before = processorTime(pid);
      const answer = await ask(page, name, { type: "run", untimed: 1, timed: 1, ...given });
      const films = Object.entries(spentBetween(before, processorTime(pid)));
      milliseconds.push(...answer.milliseconds);
      parts.push(answer.parts);
      spent.push(Object.fromEntries(films.map(([kind, time]) => [kind, time / 2])));
    }
  await context.close();
  const { logits } = rows.at(-1);
  const medians = (rounds) =>
    Object.fromEntries(
      Object.keys(rounds[0]).map((part) => [part, median(rounds.map((parts) => parts[part]))]),
    );
  const all = (spent) => Object.values(spent).reduce((sum, time) => sum + time);
  return rows.map(({ parts, spent, ...row }) => ({
    ...row,
    parts: medians(parts),
    processor: median(spent.map(all)),
    spent: medians(spent),
    median: median(row.milliseconds),
    least: Math.min(...row.milliseconds),
    difference: Math.max(...logits.map((logit, i) => Math.abs(logit - row.logits[i]))),
  }));
}

// `count` films, which are `distinct` ones again and again, shared by as many workers as there are
// cores. way: of usualWay. Resolves to { seconds, spent, workers }, from the first film to the last, with
// all loaded; spent is what processor_time.mjs says of that.
export async function usualFolder(browser, address, student, distinct, count, way = usual) {
  const context = await browser.createBrowserContext();
  const page = await openPage(context, address);
  const workers = cpus().length;
  const names = Array.from({ length: workers }, (_, i) => `worker ${i}`);
  for (const name of names) {
    await startFilmContender(page, address, student, { ...way, name }, distinct);
    const film = filmAddress(address, distinct[0]);
    await ask(page, name, { type: "run", untimed: 1, timed: 1, film });
  }
  const { pid } = browser.process();
  const before = processorTime(pid);
  const milliseconds = await page.evaluate(
    async (everyone, films, total) => {
      let next = 0;
      const start = performance.now();
      const work = async (name) => {
        while (next < total) {
          const film = films[next++ % films.length];
          const answer = await bench.ask(name, { type: "run", untimed: 0, timed: 1, film });
          if (answer.error) throw new Error(answer.error);
        }
      };
      await Promise.all(everyone.map(work));
      return performance.now() - start;
    },
    names,
    distinct.map((film) => filmAddress(address, film)),
    count,
  );
  const spent = spentBetween(before, processorTime(pid));
  await context.close();
  return { seconds: milliseconds / 1000, spent, workers };
}

const filmAddress = (address, film) => `${address}/films/${relative(kFilms, film)}`;

function startFilmContender(page, address, student, contender, films) {
  const { sha256, size, mean, std, temperature } = student;
  const model = `${address}/web/${student.stem}`;
  return startContender(page, address, contender, {
    model: contender.isOurs ? `${model}.safetensors` : model,
    films: films.map((film) => filmAddress(address, film)),
    ...{ sha256, size, mean, std, temperature },
  });
}
