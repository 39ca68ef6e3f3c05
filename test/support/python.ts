import { spawnSync } from 'node:child_process';

let found: string | undefined;
let searched = false;

const hasNumpy = (python: string): boolean =>
  spawnSync(python, ['-c', 'import numpy, scipy.linalg'], { stdio: 'ignore' }).status === 0;

/** A Python that has numpy and scipy: the system's own, else the first on the path. `undefined`: there is none. */
export function pythonWithNumpy(): string | undefined {
  if (!searched) found = ['/usr/bin/python3', 'python3'].find(hasNumpy);
  searched = true;
  return found;
}

/**
 * Runs a script in that Python: it finds `data`, the input parsed from JSON, and puts its answer into `result`. Throws
 * what Python wrote on standard error where it fails.
 */
export function runPython(script: string, input: unknown): unknown {
  const python = pythonWithNumpy();
  if (python === undefined) throw new Error('No Python with numpy and scipy: install python3-numpy and python3-scipy.');
  const lines = ['import json, sys', 'data = json.load(sys.stdin)', script, 'json.dump(result, sys.stdout)'];
  const { status, stdout, stderr } = spawnSync(python, ['-c', lines.join('\n')], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${python} ended with ${status}:\n${stderr}`);
  return JSON.parse(stdout) as unknown;
}
