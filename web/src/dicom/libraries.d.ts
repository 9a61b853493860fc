// What of these libraries is used here; they come without types.

declare module "@cornerstonejs/codec-charls/decodewasmjs" {
  const create: (options: object) => Promise<{ JpegLSDecoder: new () => never }>;
  export default create;
}
declare module "@cornerstonejs/codec-openjpeg/decodewasmjs" {
  const create: (options: object) => Promise<{ J2KDecoder: new () => never }>;
  export default create;
}
