import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { joinMpi, launchOf } from '../../../../extensions/mpi/index.ts';
import type { ConsensusBackend } from '../../../../core/consensus.ts';
import type { RankProgram } from '../../../laws/consensus.ts';

/** What the ranks are to do: a program of the laws, a module's export `run`, or no more. */
export type Order =
  | { readonly kind: 'law'; readonly text: string; readonly length: number }
  | { readonly kind: 'module'; readonly url: string; readonly data: unknown }
  | { readonly kind: 'end' };

/** What a rank answers. */
export type Reply =
  | { readonly kind: 'ready'; readonly rank: number }
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly message: string };

/** What a module exports for an order. */
export type Served = (consensus: ConsensusBackend, data: unknown) => unknown;

async function act(order: Exclude<Order, { kind: 'end' }>, consensus: ConsensusBackend): Promise<unknown> {
  if (order.kind === 'law') return ((0, eval)(`(${order.text})`) as RankProgram)(consensus, order.length);
  const { run } = (await import(order.url)) as { run: Served };
  return run(consensus, order.data);
}

const [port, machine] = process.argv.slice(2).map(Number) as [number, number];
const { rank } = launchOf(process.env)!;
const consensus = joinMpi({ ...process.env, NOGRAD_MACHINE: `machine ${Math.floor(rank / machine)}` });
const socket = connect(port, '127.0.0.1');
const say = (reply: Reply): void => void socket.write(`${JSON.stringify(reply)}\n`);
say({ kind: 'ready', rank: consensus.rank });
for await (const line of createInterface(socket)) {
  const order = JSON.parse(line) as Order;
  if (order.kind === 'end') break;
  try {
    say({ kind: 'returned', value: await act(order, consensus) });
  } catch (thrown) {
    say({ kind: 'failed', message: (thrown as Error).message });
  }
}
consensus.close();
socket.end();
