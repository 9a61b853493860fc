// Folders, a patient's CD and archives: every film becomes a row, and what does not is counted and named.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, resolve } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { crc32, deflateRawSync } from "node:zlib";
import { launch, openFile } from "./chromium.mjs";
import { chestPixels, dicomFile, filmElements } from "./dicom_files.mjs";
import { dropPaths, until } from "./hands.mjs";
import { drawPng, filmPng } from "./images.mjs";

const dicom = dicomFile(
  filmElements({ columns: 96, rows: 96, pixels: chestPixels(96, 96), bitsStored: 12 }),
);
const program = Buffer.from("MZ\x90\0\x03\0\0\0 a viewer", "latin1");

// PKWARE's APPNOTE 4.3: files, then the directory.
function zip(files, { isEncrypted = false } = {}) {
  const u16 = (value) => Buffer.from(Uint16Array.of(value).buffer);
  const u32 = (value) => Buffer.from(Uint32Array.of(value).buffer);
  const parts = [];
  const directory = [];
  let position = 0;
  for (const [name, bytes, stored = false, crc = crc32(bytes)] of files) {
    const data = stored ? bytes : deflateRawSync(bytes);
    const common = Buffer.concat([
      ...[20, isEncrypted ? 1 : 0x800, stored ? 0 : 8, 0, 0].map(u16),
      ...[crc, data.length, bytes.length].map(u32),
      ...[Buffer.byteLength(name), 0].map(u16),
    ]);
    const local = Buffer.concat([u32(0x04034b50), common, Buffer.from(name), data]);
    directory.push(
      Buffer.concat([
        u32(0x02014b50),
        u16(20),
        common,
        ...[0, 0, 0].map(u16),
        u32(0),
        u32(position),
        Buffer.from(name),
      ]),
    );
    parts.push(local);
    position += local.length;
  }
  const all = Buffer.concat(directory);
  const end = [0, 0, files.length, files.length].map(u16);
  return Buffer.concat([
    ...parts,
    all,
    u32(0x06054b50),
    ...end,
    u32(all.length),
    u32(position),
    u16(0),
  ]);
}

