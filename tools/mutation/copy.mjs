// A copy of the checkout as it stands, in which faults are planted: the checkout itself is never
// touched. What was built in the copy stays there from one run to the next.

import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { symlinkSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

// The files that git knows or would take.
function filesOf(root) {
  const options = { cwd: root, encoding: "utf8", maxBuffer: 2 ** 26 };
  const listed = execFileSync("git", ["ls-files", "-z", "-co", "--exclude-standard"], options);
  return [...new Set(listed.split("\0"))].filter(
    (file) => file !== "" && existsSync(resolve(root, file)),
  );
}

// Writes only what differs, so that only that is built again; also where a fault was left behind.
// linked: what stays in the checkout. Gives the files.
export function renew(root, copy, linked) {
  const list = resolve(copy, "../files.json");
  const before = existsSync(list) ? JSON.parse(readFileSync(list, "utf8")) : [];
  const files = filesOf(root);
  mkdirSync(copy, { recursive: true });
  writeFileSync(list, JSON.stringify([...new Set([...before, ...files])]));
  for (const file of files) {
    const [from, to] = [resolve(root, file), resolve(copy, file)];
    if (existsSync(to) && readFileSync(from).equals(readFileSync(to))) continue;
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(from, to);
  }
  for (const file of before)
    if (!files.includes(file)) rmSync(resolve(copy, file), { force: true });
  for (const path of linked) {
    const [from, to] = [resolve(root, path), resolve(copy, path)];
    if (!existsSync(from)) throw new Error(`${path} is missing; tools/test makes it.`);
    rmSync(to, { force: true });
    mkdirSync(dirname(to), { recursive: true });
    symlinkSync(from, to);
  }
  // Real films lie beside a checkout, where there are any.
  const films = resolve(copy, "../shared");
  rmSync(films, { force: true });
  if (existsSync(resolve(root, "../shared"))) symlinkSync(resolve(root, "../shared"), films);
  return files;
}
