/** @module nograd/safetensors */
export * from './read.ts';
export type { Metadata, Tensor } from './tensor.ts';
export { writeSafetensors } from './write.ts';
