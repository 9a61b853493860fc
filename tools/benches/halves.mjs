// node tools/benches/halves.mjs: what it would bring to let a second worker decode half of a film that has
// restart markers. No decoder runs: both workers are busy for as long as a half would take, and what has to
// pass between them does: half of the film's bytes, copied, and the floats of an average back.

import { open } from "./browsers.mjs";
import { median, short, table, writeResults } from "./figures.mjs";

const kRounds = 60;
// Bytes of a film, and milliseconds of its decoding that could be halved (tools/bench film --stages).
const kFilms = [
  [0, 0],
  [450_000, 7],
  [900_000, 9],
  [2_250_000, 22],
];

const kWorker = `
  const busy = (time) => {
    const end = performance.now() + time;
    while (performance.now() < end);
  };
  const pause = () => new Promise((over) => setTimeout(over, 5));
  let port;
  let half;
  onmessage = ({ data }) => {
    if (data.port === undefined) return race(data);
    ({ port } = data);
    port.onmessage = ({ data: { time, average } }) => {
      if (average !== undefined) return half(average);
      busy(time);
      port.postMessage({ average: new Float32Array(224 * 224) });
    };
  };
  async function race({ bytes, time, rounds }) {
    const film = new Uint8Array(bytes).fill(7);
    const sums = new Float32Array(224 * 224);
    const alone = [];
    const both = [];
    for (let round = 0; round < rounds; ++round) {
      await pause();
      let start = performance.now();
      busy(time);
      alone.push(performance.now() - start);
      await pause();
      start = performance.now();
      const later = film.slice(bytes / 2);
      const answer = new Promise((got) => (half = got));
      port.postMessage({ time: time / 2, later }, [later.buffer]);
      busy(time / 2);
      (await answer).forEach((value, i) => (sums[i] += value));
      both.push(performance.now() - start);
    }
    postMessage({ alone, both });
  }`;

const browser = await open("chromium");
const results = { browser: await browser.version(), rounds: kRounds };
try {
  const page = await browser.newPage();
  results.films = await page.evaluate(
    async (script, films, rounds) => {
      const address = URL.createObjectURL(new Blob([script]));
      const workers = [new Worker(address), new Worker(address)];
      const { port1, port2 } = new MessageChannel();
      workers[0].postMessage({ port: port1 }, [port1]);
      workers[1].postMessage({ port: port2 }, [port2]);
      const rows = [];
      for (const [bytes, time] of films) {
        const answer = new Promise((got) => (workers[0].onmessage = ({ data }) => got(data)));
        workers[0].postMessage({ bytes, time, rounds });
        rows.push({ bytes, time, ...(await answer) });
      }
      return rows;
    },
    kWorker,
    kFilms,
    kRounds,
  );
} finally {
  await browser.close();
}
console.log(
  table([
    ["ms", "alone, median", "least", "two workers, median", "least"],
    ...results.films.map(({ bytes, alone, both }) => [
      `${bytes / 1000} KB`,
      ...[alone, both].flatMap((times) => [short(median(times)), short(Math.min(...times))]),
    ]),
  ]),
);
writeResults("halves", results);
