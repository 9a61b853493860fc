// Model files in the format of wasm/README.md, read and written: what the core checks strictly is
// taken on trust here, since every file written here is opened by the core anyway.

// { card, tensors }, tensors by name: { dtype, shape, bytes }.
export function read(file) {
  const headerBytes = Number(file.readBigUInt64LE(0));
  const { __metadata__, ...entries } = JSON.parse(file.toString("utf8", 8, 8 + headerBytes));
  const data = file.subarray(8 + headerBytes);
  const tensors = {};
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(entries))
    tensors[name] = { dtype, shape, bytes: data.subarray(...data_offsets) };
  return { card: JSON.parse(__metadata__.card), format: __metadata__.format, tensors };
}

export function write({ card, format, tensors }) {
  const header = { __metadata__: { format, card: JSON.stringify(card) } };
  let end = 0;
  for (const [name, { dtype, shape, bytes }] of Object.entries(tensors))
    header[name] = { dtype, shape, data_offsets: [end, (end += bytes.length)] };
  const text = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, " ")]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, ...Object.values(tensors).map(({ bytes }) => bytes)]);
}

export function floats({ dtype, bytes }) {
  if (dtype === "F32") return new Float32Array(Uint8Array.from(bytes).buffer);
  if (dtype !== "F16") throw new Error(`a tensor is ${dtype}; expected F32 or F16`);
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => half(bytes.readUInt16LE(2 * i)));
}

// IEEE 754 binary16, as the number that it stands for.
function half(bits) {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const magnitude =
    exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -magnitude : magnitude;
}
