// ../shared/troubled-files: small files of the kinds that go wrong in practice, each with what is right
// for it (expected.csv; its README.md says how it is meant), through cxr-screen and through the page.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { launch, openFile, root } from "./chromium.mjs";
import { isDicom, read } from "./dicom_reader.mjs";
import { screenInPage } from "./screen_in_page.mjs";

const folder = resolve(root, "../shared/troubled-files");
const native = resolve(root, process.env.THORAXLITE_NATIVE ?? "build/native");
const screen = resolve(native, "native/screen/cxr-screen");
const model = resolve(folder, "model.safetensors");
const tolerance = 0.02; // of a score, as README.md says
const agreement = 1e-3; // between the two programs

const missing = [folder, screen].find((path) => !existsSync(path));

// RFC 4180.
function fromCsv(text) {
  const rows = [[""]];
  let quoted = false;
  for (const letter of text.replaceAll('""', "\0").replaceAll("\r", "")) {
    if (letter === '"') quoted = !quoted;
    else if (letter === "," && !quoted) rows.at(-1).push("");
    else if (letter === "\n" && !quoted) rows.push([""]);
    else rows.at(-1).push(rows.at(-1).pop() + letter.replace("\0", '"'));
  }
  const [names, ...lines] = rows.filter(({ length }) => length > 1);
  return lines.map((line) => Object.fromEntries(names.map((name, i) => [name, line[i]])));
}

const lines = missing ? [] : fromCsv(readFileSync(resolve(folder, "expected.csv"), "utf8"));
const names = lines.map(({ file }) => file);
const against = [...new Set(lines.flatMap((line) => line.against || []))];

const scores = ({ findings }) => findings.map(({ score }) => score);
const difference = (a, b) =>
  Math.max(...scores(a).map((score, i) => Math.abs(score - scores(b)[i])));

function screenNatively(paths) {
  const { stdout, status } = spawnSync(screen, ["--model", model, "--format", "json", ...paths], {
    encoding: "utf8",
    cwd: folder,
    maxBuffer: 2 ** 30,
  });
  const rows = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(rows.length, paths.length, `a row each; exit ${status}`);
  return rows;
}

// What must not depend on what was read before.
const lasting = ({ milliseconds: _, time: __, ...rest }) => JSON.stringify(rest);

function judge({ file, expect, against, what_is_right }, screenings) {
  const screening = screenings.get(file);
  const { status, message, refusal } = screening;
  if (status !== "ok") assert.match(message, /^[A-Z].{10,250}\.$/s, file);
  if (expect === "error") assert.equal(status, "error", `${file}: ${what_is_right}`);
  if (expect.startsWith("refused:")) {
    assert.equal(status, "refused", `${file}: ${what_is_right}`);
    assert.equal(refusal.type, expect.split(":")[1]);
  }
  if (expect === "same") {
    assert.equal(status, "ok", `${file}: ${message} ${what_is_right}`);
    const off = difference(screening, screenings.get(against));
    assert.ok(off <= tolerance, `${file} is off by ${off}: ${what_is_right}`);
  }
}

// What expected.csv leaves to be looked at.
const looks = {
  "voilut_says16_uses12.dcm": ({ status, notes }) =>
    assert.deepEqual([status, notes], ["ok", ["table_scaled"]]),
  "lutdata_65536_vr_UN.dcm": ({ status }) => assert.equal(status, "ok"),
  "lutdata_vr_SS.dcm": ({ status }) => assert.equal(status, "ok"),
  "says_implicit_is_explicit.dcm": ({ status, notes }) =>
    assert.deepEqual([status, notes], ["ok", ["transfer_syntax_wrong"]]),
  "says_explicit_is_implicit.dcm": ({ status, notes }) =>
    assert.deepEqual([status, notes], ["ok", ["transfer_syntax_wrong"]]),
  "jpegls_zero_before_eoi.dcm": ({ status }) => assert.equal(status, "refused"),
  "says_sv1_is_baseline.dcm": ({ status }) => assert.equal(status, "ok"),
  "body_part_hand.dcm": ({ refusal }) => assert.equal(refusal.type, "body_part"),
  "age_5Y.dcm": ({ status }) => assert.equal(status, "ok"), // its model has no least age
  "name_korean.dcm": ({ status }) => assert.equal(status, "ok"),
  "two_frames_said_one_there.dcm": ({ status, notes }) =>
    assert.deepEqual([status, notes], ["ok", ["frames_missing"]]),
};

