// Files out of what was dropped or chosen, folders walked to their last sub-folder. What a file is
// shows when it is read, so names and endings decide nothing, but hidden files are left out.

export interface GivenFilm {
  readonly name: string;
  readonly file: Blob;
}

type Walkable = FileSystemDirectoryEntry | FileSystemDirectoryHandle;

// To be called while the drop is being told: what was dropped is gone afterwards.
export async function droppedFilms(transfer: DataTransfer): Promise<GivenFilm[]> {
  const films = [...transfer.items]
    .filter(({ kind }) => kind === "file")
    .map((item) => {
      const file = item.getAsFile();
      const entry = item.webkitGetAsEntry();
      if (entry === null || entry.isFile) return file === null ? [] : [given(file, file.name)];
      return walkDropped(item, entry as FileSystemDirectoryEntry);
    });
  return (await Promise.all(films)).flat();
}

export function chosenFilms(files: Iterable<File>): GivenFilm[] {
  return inOrder(
    [...files].map((file) => given(file, file.webkitRelativePath || file.name)),
  ).filter(({ name }) => !name.split("/").some((part) => part.startsWith(".")));
}

function given(file: File, name: string): GivenFilm {
  return { name, file };
}

// Chromium reads entries of a page from file:// not at all, but handles; Firefox has no handles.
function walkDropped(item: DataTransferItem, entry: FileSystemDirectoryEntry) {
  const withHandle = item as DataTransferItem & {
    getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
  };
  const handle = withHandle.getAsFileSystemHandle?.();
  if (handle === undefined) return walk(entry, entry.name);
  return handle.then((handle) => walk((handle as Walkable | null) ?? entry, entry.name));
}

async function walk(folder: Walkable, path: string): Promise<GivenFilm[]> {
  const films: GivenFilm[] = [];
  for await (const child of childrenOf(folder)) {
    if (child.name.startsWith(".")) continue;
    const name = `${path}/${child.name}`;
    if (isFolder(child)) films.push(...(await walk(child, name)));
    else films.push(given(await fileOf(child), name));
  }
  return inOrder(films);
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
