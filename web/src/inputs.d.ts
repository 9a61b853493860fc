// What the build puts in; vite.config.ts says from where.

declare module "*.css";
