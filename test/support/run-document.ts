import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import type { CodeBlock } from './code-blocks.ts';

const commandLine = resolve('dist/extensions/cli/main.js');

/** What a program left behind. */
export interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program as a user would: away from a terminal, with no trace of the test runner around it. */
export function run(program: string, words: readonly string[], folder: string): Promise<Printed> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$|NODE_ENV$|NODE_OPTIONS$)/.test(name));
  const env = { ...Object.fromEntries(kept), NO_COLOR: '1' };
  return new Promise((done) => {
    const child = execFile(program, words, { cwd: folder, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : (child.exitCode ?? 1), stdout, stderr });
    });
    child.stdin?.end();
  });
}

// Inside the repository `nograd` means its own `dist`, and packages are found in its `node_modules`.
const root = resolve('runs/documentation');

/** The folder in which a document's blocks run, one after another. */
const folderOf = (document: string): string => join(root, document.replaceAll(/[\\/]/g, '-').replace(/\.md$/, ''));

/** The file of a block: under the name in its first line, or under its place in the document. */
export const fileOf = (block: CodeBlock): string =>
  join(folderOf(block.document), block.file ?? `line-${block.line}.${block.language}`);

/** Writes blocks into the fresh folders of their documents, away from the configuration of the project's own tests. */
export function writeBlocks(blocks: readonly CodeBlock[]): void {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'vitest.config.js'), 'export default {};\n');
  for (const block of blocks) {
    mkdirSync(dirname(fileOf(block)), { recursive: true });
    writeFileSync(fileOf(block), block.text);
  }
}

/** Runs a TypeScript block: a file of tests by the test runner, anything else as a program. */
export function runTypeScript(block: CodeBlock): Promise<Printed> {
  const folder = folderOf(block.document);
  if (!fileOf(block).endsWith('.test.ts')) return run(process.execPath, ['--import', 'tsx', fileOf(block)], folder);
  const runner = resolve('node_modules/vitest/vitest.mjs');
  return run(process.execPath, [runner, 'run', '--root', folder, basename(fileOf(block))], folder);
}

/** Runs a shell block in which `nograd` and `npx nograd` are the built command line. */
export function runShell(block: CodeBlock): Promise<Printed> {
  const prelude = ['set -euo pipefail', `nograd() { '${process.execPath}' '${commandLine}' "$@"; }`, 'npx() { "$@"; }'];
  return run('bash', ['-c', [...prelude, block.text].join('\n')], folderOf(block.document));
}

/** Checks a run file and its data as `nograd train` does, without training. */
export const checkRunFile = (block: CodeBlock): Promise<Printed> =>
  run(process.execPath, [commandLine, 'train', fileOf(block), '--dry-run'], folderOf(block.document));

/** What `nograd ... --help` prints. */
export const commandLineHelp = async (words: readonly string[]): Promise<string> =>
  (await run(process.execPath, [commandLine, ...words, '--help'], process.cwd())).stdout;

/** What the compiler says of TypeScript blocks, a line each, by the lines of their documents. */
export function typeErrors(blocks: readonly CodeBlock[]): string[] {
  const { config } = ts.readConfigFile('tsconfig.json', (path) => readFileSync(path, 'utf8')) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd());
  const lenient = { ...options, noUnusedLocals: false, noUnusedParameters: false };
  const byFile = new Map(blocks.map((block) => [ts.sys.resolvePath(fileOf(block)), block]));
  const program = ts.createProgram([...byFile.keys()], lenient);
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const text = ts.flattenDiagnosticMessageText(messageText, ' ');
    const block = file && byFile.get(file.fileName);
    if (file === undefined || block === undefined) return text;
    return `${block.document}:${block.line + 1 + file.getLineAndCharacterOfPosition(start ?? 0).line}: ${text}`;
  });
}
