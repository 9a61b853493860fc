// Texts of a DICOM file in its own letters: PS3.3 C.12.1.1.2 (Specific Character Set), PS3.5 6.1. The
// browser's TextDecoder knows every set; what is added are the escape sequences that change between
// them within a text.

// Numbers of the registry (ISO-IR) to labels of the Encoding Standard.
const encodings: Record<string, string> = {
  13: "shift_jis",
  87: "euc-jp",
  100: "latin1",
  101: "iso-8859-2",
  109: "iso-8859-3",
  110: "iso-8859-4",
  126: "iso-8859-7",
  127: "iso-8859-6",
  138: "iso-8859-8-i",
  144: "iso-8859-5",
  148: "windows-1254",
  149: "euc-kr",
  58: "gbk",
  159: "euc-jp",
  166: "windows-874",
  192: "utf-8",
  203: "iso-8859-15",
  GB18030: "gb18030",
  GBK: "gbk",
};

// What follows ESC, and what it puts where: G0 is the lower half, G1 the upper (PS3.3 table C.12-3).
const escapes: Record<string, { g0: "ascii" | "jis0208" | "jis0212" } | { g1: string }> = {
  "(B": { g0: "ascii" },
  "(J": { g0: "ascii" },
  $B: { g0: "jis0208" },
  "$@": { g0: "jis0208" },
  "$(D": { g0: "jis0212" },
  ")I": { g1: "shift_jis" },
  "$)C": { g1: "euc-kr" },
  "$)A": { g1: "gbk" },
  "-A": { g1: "latin1" },
  "-B": { g1: "iso-8859-2" },
  "-C": { g1: "iso-8859-3" },
  "-D": { g1: "iso-8859-4" },
  "-F": { g1: "iso-8859-7" },
  "-G": { g1: "iso-8859-6" },
  "-H": { g1: "iso-8859-8-i" },
  "-L": { g1: "iso-8859-5" },
  "-M": { g1: "windows-1254" },
  "-T": { g1: "windows-874" },
  "-b": { g1: "iso-8859-15" },
};
const escapeSequence = /\x1b(\$[()]?[@-~]|[()-][@-~])/g;

// bytes: one a character. sets: the file's values of Specific Character Set, however spelled.
export function decodeText(bytes: string, sets: readonly string[]): string {
  const labels = sets.map((set) => encodings[/IR\D*(\d+)/.exec(set)?.[1] ?? set.trim()]);
  const [first = sets[0] === "" || sets.length === 0 ? undefined : "latin1"] = labels;
  if (first === "utf-8" || first === "gb18030" || (first === "gbk" && sets.length === 1))
    return decode(bytes, first);
  // Who declares nothing writes UTF-8 more often than Latin-1, and the latter is hardly ever both.
  if (sets.every((set) => set === "")) return decodeUtf8(bytes) ?? decode(bytes, "latin1");
  if (!bytes.includes("\x1b")) return decode(bytes, first ?? labels.at(-1) ?? "latin1");
  return decodeEscapes(bytes, first ?? "latin1");
}

function decodeEscapes(bytes: string, label: string): string {
  let g0: "ascii" | "jis0208" | "jis0212" = "ascii";
  let g1 = label;
  // Runs and what stands between them, in turn.
  return bytes
    .split(escapeSequence)
    .map((piece, i) => {
      if (i % 2 === 1) {
        const change = escapes[piece];
        if (change !== undefined && "g0" in change) g0 = change.g0;
        else if (change !== undefined) g1 = change.g1;
        return "";
      }
      if (g0 === "ascii")
        // Each component of a name, value and line begins with the first set again; letters of two
        // bytes may hold what looks like a sign between them.
        return piece
          .split(/([\^=\\\r\n\t])/)
          .map((part, k) => {
            if (k % 2 === 1) g1 = label;
            return decode(part, g1);
          })
          .join("");
      const upper = Array.from(piece, (c) => String.fromCharCode(c.charCodeAt(0) | 0x80)).join("");
      return decode(g0 === "jis0208" ? upper : upper.replaceAll(/../gs, "\x8f$&"), "euc-jp");
    })
    .join("");
}

function decode(bytes: string, label: string): string {
  return new TextDecoder(label).decode(toBytes(bytes));
}

function decodeUtf8(bytes: string): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(toBytes(bytes));
  } catch {
    return null;
  }
}

const toBytes = (bytes: string) => Uint8Array.from(bytes, (c) => c.charCodeAt(0));
