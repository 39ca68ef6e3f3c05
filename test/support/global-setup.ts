import { spawnSync } from 'node:child_process';

/** Builds `dist` once per run, and only when a source changed: some tests use the package as its users do. */
export function setup(): void {
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs', '--if-stale'], { stdio: 'inherit' });
  if (status !== 0) throw new Error('The package does not build: see the messages of the compiler above.');
}
