/** @module nograd/threads */
export * from './available-workers.ts';
export { AbandonedError } from './barrier.ts';
export * from './consensus.ts';
export * from './control-groups.ts';
export type { ThreadContext, ThreadProgram } from './messages.ts';
export * from './module.ts';
export * from './run-on-threads.ts';
export * from './shared-data.ts';
