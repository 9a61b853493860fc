// Whether the page's imports run one way: a folder of src/ imports from itself and from those above it
// in the table of web/README.md. Part of `npm run lint`.

import { globSync, readFileSync } from "node:fs";
import { dirname, normalize, resolve } from "node:path";

const web = resolve(import.meta.dirname, "..");
const table = readFileSync(resolve(web, "README.md"), "utf8");
const order = [...table.matchAll(/^\| \[`(\w+)`\]\(src\/\1\)/gm)].map(([, name]) => name!);

const folderOf = (path: string) => path.split("/")[0]!;
const faults: string[] = [];
for (const file of globSync("**/*.{ts,tsx}", { cwd: resolve(web, "src") })) {
  if (!file.includes("/")) continue; // main.tsx begins it all
  const folder = folderOf(file);
  if (!order.includes(folder)) faults.push(`${file}: web/README.md's table has no ${folder}`);
  const text = readFileSync(resolve(web, "src", file), "utf8");
  for (const [, path] of text.matchAll(/\b(?:from|import)\s*\(?"(\.[^"]+)"/g)) {
    const from = folderOf(normalize(`${dirname(file)}/${path}`));
    if (!order.includes(from) || order.indexOf(from) > order.indexOf(folder))
      faults.push(`${file} imports from ${from}, which stands below ${folder}`);
  }
}
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 || order.length === 0 ? 1 : 0;
