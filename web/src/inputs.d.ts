// What the build puts in; vite.config.ts says from where.

declare module "inlined:wasm" {
  const base64OfGzip: string;
  export default base64OfGzip;
}

declare module "inlined:wasm-xnnpack" {
  const base64OfGzip: string;
  export default base64OfGzip;
}

declare module "inlined:sample" {
  const base64OfGzip: string;
  export default base64OfGzip;
}

declare module "inlined:dicom" {
  const base64OfGzip: string;
  export default base64OfGzip;
}

declare module "source:worker" {
  const source: string;
  export default source;
}

declare module "*.css";

declare module "built-in:models" {
  const models: import("./card_blocks").BuiltInModel[];
  export default models;
}
