/** @module nograd/openblas */
export type { BlasDescription } from './library.ts';
export * from './module.ts';
