/** @module nograd/ml-matrix */
export * from './ml-matrix.ts';
export * from './module.ts';
