// Every link of the documents to a file here leads to one, and every #section to a heading there.
//   node links_test.mjs ROOT
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const root = resolve(process.argv[2]);
const documents = execFileSync("git", ["-C", root, "ls-files", "*.md"], { encoding: "utf8" })
  .match(/.+/g)
  .map((file) => join(root, file));

const prose = (file) => readFileSync(file, "utf8").replace(/^```[\s\S]*?^```/gm, "");

// As GitHub and GitLab name them.
function anchors(file) {
  const counts = new Map();
  return new Set(
    [...prose(file).matchAll(/^#+ +(.*)$/gm)].map(([, heading]) => {
      const name = heading
        .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\- _]/gu, "")
        .trim()
        .replaceAll(" ", "-");
      const before = counts.get(name) ?? 0;
      counts.set(name, before + 1);
      return before === 0 ? name : `${name}-${before}`;
    }),
  );
}

const wrong = [];
let links = 0;
for (const file of documents) {
  for (const [, target] of prose(file).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    ++links;
    const [path, section] = target.split("#");
    const to = path === "" ? file : resolve(dirname(file), path);
    const inside = !relative(root, to).startsWith("..");
    if (!inside || !existsSync(to)) wrong.push(`${relative(root, file)}: no file ${target}`);
    else if (section !== undefined && !anchors(to).has(section))
      wrong.push(`${relative(root, file)}: no section ${target}`);
  }
}
assert.deepEqual(wrong, []);
assert(links > 100, `${links} links found; expected those of the documents`);
console.log(`${links} links of ${documents.length} documents`);
