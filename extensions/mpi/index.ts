/** @module nograd/mpi */
export { MpiConsensus, type Verdict } from './consensus.ts';
export { RankFailedError } from './failure.ts';
export * from './join.ts';
export * from './launch.ts';
export type { Mpi, MpiGroup } from './library.ts';
export * from './module.ts';
export { OrderedSum } from './ordered-sum.ts';
