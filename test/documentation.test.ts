import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { codeBlocks, shows, type CodeBlock } from './support/code-blocks.ts';
import { brokenLink, links } from './support/markdown-links.ts';
import * as documentRun from './support/run-document.ts';
import { flagsOf, usesOf, type Use } from './support/shell-lines.ts';

const folders = ['.', 'docs', 'core', 'layers', 'activations', 'extensions', 'experiments', 'test'];
const documents = folders
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder, { recursive: folder !== '.' }).map((name) => `${folder}/${String(name)}`))
  .map((path) => path.replaceAll('\\', '/').replace(/^\.\//, ''))
  .filter((path) => path.endsWith('.md'));
const textOf = (document: string): string => readFileSync(document, 'utf8');
const blocks = documents.flatMap((document) => codeBlocks(document, textOf(document)));

const isTypeScript = (block: CodeBlock): boolean => block.language === 'ts';
const isYaml = (block: CodeBlock): boolean => block.language === 'yaml';
const isRunFile = (block: CodeBlock): boolean => isYaml(block) && /^network:/m.test(block.text);
const isShell = (block: CodeBlock): boolean => block.language === 'sh';
const runsInTests = (block: CodeBlock): boolean => isShell(block) && block.text.startsWith('# runs in the tests\n');

/** What is done with a block, if anything; the first match holds. */
const actions: [applies: (block: CodeBlock) => boolean, act: (block: CodeBlock) => Promise<documentRun.Printed>][] = [
  [isTypeScript, documentRun.runTypeScript],
  [isRunFile, documentRun.checkRunFile],
  [runsInTests, documentRun.runShell],
];
const actionOf = (block: CodeBlock) => actions.find(([applies]) => applies(block))?.[1];

beforeAll(() => {
  documentRun.writeBlocks(blocks.filter((block) => isTypeScript(block) || isYaml(block)));
});

describe.each(documents)('%s', (document) => {
  const own = blocks.filter((block) => block.document === document);

  it('links to files and headings that exist', () => {
    expect(links(textOf(document)).flatMap((link) => brokenLink(document, link) ?? [])).toEqual([]);
  });

  for (const block of own) {
    const act = actionOf(block);
    if (act === undefined) continue;
    it(`says something in line ${block.line} (${block.language}) that works, and prints what it shows`, async () => {
      const { code, stdout, stderr } = await act(block);
      expect(code, `${stdout}\n${stderr}`).toBe(0);
      if (block.output !== undefined && !shows(block.output, stdout)) expect(stdout).toBe(block.output);
    }, 240_000);
  }
});

describe('the code blocks of the documents', () => {
  it('name every file once in a document', () => {
    const files = blocks.filter((block) => isTypeScript(block) || isYaml(block)).map(documentRun.fileOf);
    expect(files.filter((file, index) => files.indexOf(file) !== index)).toEqual([]);
  });

  it('pass the type checker', () => {
    expect(documentRun.typeErrors(blocks.filter(isTypeScript))).toEqual([]);
  });

  it('use commands and flags that the command line has', async () => {
    const helps = new Map<string, Promise<string>>();
    const help = (...words: string[]): Promise<string> => {
      const key = words.join(' ');
      const text = helps.get(key) ?? documentRun.commandLineHelp(words);
      helps.set(key, text);
      return text;
    };
    const wrongIn = async ({ command, words }: Use): Promise<string[]> => {
      if (command.startsWith('-')) return (await help()).includes(command) ? [] : [`no flag ${command}`];
      if (!new RegExp(`^ +${command}\\b`, 'm').test(await help())) return [`no command ${command}`];
      const known: string[] = (await help(command)).match(/--?[a-z][\w-]*/gi) ?? [];
      return flagsOf(words).flatMap((flag) => (known.includes(flag) ? [] : [`${command} has no ${flag}`]));
    };
    const uses = blocks.filter(isShell).flatMap((block) => usesOf('nograd', block.text));
    expect((await Promise.all(uses.map(wrongIn))).flat()).toEqual([]);
  });

  it('use scripts that package.json has', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const uses = blocks.filter(isShell).flatMap((block) => usesOf('npm', block.text));
    const named = uses.flatMap(({ command, words }) => (command === 'run' ? (words[0] ?? '') : command));
    const scripted = named.filter((name) => !['ci', 'install'].includes(name));
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(scripted));
  });
});
