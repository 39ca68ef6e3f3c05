import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TrainingData } from '../../core/trainer.ts';
import type { Program, ProgramJob, RunRecord } from '../../extensions/cli/experiment/index.ts';
import { findPython } from './python.ts';

/** A script that trains with a package of Python. */
export interface PythonScript {
  /** What the method is called. */
  readonly name: string;
  /** The package it needs, e.g. `torch`. */
  readonly needs: string;
  /** How Debian calls it. */
  readonly debian: string;
  /** The script's file. */
  readonly script: URL;
  /** What it is to do, beside the options of the variant. */
  readonly method: string;
}

/** Writes the samples as raw f32, and everything else in JSON. */
function writeProblem({ configuration, workers, data, options }: ProgramJob, method: string, folder: string): void {
  const { network, stop, seed } = configuration;
  const parts: Partial<Record<string, TrainingData['train']>> = {
    train: data.train,
    ...(data.validation && { validation: data.validation }),
    ...(data.test && { test: data.test }),
  };
  const sizes = Object.entries(parts).map(([name, source]) => {
    const { x, y } = source!.shard(0, 1, source!.samples).tile(0);
    writeFileSync(join(folder, `${name}-x.f32`), Float32Array.from(x.data));
    writeFileSync(join(folder, `${name}-y.f32`), Float32Array.from(y.data));
    return [name, { samples: x.rows, features: x.cols, targets: y.cols }];
  });
  const problem = {
    method,
    options,
    layers: network.layers,
    stop,
    seed,
    threads: workers,
    data: Object.fromEntries(sizes) as unknown,
  };
  writeFileSync(join(folder, 'problem.json'), JSON.stringify(problem));
}

/** Starts the script and gives its lines, which are records. It is ended when nobody wants more. */
async function* recordsOf(python: string, script: URL, folder: string, threads: number): AsyncGenerator<RunRecord> {
  const count = String(threads);
  const env = { ...process.env, OPENBLAS_NUM_THREADS: count, OMP_NUM_THREADS: count, MKL_NUM_THREADS: count };
  const child = spawn(python, ['-B', fileURLToPath(script), folder], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  try {
    for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line) as RunRecord;
    const code = await ended;
    if (code !== 0) throw new Error(`${fileURLToPath(script)} ended with ${code ?? 'a signal'}:\n${told}`);
  } finally {
    child.kill();
  }
}

async function* run({ script, needs, method }: PythonScript, job: ProgramJob): AsyncGenerator<RunRecord> {
  const folder = mkdtempSync(join(tmpdir(), 'nograd-program-'));
  try {
    writeProblem(job, method, folder);
    yield* recordsOf(findPython(needs)!.python, script, folder, job.workers);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A program in the system's Python: absent, with the reason, where the package is. */
export const pythonProgram = (given: PythonScript): Program => ({
  name: given.name,
  absent: () =>
    findPython(given.needs) === undefined
      ? `no python3 here has ${given.needs}: apt-get install ${given.debian}`
      : undefined,
  versions: () => ({ [given.needs]: findPython(given.needs)?.version ?? 'absent' }),
  run: (job) => run(given, job),
});
