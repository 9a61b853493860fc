// node write.mjs PROGRAM FILE.cpp [LIBRARY...]: what PROGRAM --licenses prints, as a string in C++;
// without the libraries, which this build has not.

import { writeFileSync } from "node:fs";
import { noticesOfProgram } from "./licences.mjs";

const [program, file, ...without] = process.argv.slice(2);
const escaped = (line) =>
  line
    .replace(/[\\"?]/g, "\\$&")
    .replace(/[^\x20-\x7e]/gu, (letter) =>
      [...Buffer.from(letter)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join(""),
    );
const lines = noticesOfProgram(program, without).split("\n");
writeFileSync(
  file,
  `#include "licences.h"\n\nnamespace thoraxlite {\n\nconst char* licences() {\n  return\n` +
    lines
      .map((line, i) => `    "${escaped(line)}${i + 1 < lines.length ? "\\n" : ""}"\n`)
      .join("") +
    `    ;\n}\n\n}  // namespace thoraxlite\n`,
);
