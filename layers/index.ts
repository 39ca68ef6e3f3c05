export * from './dense-kind.ts';
export * from './dense.ts';
export * from './initialisers/index.ts';
export * from './least-squares.ts';
export * from './losses/index.ts';
export * from './module.ts';
