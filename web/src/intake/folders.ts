// Files out of what was dropped or chosen, folders walked to their last sub-folder and ZIP archives
// opened. Of a folder or an archive only what can be a film is taken; what else lay in it is named.

import { filmsOnly } from "./films_only";
import { filesOfZip, isZip } from "./zip";

export interface GivenFilm {
  readonly name: string;
  readonly file: Blob;
}

export interface LeftOut {
  readonly name: string;
  readonly reason: "noFilm" | "unreadable" | "tooLarge" | "encrypted" | "damaged";
}

export interface Given {
  readonly films: readonly GivenFilm[];
  readonly leftOut: readonly LeftOut[];
  readonly mayMiss: boolean; // the browser may have passed over files of odd names, without a word
  readonly empty: readonly string[]; // folders and archives that hold nothing
}

// What a folder or an archive holds.
export interface Found {
  readonly files: GivenFilm[];
  readonly leftOut: LeftOut[];
  readonly mayMiss: boolean;
}

type Walkable = FileSystemDirectoryEntry | FileSystemDirectoryHandle;

// To be called while the drop is being told: what was dropped is gone afterwards. byInput: gives what a
// file input makes of the drop, where it lies on one.
export async function droppedFilms(
  transfer: DataTransfer,
  byInput: Promise<readonly File[]> | null,
): Promise<Given> {
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  const given = items.map((item) => {
    const file = item.getAsFile();
    const entry = item.webkitGetAsEntry();
    if (entry === null || entry.isFile) return file === null ? [] : ofFiles([file]);
    return [ofFolder(entry.name, walkDropped(item, entry as FileSystemDirectoryEntry, byInput))];
  });
  const parts = await Promise.all((await Promise.all(given)).flat());
  return joined(parts);
}

// Whether a drop is one folder, which a file input can take whole.
export function isOneFolder({ items }: DataTransfer): boolean {
  return items.length === 1 && items[0]!.webkitGetAsEntry()?.isDirectory === true;
}

export async function chosenFilms(files: Iterable<File>): Promise<Given> {
  const all = [...files].filter((file) => !isHidden(nameOf(file)));
  const ofFolders = all.filter((file) => file.webkitRelativePath !== "");
  const parts = await ofFiles(all.filter((file) => file.webkitRelativePath === ""));
  if (ofFolders.length > 0) parts.push(await ofFolder("", Promise.resolve(foundIn(ofFolders))));
  const given = joined(parts);
  return { ...given, films: inOrder([...given.films]) };
}

const foundIn = (files: readonly File[]): Found => ({
  files: files.map((file) => ({ name: nameOf(file), file })),
  leftOut: [],
  mayMiss: false,
});

const nameOf = (file: File) => file.webkitRelativePath || file.name;
const isHidden = (name: string) => name.split("/").some((part) => part.startsWith("."));

// By its name; of other programs too, which are no films and often zip archives: the core says what it
// reads.
export const isModel = ({ name }: { name: string }) =>
  /\.(safetensors|onnx|tflite|pth?|ckpt)$/i.test(name);

// Files that were given one by one are taken as they are, whatever they are; archives are opened.
async function ofFiles(files: readonly File[]): Promise<Given[]> {
  return Promise.all(
    files.map(async (file) => {
      if (!isModel(file) && (await isZip(file)))
        return ofFolder(file.name, filesOfZip(file, file.name));
      return { films: [{ name: file.name, file }], leftOut: [], mayMiss: false, empty: [] };
    }),
  );
}

async function ofFolder(name: string, walking: Promise<Found>): Promise<Given> {
  const { files, leftOut, mayMiss } = await walking;
  const isArchive = await Promise.all(
    files.map(({ name, file }) => /\.zip$/i.test(name) && isZip(file)),
  );
  const archives = files.filter((_, i) => isArchive[i]);
  // Each by itself: a CD's archive beside other films is no CD of all of them.
  const opened = await Promise.all(archives.map(({ name, file }) => filesOfZip(file, name)));
  const plain = { files: files.filter((_, i) => !isArchive[i]), leftOut };
  const all = [plain, ...opened];
  const films = await Promise.all(all.map(({ files }) => filmsOnly(files)));
  return {
    films: inOrder(films.flatMap(({ films }) => films)),
    leftOut: [...all, ...films].flatMap(({ leftOut }) => leftOut),
    mayMiss,
    empty: all.every(({ files, leftOut }) => files.length + leftOut.length === 0) ? [name] : [],
  };
}

function joined(parts: readonly Given[]): Given {
  return {
    films: parts.flatMap(({ films }) => films),
    leftOut: parts.flatMap(({ leftOut }) => leftOut),
    mayMiss: parts.some(({ mayMiss }) => mayMiss),
    empty: parts.flatMap(({ empty }) => empty),
  };
}

