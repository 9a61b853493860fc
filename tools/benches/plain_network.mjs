// The network by plain loops: what every contender's logits are compared with before any timing.

// input: [size, size], normalised. Sums are float64.
export function plainLogits({ size, nodes }, input) {
  let map = { channels: 1, side: size, values: input };
  for (const node of nodes) map = run(node, map);
  return Float32Array.from(map.values);
}

function run(node, map) {
  switch (node.op) {
    case "conv2d":
      return convolution(node, map);
    case "max_pool2d":
      return maximum(node, map);
    case "global_average_pool":
      return average(map);
    case "linear":
      return linear(node, map);
    default:
      throw new Error(
        `operator "${node.op}" has no plain loops in tools/benches/plain_network.mjs`,
      );
  }
}

// Maps are [channels, side, side].
const emptyMap = (channels, side) => ({
  channels,
  side,
  values: new Float64Array(channels * side * side),
});

function convolution({ weight, bias, stride, padding, relu }, { channels, side, values }) {
  const [outputs, , kernel] = weight.shape;
  const bordered = side + 2 * padding;
  const input = new Float64Array(channels * bordered * bordered);
  for (let c = 0; c < channels; ++c)
    for (let y = 0; y < side; ++y)
      for (let x = 0; x < side; ++x)
        input[(c * bordered + y + padding) * bordered + x + padding] =
          values[(c * side + y) * side + x];

  const result = emptyMap(outputs, Math.floor((bordered - kernel) / stride) + 1);
  const across = result.side;
  for (let o = 0; o < outputs; ++o) {
    const plane = result.values.subarray(o * across * across, (o + 1) * across * across);
    plane.fill(bias[o]);
    for (let c = 0; c < channels; ++c)
      for (let ky = 0; ky < kernel; ++ky)
        for (let kx = 0; kx < kernel; ++kx) {
          const factor = weight.values[((o * channels + c) * kernel + ky) * kernel + kx];
          for (let y = 0; y < across; ++y) {
            const row = (c * bordered + y * stride + ky) * bordered + kx;
            for (let x = 0; x < across; ++x)
              plane[y * across + x] += factor * input[row + x * stride];
          }
        }
    if (relu) for (let i = 0; i < plane.length; ++i) plane[i] = Math.max(0, plane[i]);
  }
  return result;
}

function maximum({ kernel, stride, padding }, { channels, side, values }) {
  if (padding !== 0) throw new Error("a max pool with padding has no plain loop here");
  const result = emptyMap(channels, Math.floor((side - kernel) / stride) + 1);
  const across = result.side;
  for (let c = 0; c < channels; ++c)
    for (let y = 0; y < across; ++y)
      for (let x = 0; x < across; ++x) {
        let largest = -Infinity;
        for (let ky = 0; ky < kernel; ++ky)
          for (let kx = 0; kx < kernel; ++kx)
            largest = Math.max(
              largest,
              values[(c * side + y * stride + ky) * side + x * stride + kx],
            );
        result.values[(c * across + y) * across + x] = largest;
      }
  return result;
}

function average({ channels, side, values }) {
  const area = side * side;
  const means = Float64Array.from({ length: channels }, (_, c) => {
    let sum = 0;
    for (let i = 0; i < area; ++i) sum += values[c * area + i];
    return sum / area;
  });
  return { channels, side: 1, values: means };
}

function linear({ weight, bias, relu }, { values }) {
  const [outputs, inputs] = weight.shape;
  const sums = Float64Array.from(bias, (start, o) => {
    let sum = start;
    for (let i = 0; i < inputs; ++i) sum += weight.values[o * inputs + i] * values[i];
    return relu ? Math.max(0, sum) : sum;
  });
  return { channels: outputs, side: 1, values: sums };
}
