import { execFile, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runCli } from '../../../../extensions/cli/index.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

/** What a run of the command line left behind. */
export interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in this process. With an interrupt, the signal is sent when that text appears. */
export async function cli(
  argv: readonly string[],
  options: { isTTY?: boolean; interruptAt?: string } = {},
): Promise<Printed> {
  const controller = new AbortController();
  let stdout = '';
  let stderr = '';
  const code = await runCli(argv, {
    stdout: { write: (text) => (stdout += text) },
    stderr: {
      isTTY: options.isTTY ?? false,
      columns: 100,
      write: (text) => {
        stderr += text;
        if (options.interruptAt !== undefined && stderr.includes(options.interruptAt)) controller.abort();
      },
    },
    env: { NO_COLOR: '1' },
    interruption: () => controller.signal,
  });
  return { code, stdout, stderr };
}

/** Where the built command line lies. */
export const built = resolve('dist/extensions/cli/main.js');

/** A process of the built command line, and what it printed when it is over. */
export interface Started {
  readonly child: ChildProcess;
  readonly printed: Promise<Printed>;
}

/** Starts the built command line as a user would. */
export function start(argv: readonly string[], cwd: string): Started {
  let child!: ChildProcess;
  const printed = new Promise<Printed>((done) => {
    const env = { PATH: process.env['PATH'] };
    child = execFile(process.execPath, [built, ...argv], { cwd, env }, (_, stdout, stderr) => {
      done({ code: child.exitCode ?? 128, stdout, stderr });
    });
  });
  return { child, printed };
}

/** A fresh folder with these files, for this test file; gives the path of one of its files. */
export function folderOf(files: Readonly<Record<string, string>>): (name: string) => string {
  const { path, write } = temporaryFolder();
  for (const [name, text] of Object.entries(files)) write(name, text);
  return (name) => join(path, name);
}

/** Two clouds of samples, labelled a and b: columns x, y and the label. */
export function clouds(rows: number, seed = 1): string {
  let state = seed;
  const noise = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647 - 0.5;
  };
  const row = (index: number): string => {
    const centre = index % 2 === 0 ? -1 : 1;
    return `${(centre + noise()).toFixed(5)},${(noise() - centre).toFixed(5)},${centre < 0 ? 'a' : 'b'}`;
  };
  return `x,y,kind\n${Array.from({ length: rows }, (_, index) => row(index)).join('\n')}\n`;
}

/** A run file on `train.csv` and `test.csv` beside it. */
export const runFile = `data: { train: train.csv, test: test.csv }
network:
  layers:
    - { kind: dense, units: 4, activation: relu }
    - { kind: dense }
scheme: { name: taylor, bias: true, ridge: 0.01 }
stop: { sweeps: 5 }
`;

/** A folder with a run file and its data. */
export const workplace = (more: Readonly<Record<string, string>> = {}): ((name: string) => string) =>
  folderOf({ 'run.yaml': runFile, 'train.csv': clouds(60), 'test.csv': clouds(40, 7), ...more });

/** The lines of a file of JSON lines. */
export const jsonLines = (path: string): Record<string, unknown>[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text) as Record<string, unknown>);

/** A file of JSON. */
export const json = (path: string): Record<string, unknown> =>
  JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
