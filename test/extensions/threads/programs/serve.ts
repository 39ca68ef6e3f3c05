import { BroadcastChannel } from 'node:worker_threads';
import { threadConsensus, type ThreadProgram } from '../../../../extensions/threads/index.ts';
import type { RankProgram } from '../../../laws/consensus.ts';

/** Where a crew hears what to do, and what it agrees through. */
export interface CrewStart {
  readonly channel: string;
  readonly memory: SharedArrayBuffer;
}

/** A program of the laws as text, and the length of its arrays; or nothing, when there is no more to do. */
export type Order = { readonly text: string; readonly length: number } | null;

/** Runs one program after the other, and posts what it returns; at first, that it is there. */
export const run: ThreadProgram = ({ rank, size }, data, { post }) => {
  const { channel, memory } = data as CrewStart;
  const consensus = threadConsensus(memory, rank, size);
  const orders = new BroadcastChannel(channel);
  return new Promise<void>((resolve) => {
    orders.onmessage = (event) => {
      const { data: order } = event as { data: Order };
      if (order === null) {
        orders.close();
        resolve();
      } else {
        const program = (0, eval)(`(${order.text})`) as RankProgram;
        post(program(consensus, order.length));
      }
    };
    post([]);
  });
};
