export { bestBuild, type Build } from './load.ts';
export * from './module.ts';
export * from './wasm.ts';
