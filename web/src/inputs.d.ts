// What the build puts in; vite.config.ts says from where.

declare module "source:worker" {
  const source: string;
  export default source;
}

declare module "*.css";

declare module "built-in:models" {
  const models: import("./card_blocks").BuiltInModel[];
  export default models;
}
