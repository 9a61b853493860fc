// What of these libraries is used here; they come without types.

declare module "@cornerstonejs/codec-charls/decodewasmjs" {
  const create: (options: object) => Promise<{ JpegLSDecoder: new () => never }>;
  export default create;
}
declare module "@cornerstonejs/codec-openjpeg/decodewasmjs" {
  const create: (options: object) => Promise<{ J2KDecoder: new () => never }>;
  export default create;
}
declare module "daikon/lib/jpeg-baseline.js" {
  export class JpegImage {
    adobe: object | null;
    colorTransform: boolean;
    parse(bytes: Uint8Array): void;
    getData(width: number, height: number): Uint8Array; // components interleaved
    getData16(width: number, height: number): Uint16Array; // one component
  }
}