// Of each file by its index, so that each follows each other once: an Eulerian circuit (Hierholzer).
function everyPairOnce(count) {
  const next = Array.from({ length: count }, () => 0);
  const [open, closed] = [[0], []];
  while (open.length > 0) {
    const at = open.at(-1);
    if (next[at] === at) ++next[at];
    if (next[at] < count) open.push(next[at]++);
    else closed.push(open.pop());
  }
  return closed;
}

test("every ordered pair stands once", () => {
  const order = everyPairOnce(7);
  assert.equal(order.length, 7 * 6 + 1);
  assert.equal(new Set(order.slice(1).map((to, i) => `${order[i]} ${to}`)).size, 42);
});

describe("troubled files", { skip: missing && `no ${missing}` }, () => {
  let ofNative;
  before(() => {
    const all = [...names, ...against];
    ofNative = new Map(screenNatively(all).map((screening) => [screening.file, screening]));
  });

  test("are right in cxr-screen", () => {
    assert.ok(lines.length > 60);
    for (const line of lines) judge(line, ofNative);
    for (const [file, look] of Object.entries(looks)) look(ofNative.get(file));
    assert.deepEqual(
      lines
        .filter(({ expect }) => expect === "look")
        .map(({ file }) => file)
        .sort(),
      Object.keys(looks).sort(),
    );
  });

  test("are the same in cxr-screen alone and behind each other", () => {
    const alone = names.map((name) => lasting(screenNatively([name])[0]));
    const order = everyPairOnce(names.length);
    // As a list of arguments it would be too long for some systems.
    for (let from = 0; from < order.length - 1; from += 1000) {
      const part = order.slice(from, from + 1001);
      const rows = screenNatively(part.map((i) => names[i]));
      rows.forEach((row, i) => assert.equal(lasting(row), alone[part[i]], names[part[i]]));
    }
  });

  test("are the same in the page's reader alone and behind each other", async () => {
    const files = names.map((name) => readFileSync(resolve(folder, name))).filter(isDicom);
    const readOne = async (file) => {
      try {
        const { pixels, ...film } = await read(file);
        return JSON.stringify([film, pixels.reduce((sum, value) => (sum * 31 + value) | 0, 0)]);
      } catch (error) {
        return error.message;
      }
    };
    const first = await Promise.all(files.map(readOne));
    for (const i of everyPairOnce(files.length)) assert.equal(await readOne(files[i]), first[i]);
  });

  test("the name in three scripts", async () => {
    const { patient } = await read(readFileSync(resolve(folder, "name_korean.dcm")));
    assert.equal(patient.name, "Hong^Gildong=洪^吉洞=홍^길동");
  });

  test("an age without zeros", async () => {
    assert.equal((await read(readFileSync(resolve(folder, "age_5Y.dcm")))).ageYears, 5);
  });

  describe("in the page", () => {
    let browser, page, complaints;
    const ofPage = new Map();
    before(async () => {
      browser = await launch();
      ({ page, complaints } = await openFile(browser));
      await page.evaluate(() => thoraxlite.ready);
      const input = await page.evaluateHandle(() =>
        Object.assign(document.createElement("input"), { type: "file" }),
      );
      await input.asElement().setInputFiles(model);
      await input.evaluate((input) => thoraxlite.openModel(input.files[0]));
      for (const file of [...names, ...against])
        ofPage.set(file, await screenInPage(page, resolve(folder, file)));
    });
    after(() => browser?.close());

    test("are right", () => {
      for (const line of lines) judge(line, ofPage);
      for (const [file, look] of Object.entries(looks)) look(ofPage.get(file));
      assert.deepEqual(complaints, []);
    });

    test("are what cxr-screen makes of them", () => {
      for (const name of names) {
        const [page, own] = [ofPage.get(name), ofNative.get(name)];
        const of = ({ status, message, refusal, image, notes }) => [
          status,
          message,
          refusal,
          image,
          notes,
        ];
        assert.deepEqual(of(page), of(own), name);
        if (own.findings.length > 0) assert.ok(difference(page, own) <= agreement, name);
      }
    });
  });
});
