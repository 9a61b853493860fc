// A model file taken apart and put together again, so that tests can make one that does not fit.

export function readModel(bytes) {
  const headerSize = Number(bytes.readBigUInt64LE(0));
  const { __metadata__, ...tensors } = JSON.parse(bytes.subarray(8, 8 + headerSize).toString());
  const { card, ...metadata } = __metadata__;
  return { metadata, card: JSON.parse(card), tensors, data: bytes.subarray(8 + headerSize) };
}

export function writeModel({ metadata, card, tensors, data }) {
  const __metadata__ = { ...metadata, card: JSON.stringify(card) };
  const header = Buffer.from(JSON.stringify({ __metadata__, ...tensors }));
  const padded = Buffer.concat([header, Buffer.alloc(-header.length & 7, " ")]);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([size, padded, data]);
}

// With a norm behind the first pool that changes nothing, which only the engine for any graph runs.
export function withNorm({ metadata, card, tensors, data }, name) {
  const [channels] = tensors["conv1.weight"].shape;
  const ones = Buffer.from(new Float32Array(channels).fill(1).buffer);
  const zeros = Buffer.alloc(ones.length);
  const add = (values, at) => ({
    dtype: "F32",
    shape: [channels],
    data_offsets: [at, at + values.length],
  });
  return writeModel({
    metadata,
    card: { ...card, name, graph: card.graph.toSpliced(2, 0, { name: "norm", op: "scale_shift" }) },
    tensors: {
      ...tensors,
      "norm.weight": add(ones, data.length),
      "norm.bias": add(zeros, data.length + ones.length),
    },
    data: Buffer.concat([data, ones, zeros]),
  });
}
