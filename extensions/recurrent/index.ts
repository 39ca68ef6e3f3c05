/** @module nograd/recurrent */
export * from './bidirectional-kind.ts';
export * from './module.ts';
export * from './options.ts';
export * from './per-step-kind.ts';
export * from './recurrent-kind.ts';
export * from './state-layer.ts';
