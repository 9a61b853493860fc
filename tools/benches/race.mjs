// Contenders in a browser: each alone from a cold start, and those that got through it against each
// other in turns.

import { contenders } from "./contender_list.mjs";
import { median } from "./figures.mjs";
import { differenceOf } from "./tolerance.mjs";

// Each of `threads` threads alone in a fresh context, plan.loads times in turns, so that nothing is
// warm. Some end without a word: plan.patience says after how many milliseconds. Returns contenders
// with { load, first, memory }, the medians of milliseconds, milliseconds
// and bytes of WebAssembly memory; or with the `error` that kept one from running.
export async function coldStarts(browser, address, student, threads, plan) {
  const rows = contenders(threads).map((contender) => ({
    ...contender,
    figures: { load: [], first: [], memory: [] },
  }));
  for (let round = 0; round < plan.loads; ++round)
    for (const row of rows.filter(({ error }) => error === undefined))
      try {
        const { loaded, answer, bytes } = await patiently(
          coldStart(browser, address, student, row),
          plan.patience,
        );
        differenceOf(row.name, student, answer.logits);
        row.figures.load.push(loaded.milliseconds);
        row.figures.first.push(answer.milliseconds[0]);
        row.figures.memory.push(bytes);
      } catch (error) {
        if (error.isWrong) throw error;
        row.error = error.message;
      }
  return rows.map(({ figures, ...row }) => {
    if (row.error) return row;
    const medians = Object.entries(figures).map(([key, values]) => [key, median(values)]);
    return { ...row, ...Object.fromEntries(medians) };
  });
}

// The contenders in one page, and LibTorch beside the browser where a program (native_program.mjs)
// has it. A turn is one call that is not counted, then plan.calls that are. With several threads a
// peer may get stuck at any call: the race is then run again without it.
// Returns rows: { name, isOurs, isNative, stride, difference, milliseconds, median, least } or, of
// the stuck, { name, error }.
export async function race(browser, address, student, running, program, plan) {
  const stuck = [];
  for (;;) {
    const left = running.filter(({ name }) => !stuck.some((row) => row.name === name));
    const context = await browser.createBrowserContext();
    try {
      return [...(await raceOnce(context, address, student, left, program, plan)), ...stuck];
    } catch (error) {
      const { contender } = error;
      if (!contender || contender.isOurs || contender.threads === 1) throw error;
      stuck.push({ name: contender.name, error: error.message });
    } finally {
      // A page that hangs may never be closed.
      await patiently(context.close(), plan.patience).catch(() => {});
    }
  }
}

async function raceOnce(context, address, student, running, program, plan) {
  const page = await openPage(context, address);
  const rows = [];
  for (const contender of running) {
    const { name, isOurs } = contender;
    const patient = (promise) =>
      patiently(promise, plan.patience).catch((error) => {
        throw Object.assign(error, { contender });
      });
    await patient(start(page, contender, student, address));
    const call = (untimed, timed) => patient(ask(page, name, { type: "run", untimed, timed }));
    const { logits } = await call(plan.warmUp, 1);
    const difference = differenceOf(name, student, logits);
    const run = async (untimed, timed) => (await call(untimed, timed)).milliseconds;
    rows.push({ name, isOurs, isNative: false, difference, run });
  }
  for (const [index, { name, logits, error }] of (program?.contenders ?? []).entries()) {
    if (!name.startsWith("LibTorch") || error) continue;
    const difference = differenceOf(name, student, logits);
    const run = async (untimed, timed) =>
      (await program.run("contender", index, untimed + timed)).slice(untimed);
    await run(plan.warmUp, 1);
    rows.push({ name: `native ${name}`, isOurs: false, isNative: true, difference, run });
  }
  const milliseconds = rows.map(() => []);
  for (let round = 0; round < plan.rounds; ++round)
    for (const [index, { run }] of rows.entries())
      milliseconds[index].push(...(await run(1, plan.calls)));
  return rows.map(({ run, ...row }, index) => ({
    ...row,
    stride: student.stride,
    milliseconds: milliseconds[index],
    median: median(milliseconds[index]),
    least: Math.min(...milliseconds[index]),
  }));
}

async function coldStart(browser, address, student, contender) {
  const context = await browser.createBrowserContext();
  try {
    const page = await openPage(context, address);
    const loaded = await start(page, contender, student, address);
    const answer = await ask(page, contender.name, { type: "run", untimed: 0, timed: 1 });
    const { bytes } = await ask(page, contender.name, { type: "memory" });
    return { loaded, answer, bytes };
  } finally {
    // Not waited for: a page that hangs may never be closed.
    context.close().catch(() => {});
  }
}

export async function openPage(context, address) {
  const page = await context.newPage();
  await page.goto(`${address}/web/index.html`);
  if (!(await page.evaluate(() => crossOriginIsolated)))
    throw new Error("the page is not cross-origin isolated, which threads and exact clocks need");
  return page;
}

// contender: { name, script, place, options }; more: options beside its own. Addresses of the server
// become whole ones.
export async function startContender(page, address, contender, more) {
  const { name, script, place = "worker" } = contender;
  const own = Object.entries(contender.options).map(([key, value]) => [
    key,
    value.startsWith("/") ? `${address}${value}` : value,
  ]);
  const options = { ...Object.fromEntries(own), ...more };
  const given = { script: `${address}${script}`, place, options };
  return sound(await page.evaluate((...all) => bench.start(...all), name, given));
}

function start(page, contender, student, address) {
  const model = `${address}/web/${student.stem}`;
  const { threads } = contender;
  const more = contender.isOurs
    ? {
        model: `${model}.safetensors`,
        sha256: student.sha256,
        film: student.film.toString("base64"),
        temperature: student.temperature,
      }
    : { model, size: student.size, input: Buffer.from(student.input.buffer).toString("base64") };
  return startContender(page, address, contender, { ...more, threads });
}

export async function ask(page, name, request) {
  return sound(await page.evaluate((...all) => bench.ask(...all), name, request));
}

function sound(answer) {
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer;
}

function patiently(promise, patience) {
  let timer;
  const silence = new Promise((_, reject) => {
    const seconds = patience / 1000;
    timer = setTimeout(() => reject(new Error(`no answer within ${seconds} s`)), patience);
  });
  return Promise.race([promise, silence]).finally(() => clearTimeout(timer));
}
