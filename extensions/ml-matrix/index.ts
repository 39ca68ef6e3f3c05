export * from './ml-matrix.ts';
export * from './module.ts';
