import { spawnSync } from 'node:child_process';

/** One thread each, as nograd's workers have; numpy and torch read it when they are imported. */
export const oneThread = { OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' } as const;

/** A Python that can import a package, and the package's version. */
export interface PythonPackage {
  /** Path of the interpreter. */
  readonly python: string;
  /** Version of the package. */
  readonly version: string;
}

const versionIn = (python: string, name: string): string | undefined => {
  const { status, stdout } = spawnSync(python, ['-c', `import ${name}; print(${name}.__version__)`], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? stdout.trim() : undefined;
};

function search(name: string): PythonPackage | undefined {
  for (const python of ['/usr/bin/python3', 'python3']) {
    const version = versionIn(python, name);
    if (version !== undefined) return { python, version };
  }
  return undefined;
}

const searched = new Map<string, PythonPackage | undefined>();

/** The system's own Python where it has the package, else the first on the path; `undefined` where neither has it. */
export function findPython(name: string): PythonPackage | undefined {
  if (!searched.has(name)) searched.set(name, search(name));
  return searched.get(name);
}

/** The first line that a script prints; throws what it says on standard error where it fails. */
export function askPython(python: string, script: string): string {
  const { status, stdout, stderr } = spawnSync(python, ['-c', script], {
    encoding: 'utf8',
    env: { ...process.env, ...oneThread },
  });
  if (status !== 0) throw new Error(`${python} ended with ${status}:\n${stderr}`);
  return stdout.split('\n')[0]!;
}
