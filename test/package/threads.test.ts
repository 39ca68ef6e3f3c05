import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';

const urlOf = (path: string): string => pathToFileURL(resolve(path)).href;

/** A program in JavaScript, or in TypeScript that no JavaScript engine takes. */
const program = (typed: boolean): string => `
export const run = (consensus${typed ? ': { size: number; sum(values: Float64Array): void }' : ''}, data) => {
  const values = Float64Array.of(data);
  consensus.sum(values);
  return values[0] / consensus.size;
};
`;

const script = (threads: string, name: string): string => `
import { runOnThreads } from '${urlOf(threads)}';
const run = { program: new URL('${name}', import.meta.url), size: 2, data: 21 };
runOnThreads(run).then((result) => console.log('result', result), (error) => console.log('error', error.message));
`;

/** What a process prints that runs the script beside its program. */
function printedBy(threads: string, extension: string, flags: readonly string[] = []): Promise<string> {
  const { path, write } = temporaryFolder();
  mkdirSync(join(path, 'main'));
  write('main/package.json', '{ "type": "module" }');
  const main = write(`main/main.${extension}`, script(threads, `../program.${extension}`));
  // No package.json says what it is, as of many a plug-in.
  write(`program.${extension}`, program(extension !== 'mjs'));
  const { NODE_OPTIONS: _, ...env } = process.env;
  return new Promise((done) => {
    execFile(process.execPath, [...flags, main], { env }, (_error, stdout, stderr) => done(stdout + stderr));
  });
}

const tsx = ['--import', urlOf('node_modules/tsx/dist/loader.mjs')];

describe('threads', () => {
  it.each<[string, string, string, string[]]>([
    ['JavaScript by the built package', 'dist/extensions/threads/index.js', 'mjs', []],
    ['JavaScript by the built package, under tsx', 'dist/extensions/threads/index.js', 'mjs', tsx],
    ['TypeScript by the built package, under tsx', 'dist/extensions/threads/index.js', 'ts', tsx],
    ['TypeScript by the source, under tsx', 'extensions/threads/index.ts', 'ts', tsx],
  ])('run a program in %s', async (_, threads, extension, flags) => {
    expect(await printedBy(threads, extension, flags)).toBe('result 21\n');
  });
});
