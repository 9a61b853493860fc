// One folder for all that this process and its browsers write for a while: gone when the process ends,
// whatever came of it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";

const ours = mkdtempSync(resolve(tmpdir(), "thoraxlite-"));
process.env.TMPDIR = ours; // profiles and downloads too
// A browser that is ended at this moment may still be writing.
process.on("exit", () => rmSync(ours, { recursive: true, force: true, maxRetries: 10 }));

export const temporaryFolder = () => mkdtempSync(resolve(ours, "files-"));
