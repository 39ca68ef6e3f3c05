/**
 * Compiles the package into a clean `dist`: `node scripts/build.mjs [--if-stale]`.
 * With `--if-stale` it does nothing when no source is newer than the last build. A build that fails leaves `dist` as it was.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const { include } = JSON.parse(readFileSync('tsconfig.build.json', 'utf8'));
const sources = [...include, 'package.json', 'tsconfig.json', 'tsconfig.build.json'];

/** The newest change below a path. A folder counts too: it changes when a file is added or removed. */
function newest(path) {
  const stats = statSync(path);
  const inside = stats.isDirectory() ? readdirSync(path).map((name) => newest(join(path, name))) : [];
  return Math.max(stats.mtimeMs, ...inside);
}

function isFresh() {
  return existsSync('dist/index.js') && statSync('dist/index.js').mtimeMs > Math.max(...sources.map(newest));
}

/** Scripts of other languages that experiments start, beside the modules that start them. */
function copyScripts(from, to) {
  cpSync(from, to, {
    recursive: true,
    filter: (path) => path !== join('experiments', 'bench') && (statSync(path).isDirectory() || path.endsWith('.py')),
  });
}

function build() {
  const began = new Date();
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const next = `dist-${process.pid}`;
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', next], {
    stdio: 'inherit',
  });
  if (status === 0) {
    copyScripts('experiments', join(next, 'experiments'));
    // What changes while the compiler runs is newer than this build.
    utimesSync(join(next, 'index.js'), began, began);
    rmSync('dist', { recursive: true, force: true });
    renameSync(next, 'dist');
  }
  rmSync(next, { recursive: true, force: true });
  return status ?? 1;
}

if (!process.argv.includes('--if-stale') || !isFresh()) process.exitCode = build();
