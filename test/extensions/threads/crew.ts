import { BroadcastChannel } from 'node:worker_threads';
import { consensusMemory, runOnThreads } from '../../../extensions/threads/index.ts';
import type { RankProgram } from '../../laws/consensus.ts';
import type { CrewStart, Order } from './programs/serve.ts';

type Answers = readonly (readonly number[])[];

let crews = 0;

/** Ranks that stay, so that many programs cost one start. */
export class Crew {
  readonly #orders: BroadcastChannel;
  readonly #ended: Promise<unknown>;
  readonly #ready: Promise<Answers>;
  #answers: (readonly number[])[] = [];
  #answered: (answers: Answers) => void = () => undefined;

  /** @param part - Numbers that a rank gives at a time. Default: that of the backend. */
  constructor(size: number, part?: number) {
    const channel = `crew ${process.pid} ${++crews}`;
    const data: CrewStart = { channel, memory: consensusMemory(size, part) };
    this.#orders = new BroadcastChannel(channel);
    const onMessage = (message: unknown, rank: number): void => {
      this.#answers[rank] = message as number[];
      if (Object.keys(this.#answers).length === size) this.#answered(this.#answers);
    };
    this.#ready = this.#nextAnswers();
    this.#ended = runOnThreads({ program: new URL('./programs/serve.ts', import.meta.url), size, data, onMessage });
  }

  /** Runs a program on all ranks; rejects where one fails, and then no other program can be run. */
  async run(program: RankProgram, length: number): Promise<Answers> {
    await this.#ready;
    const answers = this.#nextAnswers();
    this.#say({ text: program.toString(), length });
    return Promise.race([answers, this.#ended as Promise<never>]);
  }

  /** Ends the threads, if they have not failed. */
  async end(): Promise<void> {
    await this.#ready;
    this.#say(null);
    await this.#ended;
    this.#orders.close();
  }

  #say(order: Order): void {
    this.#orders.postMessage(order);
  }

  #nextAnswers(): Promise<Answers> {
    this.#answers = [];
    return new Promise((resolve) => (this.#answered = resolve));
  }
}
