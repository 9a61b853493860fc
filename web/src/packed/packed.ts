// The files that the build packed into the page (build/packed.ts), each in an element of its own.
// unpack.ts makes bytes of what is found here.

export type Packed = string; // of base91.ts, of gzip

export const hasPacked = (name: string): boolean => element(name) !== null;

export function packed(name: string): Packed {
  const text = element(name)?.textContent;
  if (!text) throw new Error(`the page holds no ${name}`);
  return text;
}

const element = (name: string) => document.getElementById(`packed-${name}`);
