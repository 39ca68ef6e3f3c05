import type { ThreadProgram } from '../../../../extensions/threads/index.ts';

/** Keeps its thread busy, without a pause, until the main thread says that it is enough; counts the listeners told. */
export const run: ThreadProgram = (_, __, { signal, post }) => {
  let told = 0;
  signal.addEventListener('abort', () => told++);
  post(signal.aborted);
  while (!signal.aborted);
  return told;
};
