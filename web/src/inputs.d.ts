// What the build puts in; vite.config.ts says from where.

declare module "source:worker" {
  const source: string;
  export default source;
}

declare module "*.css";
