// Bytes as printable ASCII, 13 bits in two characters of 91: 1.231 characters a byte, where base64 takes
// 1.333, which saves the page some 90 KB. No character ends a script element ("<"), begins a character
// reference ("&"), or means something in a replacement ("$"). (The basE91 of npm packages has "<" and "&" among
// its characters.)

const kBits = 13; // 2 ** 13 <= 91 ** 2
const kAlphabet = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i))
  .filter((character) => !"<&$".includes(character))
  .join("");
const kBase = kAlphabet.length;

// The last character tells how many bytes of the decoded ones are only there to fill the last pair: 0 or 1.
export function encode(bytes: Uint8Array): string {
  const pairs: string[] = [];
  let held = 0;
  let bits = 0;
  const put = () => pairs.push(kAlphabet[held % kBase]! + kAlphabet[(held / kBase) | 0]!);
  for (const byte of bytes) {
    held |= byte << bits;
    bits += 8;
    if (bits < kBits) continue;
    const rest = held >> kBits;
    held &= (1 << kBits) - 1;
    put();
    held = rest;
    bits -= kBits;
  }
  const fills = bits > 0 && kBits - bits >= 8 ? 1 : 0;
  if (bits > 0) put();
  return pairs.join("") + kAlphabet[fills]!;
}

// text: of encode().
export function decode(text: string): Uint8Array<ArrayBuffer> {
  const values = new Uint8Array(128);
  for (let i = 0; i < kBase; ++i) values[kAlphabet.charCodeAt(i)] = i;
  const value = (at: number) => values[text.charCodeAt(at)]!;
  const last = text.length - 1;
  const bytes = new Uint8Array(((last / 2) * kBits) >> 3);
  let to = 0;
  let held = 0;
  let bits = 0;
  for (let at = 0; at < last; at += 2) {
    held |= (value(at) + kBase * value(at + 1)) << bits;
    for (bits += kBits; bits >= 8; bits -= 8) {
      bytes[to++] = held;
      held >>= 8;
    }
  }
  return bytes.subarray(0, bytes.length - value(last));
}
