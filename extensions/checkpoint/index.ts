/** @module nograd/checkpoint */
export * from './checkpoints.ts';
export * from './disk.ts';
export * from './fingerprint.ts';
export type { RunFacts } from './parts.ts';
