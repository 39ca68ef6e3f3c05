import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import type { RankProgram } from '../../laws/consensus.ts';
import { startJob, type Family, type StartedJob } from '../../support/mpi.ts';
import type { Order, Reply } from './programs/serve.ts';

/** Ranks of a launcher that stay, so that many programs cost one start of processes. They take orders over TCP. */
export class MpiCrew {
  readonly #server: Server;
  readonly #job: Promise<StartedJob>;
  readonly #sockets: Promise<readonly Socket[]>;
  #reply: (rank: number, reply: Reply) => void = () => undefined;
  readonly #size: number;

  /** @param machine - How many neighbouring ranks make believe that they are a machine. Default: all. */
  constructor({ mpirun }: Family, size: number, machine = size) {
    this.#size = size;
    this.#server = createServer();
    const sockets: Socket[] = [];
    this.#sockets = new Promise((resolve) => {
      this.#server.on('connection', (socket) => {
        createInterface(socket).on('line', (line) => {
          const said = JSON.parse(line) as Reply;
          if (said.kind === 'ready') {
            sockets[said.rank] = socket;
            if (Object.keys(sockets).length === size) resolve(sockets);
          } else this.#reply(sockets.indexOf(socket), said);
        });
      });
    });
    this.#job = new Promise((resolve) => {
      this.#server.listen(0, '127.0.0.1', () => {
        const { port } = this.#server.address() as AddressInfo;
        const program = new URL('./programs/serve.ts', import.meta.url).pathname;
        const rank = [process.execPath, '--import', 'tsx', program, String(port), String(machine)];
        const words = [...mpirun, '-n', String(size), ...rank];
        resolve(startJob(words, process.cwd()));
      });
    });
  }

  /** Runs a program of the laws on all ranks, and gives what each returned. */
  run(program: RankProgram, length: number): Promise<readonly (readonly number[])[]> {
    return this.order({ kind: 'law', text: program.toString(), length }) as Promise<number[][]>;
  }

  /** Has all ranks do the same, and gives what each returned; rejects where one failed or the job ended. */
  async order(order: Order): Promise<readonly unknown[]> {
    const { ended } = await this.#job;
    const lost = ended.then(({ stderr }) => Promise.reject(new Error(`The ranks have ended:\n${stderr}`)));
    const sockets = await Promise.race([this.#sockets, lost]);
    const replies = new Promise<unknown[]>((resolve, reject) => {
      const all: unknown[] = [];
      let missing = this.#size;
      this.#reply = (rank, reply) => {
        if (reply.kind === 'failed') reject(new Error(reply.message));
        if (reply.kind === 'returned') all[rank] = reply.value;
        if (--missing === 0) resolve(all);
      };
    });
    for (const socket of sockets) socket.write(`${JSON.stringify(order)}\n`);
    return Promise.race([replies, lost]);
  }

  /** Ends the ranks and says what they printed. */
  async end(): Promise<void> {
    const { ended } = await this.#job;
    for (const socket of await this.#sockets) socket.end(`${JSON.stringify({ kind: 'end' } satisfies Order)}\n`);
    await ended;
    this.#server.close();
  }
}