// Each way that a browser has gives other files. Entries give all, but not to a page that was opened
// from disk. Handles pass over names with signs that some system forbids, without a word. A file input
// gives all but what has no readable name, and of one folder only.
async function walkDropped(
  item: DataTransferItem,
  entry: FileSystemDirectoryEntry,
  byInput: Promise<readonly File[]> | null,
): Promise<Found> {
  const withHandle = item as DataTransferItem & {
    getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
  };
  const handle = withHandle.getAsFileSystemHandle?.();
  handle?.catch(() => {}); // where the entry is enough
  const byEntries = await walk(entry, entry.name);
  const isRead = byEntries.files.length > 0 || byEntries.leftOut.length === 0;
  const walkable = isRead ? null : ((await handle?.catch(() => null)) as Walkable | null);
  if (!walkable) return byEntries;
  const byHandles = await walk(walkable, entry.name);
  if (byInput === null) return { ...byHandles, mayMiss: true };
  // It tells of no folder that is empty, and may tell of none at all: then what the handles gave is better
  // than nothing.
  const files = await soon(byInput, byHandles.files.length > 0 ? 10_000 : 1_000);
  if (files === null) return { ...byHandles, mayMiss: byHandles.files.length > 0 };
  const found = foundIn(files.filter((file) => !isHidden(nameOf(file))));
  const names = new Set(found.files.map(({ name }) => name));
  const others = byHandles.files.filter(({ name }) => !names.has(name));
  // What a handle could not read, a file or a folder, and the input gave, is not left out.
  const isGiven = (name: string) =>
    names.has(name) || found.files.some((file) => file.name.startsWith(`${name}/`));
  return {
    files: [...found.files, ...others],
    leftOut: withoutText(
      byHandles.leftOut.filter(({ name }) => !isGiven(name)),
      [...names].filter((name) => !byHandles.files.some((file) => file.name === name)),
    ),
    mayMiss: false,
  };
}

const noText = "\u{fffd}";

// What a handle names by no text at all, because the system's locale does not, the input still gives:
// of each folder as many are given as there are names beyond ASCII that only the input knows and that
// no system forbids.
function withoutText(leftOut: readonly LeftOut[], byInputOnly: readonly string[]): LeftOut[] {
  const given = new Map<string, number>();
  for (const path of byInputOnly) {
    const at = path.lastIndexOf("/") + 1;
    const name = path.slice(at);
    if (!/[^\0-\x7f]/.test(name) || /[<>:"\\|?*~]|[. ]$|^ /.test(name)) continue;
    const unnamed = path.slice(0, at) + noText;
    given.set(unnamed, (given.get(unnamed) ?? 0) + 1);
  }
  return leftOut.filter(({ name }) => {
    const count = given.get(name) ?? 0;
    given.set(name, count - 1);
    return count <= 0;
  });
}

// Null where it has not come within so many milliseconds.
const soon = <T>(promise: Promise<T>, milliseconds: number): Promise<T | null> =>
  Promise.race([promise, new Promise<null>((resolve) => setTimeout(resolve, milliseconds, null))]);

// A folder or a file that cannot be read costs itself only.
async function walk(folder: Walkable, path: string): Promise<Found> {
  const found: Found = { files: [], leftOut: [], mayMiss: false };
  try {
    for await (const child of childrenOf(folder)) {
      if (child.name.startsWith(".")) continue;
      // A name that is no text is given as none, and what is opened by it is the folder.
      if (child.name === "") {
        found.leftOut.push({ name: `${path}/${noText}`, reason: "unreadable" });
        continue;
      }
      const name = `${path}/${child.name}`;
      if (isFolder(child)) {
        const below = await walk(child, name);
        found.files.push(...below.files);
        found.leftOut.push(...below.leftOut);
        continue;
      }
      const file = await fileOf(child).catch(() => null);
      if (file === null) found.leftOut.push({ name, reason: "unreadable" });
      else found.files.push({ name, file });
    }
  } catch {
    found.leftOut.push({ name: path, reason: "unreadable" });
  }
  return found;
}

type Child = Walkable | FileSystemFileEntry | FileSystemFileHandle;

function isFolder(child: Child): child is Walkable {
  return "kind" in child ? child.kind === "directory" : child.isDirectory;
}

function fileOf(child: Exclude<Child, Walkable>): Promise<File> {
  return "kind" in child
    ? child.getFile()
    : new Promise((resolve, reject) => child.file(resolve, reject));
}

async function* childrenOf(folder: Walkable): AsyncGenerator<Child> {
  if ("kind" in folder) {
    // TypeScript's FileSystemDirectoryHandle does not know how to be walked.
    const { values } = folder as unknown as { values(): AsyncIterable<Child> };
    yield* values.call(folder);
    return;
  }
  const reader = folder.createReader();
  for (;;) {
    // Some at a time, until there are none.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return;
    yield* some as Child[];
  }
}

const byName = new Intl.Collator(undefined, { numeric: true });

function inOrder(films: GivenFilm[]): GivenFilm[] {
  return films.sort((a, b) => byName.compare(a.name, b.name));
}
