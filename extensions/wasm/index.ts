/** @module nograd/wasm */
export * from './accelerator.ts';
export * from './elements.ts';
export { bestBuild, type Build } from './load.ts';
export * from './module.ts';
export type { OutputKernels } from './outputs.ts';
export * from './wasm.ts';
