// What goes into the page besides its own source: the core, models, a sample, the readers of DICOM.
// Each lies in the HTML as a block: gzipped, in the letters of src/packed/base91.ts, inside an element that is no script to the
// browser. So it needs no request, the page works from file:// and under connect-src 'none', and
// nobody hashes or parses it before it is wanted (src/packed/packed.ts).

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { encode } from "../src/packed/base91.ts";
import type { HtmlTagDescriptor, Plugin, Rolldown } from "vite";

export interface Block {
  name: string;
  // bundle: of the page itself, in a build.
  text: (bundle?: Rolldown.OutputBundle) => string | Promise<string>;
}

// In order: the last of them tells of what is in the others.
export function packedBlocks(blocks: readonly Block[]): Plugin {
  return {
    name: "packed-blocks",
    async transformIndexHtml(_, { bundle }) {
      const tags: HtmlTagDescriptor[] = [];
      for (const { name, text } of blocks)
        tags.push({
          tag: "script",
          attrs: { type: "application/octet-stream", id: idOf(name) },
          children: await text(bundle),
          injectTo: "body",
        });
      return tags;
    },
  };
}

const idOf = (name: string) => `packed-${name}`;

// The page without one of its blocks.
export function withoutBlock(html: string, name: string): string {
  const [before, rest] = html.split(`<script type="application/octet-stream" id="${idOf(name)}">`);
  if (rest === undefined) throw new Error(`the page has no block ${name}`);
  return before + rest.slice(rest.indexOf("</script>") + "</script>".length);
}

export const packedBytes = (bytes: Buffer): string => encode(smallest(bytes));

export const packedFile = (file: string): string => packedBytes(readFileSync(file));

export const packedModel = (bytes: Buffer): string => packedBytes(apart(bytes));

// A model's even bytes and then its odd ones, as web/src/packed/unpack.ts wants them: of float16 values the
// high bytes are alike and the low ones are not, and any compression packs them better apart.
export function apart(bytes: Buffer): Buffer {
  const half = (rest: number) => bytes.filter((_, i) => i % 2 === rest);
  return Buffer.concat([half(0), half(1)]);
}

// By gzip, which packs code better in small blocks and weights in large ones.
function smallest(bytes: Buffer): Buffer {
  const [small, large] = [6, 8].map((memLevel) => gzipSync(bytes, { level: 9, memLevel }));
  return small!.length < large!.length ? small! : large!;
}
