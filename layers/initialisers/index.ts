export * from './gaussian.ts';
export * from './glorot.ts';
export * from './he.ts';
export * from './orthogonal.ts';
