// The list of libraries (tools/licences) against what was linked: node licences_test.mjs BUILD TARGET...
// A target is a program, or a WebAssembly module with its linker's map. Its objects are those of ninja,
// with every header that they include; a module's, those that its map names.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { list, root, textOf } from "../../../tools/licences/licences.mjs";

const [build, ...targets] = process.argv.slice(2);
const run = (...command) =>
  execFileSync(command[0], command.slice(1), { encoding: "utf8", maxBuffer: 1 << 30 });
const ninja = (...words) => run("ninja", "-C", build, "--quiet", "-t", ...words).split("\n");

// Of each object, the files that it was compiled of.
const sources = new Map();
let object = "";
for (const line of ninja("deps")) {
  if (line.startsWith("    ")) sources.get(object).push(resolve(build, line.trim()));
  else if (line.includes(": #deps")) sources.set((object = line.split(":")[0]), []);
}
assert.ok(sources.size > 0, "ninja knows what objects are made of");

// What is no library: our own, what is generated of it, and the compiler with its C library, whose
// headers are those of the runtime.
const own = [
  ...["native", "wasm", "tests/core", "tools/cmake"].map((name) => resolve(root, name)),
  resolve(build),
];
const runtime =
  /^\/usr\/(include\/(c\+\+|linux|asm-generic|[\w-]+-linux-gnu\/(c\+\+|bits|sys|gnu|asm))\/|lib\/(gcc|llvm-\d+\/lib\/clang)\/)/;
const ofC =
  /^\/usr\/include\/((stdc-predef|byteswap|features|features-time64|endian|alloca|strings|libintl|malloc|memory|netdb|fcntl|unistd|pthread|sched|dlfcn|semaphore|poll|elf|link|signal|syscall|ucontext|assert|ctype|errno|fenv|float|inttypes|limits|locale|math|setjmp|stdint|stdio|stdlib|string|time|uchar|wchar|wctype)\.h|(netinet|rpc|arpa|net)\/)/;

const isOf = (file, places) => places.some((place) => file.includes(place));
const isOwn = (file) => own.some((folder) => file.startsWith(`${folder}/`));

function libraryOf(file, product) {
  const linked = list.linked.find(({ files }) => isOf(file, files));
  if (linked !== undefined) return linked;
  if (product === "page") return undefined;
  return list.shared.find(({ headers }) => isOf(file, headers));
}

// Archives and objects that the linker took.
function inputsOf(target) {
  const inputs = ninja("inputs", target).filter((name) => /\.(o|a)$/.test(name));
  if (!target.endsWith(".mjs")) return inputs;
  const map = readFileSync(resolve(build, target.replace(/\.mjs$/, ".map")), "utf8");
  const taken = new Set(
    [...map.matchAll(/^ +\S+ +\S+ +\S+ {9}(\S.*?):\(/gm)].map(([, name]) => name),
  );
  const names = new Set([...taken].map((name) => basename(name).replace(/^.*\((.*)\)$/, "$1")));
  const archives = [...taken].map((name) => name.replace(/\(.*\)$/, ""));
  return [
    ...inputs.filter((name) => name.endsWith(".o") && names.has(basename(name))),
    ...new Set(archives.filter((name) => name.endsWith(".a"))),
  ];
}

for (const target of targets) {
  const product = target.endsWith(".mjs") ? "page" : basename(target);
  const found = new Set();
  const unknown = new Set();
  for (const input of inputsOf(target)) {
    const files = input.endsWith(".a") ? [resolve(build, input)] : sources.get(input);
    assert.ok(files, `${target}: ninja does not know ${input}`);
    for (const file of files) {
      if (isOwn(file) && !file.startsWith(resolve(root, "build/deps"))) continue;
      const library = libraryOf(file, product);
      if (library !== undefined) found.add(library);
      else if (!runtime.test(file) && !ofC.test(file)) unknown.add(file);
    }
  }
  if (product !== "page")
    for (const [, soname] of run("readelf", "-d", resolve(build, target)).matchAll(
      /NEEDED.*\[(.*)\]/g,
    )) {
      const library = list.shared.find(({ sonames }) =>
        sonames.some((name) => soname.startsWith(name)),
      );
      if (library !== undefined) found.add(library);
      else unknown.add(soname);
    }
  assert.deepEqual([...unknown], [], `${target}: of what library? Say so in libraries.json`);
  for (const library of found)
    for (const name of [library.name, ...(library.with ?? [])]) {
      const listed = [...list.linked, ...list.shared].find((one) => one.name === name);
      assert.ok(listed.in.includes(product), `${name} is linked into ${target}, and not listed so`);
    }
  assert.ok(found.size > 2, `${target}: ${[...found].map(({ name }) => name)}`);
  if (product !== "page") {
    const said = run(resolve(build, target), "--licenses");
    for (const library of found) {
      assert.ok(said.includes(`  ${library.name} (${library.licence})`), library.name);
      if (library.texts) assert.ok(said.includes(textOf(library)), `the text of ${library.name}`);
    }
  }
  console.log(
    `${target}: ${[...found]
      .map(({ name }) => name)
      .sort()
      .join(", ")}`,
  );
}