describe("what is given", () => {
  const folder = mkdtempSync(resolve(tmpdir(), "thoraxlite-"));
  let browser, page;
  before(async () => (browser = await launch()));
  beforeEach(async () => {
    await page?.close();
    ({ page } = await openFile(browser));
    await page.evaluate(() => thoraxlite.ready);
  });
  after(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  function made(name, files) {
    for (const [path, bytes] of Object.entries(files)) {
      const file = resolve(folder, name, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes);
    }
    return resolve(folder, name);
  }
  const names = () => page.locator(".row-name").allTextContents();
  const rows = async (count) => {
    await until(async () => (await page.locator(".row-name").count()) >= count);
    return (await names()).sort();
  };
  const notice = () => page.locator(".intake-notice");
  const choose = (path) => page.locator("input.choose-folder").first().setInputFiles(path);

  const odd = [
    "12:30:15.jpg",
    "film?.jpg",
    "~film.jpg",
    "film.jpg~",
    " film.jpg",
    "film.",
    "con.dcm",
    'quo"te.jpg',
    "plain.jpg",
    "\u{1FAC1}.jpg",
    "below/a:b.png",
  ];
  for (const way of ["dropped", "chosen"])
    test(`a ${way} folder's files of odd names are all there`, async () => {
      const path = made("odd", Object.fromEntries(odd.map((name) => [name, filmPng])));
      await (way === "dropped" ? dropPaths(page, [path]) : choose(path));
      assert.equal((await rows(odd.length)).length, odd.length);
      assert.deepEqual(await notice().allTextContents(), []);
    });

  // To a system without a locale no name beyond ASCII is text.
  for (const locale of ["C.UTF-8", "C"])
    test(`a name that is no text is told, and no other, where the locale is ${locale}`, async () => {
      const path = made("letters", { "plain.jpg": filmPng, "\u{1FAC1}.jpg": filmPng });
      const latin1 = Buffer.concat([Buffer.from(path), Buffer.from("/r\xf6ntgen.jpg", "latin1")]);
      const other = await launch([], locale);
      const dropped = async () => {
        const { page } = await openFile(other);
        await page.evaluate(() => thoraxlite.ready);
        await dropPaths(page, [path]);
        await until(async () => (await page.locator(".row-name").count()) >= 2);
        return page.locator(".intake-notice").allTextContents();
      };
      try {
        assert.deepEqual(await dropped(), []);
        writeFileSync(latin1, filmPng);
        const [said] = await dropped();
        assert.match(said ?? "", /1 file was left out: letters\/\u{fffd}/u);
      } finally {
        rmSync(latin1, { force: true });
        await other.close();
      }
    });

  test("two dropped folders give their films, and a word of what the browser may have passed over", async () => {
    const paths = ["one", "two"].map((name) => made(name, { "film.png": filmPng }));
    await dropPaths(page, paths);
    assert.equal((await rows(2)).length, 2);
    await notice().getByText("opened from disk").waitFor();
  });

  // Browsers tell of no empty folder that is chosen.
  test("an empty folder that is dropped says so", async () => {
    const path = resolve(folder, "none");
    mkdirSync(path, { recursive: true });
    await dropPaths(page, [path]);
    await notice().getByText("none holds no files.").waitFor();
    assert.deepEqual(await names(), []);
  });

  const cd = {
    DICOMDIR: Buffer.concat([Buffer.alloc(128), Buffer.from("DICM")]),
    "AUTORUN.INF": "[autorun]\nopen=VIEWER.EXE\n",
    "VIEWER.EXE": program,
    "HELP/INDEX.HTM": "<html>help</html>",
    "HELP/BUTTON.PNG": filmPng,
    "DICOM/ST000001/SE000001/IM000001": dicom,
    "DICOM/ST000001/SE000001/IM000002": dicom,
  };
  test("a patient's CD gives its films, and one line of what else is on it", async () => {
    await dropPaths(page, [made("cd", cd)]);
    assert.equal((await rows(2)).length, 2);
    await notice().getByText("5 files were left out:").waitFor();
    await notice().locator("summary").click();
    const list = await notice().locator("li").allTextContents();
    assert.ok(list.includes("cd/VIEWER.EXE: no film"), list.join());
    assert.equal((await names()).length, 2);
  });

  test("so does a ZIP of it, and of films alone", async () => {
    const path = made("zips", {
      "cd.zip": zip(Object.entries(cd).map(([name, bytes]) => [name, Buffer.from(bytes)])),
      "films.zip": zip([
        ["a.png", drawPng(300, 301), true],
        ["__MACOSX/._a.png", filmPng],
        ["b/c.png", drawPng(302, 303)],
      ]),
    });
    await dropPaths(page, [resolve(path, "cd.zip")]);
    assert.equal((await rows(2)).length, 2);
    await notice().getByText("5 files were left out:").waitFor();
    // The CD's films were given before, and go to their rows once they have been read.
    await dropPaths(page, [path]);
    await until(
      async () => (await names()).length === 4 && (await names()).join().includes("a.png"),
    );
    assert.deepEqual((await names()).sort(), [
      "cd.zip/DICOM/ST000001/SE000001/IM000001",
      "cd.zip/DICOM/ST000001/SE000001/IM000002",
      "zips/films.zip/a.png",
      "zips/films.zip/b/c.png",
    ]);
  });

  test("what in an archive cannot be read is named, and the rest is there", async () => {
    const path = made("bad", {
      "part.zip": zip([
        ["sound.png", filmPng],
        ["wrong.png", filmPng, false, 7],
      ]),
      "locked.zip": zip([["film.png", filmPng]], { isEncrypted: true }),
      "cut.zip": zip([["film.png", filmPng]]).subarray(0, 100),
    });
    await dropPaths(page, [path]);
    assert.equal((await rows(1)).length, 1);
    await notice().locator("summary").click();
    assert.deepEqual((await notice().locator("li").allTextContents()).sort(), [
      "bad/cut.zip: damaged",
      "bad/locked.zip/film.png: locked by a password",
      "bad/part.zip/wrong.png: damaged",
    ]);
  });

  test("texts and programs beside films are left out, and what is none of those is a row", async () => {
    await dropPaths(page, [
      made("mixed", {
        "film.png": filmPng,
        "notes.txt": "of yesterday\n",
        "tool.dll": program,
        unknown: Buffer.from([1, 2, 3, 0, 5]),
      }),
    ]);
    assert.equal((await rows(2)).length, 2);
    await notice().getByText("2 files were left out:").waitFor();
  });
});
