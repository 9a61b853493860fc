// Names in their own letters: the examples of PS3.5 annexes H to K, and what files declare otherwise.

import assert from "node:assert/strict";
import { test } from "node:test";
import { dicomFile, filmElements } from "./dicom_files.mjs";
import { read } from "./dicom_reader.mjs";

const japanese = "=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B";
const cases = [
  ["Latin-1", "ISO_IR 100", "Buc^J\xe9r\xf4me", "Buc^Jérôme"],
  ["Latin-2", "ISO_IR 101", "Wa\xb3\xeasa", "Wałęsa"],
  ["Turkish", "ISO_IR 148", "\xc7avu\xfeo\xf0lu", "Çavuşoğlu"],
  ["Greek", "ISO_IR 126", "\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2", "Διονυσιος"],
  ["Cyrillic", "ISO_IR 144", "\xbb\xee\xda\x63\x65\xdc\xd1\x79\x70\xd3", "Люкceмбypг"],
  ["Arabic", "ISO_IR 127", "\xe2\xc8\xc7\xe6\xea^\xe4\xe6\xd2\xc7\xd1", "قباني^لنزار"],
  ["Hebrew", "ISO_IR 138", "\xf9\xf8\xe5\xef^\xe3\xe1\xe5\xf8\xe4", "שרון^דבורה"],
  ["Thai", "ISO_IR 166", "\xca\xc1\xaa\xd2\xc2", "สมชาย"],
  [
    "Japanese",
    "\\ISO 2022 IR 87",
    `Yamada^Tarou${japanese}`,
    "Yamada^Tarou=山田^太郎=やまだ^たろう",
  ],
  [
    "Japanese with half-width kana",
    "ISO 2022 IR 13\\ISO 2022 IR 87",
    `\xd4\xcf\xc0\xde^\xc0\xdb\xb3${japanese.replaceAll("\x1b(B", "\x1b(J")}`,
    "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
  ],
  [
    "Korean",
    "\\ISO 2022 IR 149",
    "Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf",
    "Hong^Gildong=洪^吉洞=홍^길동",
  ],
  ["Korean without its escapes", "\\ISO 2022 IR 149", "\xc8\xab^\xb1\xe6\xb5\xbf", "홍^길동"],
  [
    "Chinese by GB 2312",
    "\\ISO 2022 IR 58",
    "Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab=",
    "Zhang^XiaoDong=张^小东=",
  ],
  ["Chinese by GB 18030", "GB18030", "Wang=\xcd\xf5^\xd0\xa1\xb6\xab", "Wang=王^小东"],
  ["Chinese by UTF-8", "ISO_IR 192", "Wang=\xe7\x8e\x8b^\xe5\xb0\x8f\xe6\x9d\xb1", "Wang=王^小東"],
  ["a term that is spelled oddly", "ISO-IR_101", "Wa\xb3\xeasa", "Wałęsa"],
  ["UTF-8 that is not declared", "", "M\xc3\xbcller", "Müller"],
  ["Latin-1 that is not declared", "", "M\xfcller", "Müller"],
];

for (const [name, sets, bytes, expected] of cases)
  test(name, async () => {
    const more = [
      [0x00080005, "CS", sets],
      [0x00080080, "LO", Buffer.from(bytes, "latin1")],
      [0x00100010, "PN", Buffer.from(bytes, "latin1")],
    ];
    const elements = filmElements({ columns: 2, rows: 1, pixels: [0, 1], more });
    const { patient } = await read(dicomFile(elements));
    assert.equal(patient.name, expected);
    assert.equal(patient.institution, expected);
  });
