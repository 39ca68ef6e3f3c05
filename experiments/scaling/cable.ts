import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs a command to its end; throws where it fails. */
export type Run = (command: string, words: readonly string[]) => void;

const really: Run = (command, words) => {
  execFileSync(command, words, { stdio: ['ignore', 'ignore', 'pipe'] });
};

const machines = [
  { name: 'nograd-a', address: '10.77.0.1' },
  { name: 'nograd-b', address: '10.77.0.2' },
] as const;
const [here, there] = machines;

/**
 * Two network namespaces of this machine, joined by a virtual cable: two machines for all that is sent, each with an address, a host
 * name and a core of its own. Needs Linux, root, and the commands `ip` and `tc` of iproute2. The cable's bandwidth can be set; a delay
 * only where the kernel has netem, which is not relied on.
 */
export class Cable {
  readonly #run: Run;
  readonly #folder = mkdtempSync(join(tmpdir(), 'nograd-cable-'));

  constructor(run = really) {
    this.#run = run;
    // A run that was killed has left them.
    this.#remove();
    try {
      this.#connect();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * Sets the bandwidth of both directions.
   *
   * @param megabits - Per second; `undefined` for as much as the kernel can.
   */
  limit(megabits: number | undefined): void {
    const how = megabits === undefined ? ['pfifo', 'limit', '1000'] : bucket(megabits);
    for (const { name } of machines) this.#run('tc', ['-n', name, 'qdisc', 'replace', 'dev', name, 'root', ...how]);
  }

  /** The command by which Open MPI starts a program on both machines, one rank on each. */
  launch(program: readonly string[]): string[] {
    const network = `${here.address}/24`;
    const settings = {
      plm_rsh_agent: this.#agent(),
      btl: 'self,tcp',
      btl_tcp_if_include: network,
      oob_tcp_if_include: network,
    };
    const mpirun = [
      ...['mpirun.openmpi', '--allow-run-as-root', '--bind-to', 'none', '-n', '2'],
      ...['--host', machines.map(({ address }) => `${address}:1`).join(',')],
      ...Object.entries(settings).flatMap(([key, value]) => ['--mca', key, value]),
      ...program,
    ];
    return [...on(here.name, 0), 'sh', '-c', `hostname ${here.name} && exec "$@"`, 'sh', ...mpirun];
  }

  /** Removes the machines. */
  close(): void {
    this.#remove();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #remove(): void {
    for (const { name } of machines) {
      try {
        this.#run('ip', ['netns', 'del', name]);
      } catch {
        // It is not there.
      }
    }
  }

  #connect(): void {
    const ip = (...words: string[]): void => {
      this.#run('ip', words);
    };
    for (const { name } of machines) ip('netns', 'add', name);
    ip('-n', here.name, 'link', 'add', here.name, 'type', 'veth', 'peer', 'name', there.name, 'netns', there.name);
    for (const { name, address } of machines) {
      ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', name);
      ip('-n', name, 'link', 'set', name, 'up');
      ip('-n', name, 'link', 'set', 'lo', 'up');
    }
  }

  /** What Open MPI calls in place of `ssh`: the first word is the other machine's address, the others are the command. */
  #agent(): string {
    const file = join(this.#folder, 'agent.sh');
    const command = [...on(there.name, 1), 'sh', '-c', `"hostname ${there.name} && $*"`].join(' ');
    writeFileSync(file, `#!/bin/sh\nshift\nexec ${command}\n`, { mode: 0o755 });
    return file;
  }
}

/** A token bucket that holds two packets, or what passes in 50 us: no more is sent faster than the rate. Nothing is dropped. */
function bucket(megabits: number): string[] {
  const bytes = Math.max(2 * 1514, Math.ceil((megabits * 50) / 8));
  return ['tbf', 'rate', `${megabits}mbit`, 'burst', String(bytes), 'limit', '64mb'];
}

/** Words before a command that is to run on a machine, on one core. */
const on = (name: string, core: number): string[] => [
  ...['ip', 'netns', 'exec', name],
  ...['unshare', '--uts', 'taskset', '--cpu-list', String(core)],
];
