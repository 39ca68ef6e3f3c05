import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { describe, expect, it } from 'vitest';
import { importsOf, packagesOf, reach, violations, type SourceTree } from './support/import-rule.ts';

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true }).map((name) => `${folder}/${String(name).replaceAll('\\', '/')}`);

const folders = ['core', 'layers', 'activations', 'extensions', 'experiments', 'test'];
const sources: SourceTree = new Map(
  [...readdirSync('.'), ...folders.flatMap(filesBelow)]
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.config.ts'))
    .map((path) => [path, readFileSync(path, 'utf8')]),
);

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
};

const keeps: [path: string, text: string][] = [
  ['core/engine.ts', `import { zeros } from './block.ts';`],
  ['core/token.ts', `import type { ServiceIdentifier } from 'inversify';`],
  ['core/schemes/taylor/scheme.ts', `import type { Graph } from '../../graph.ts';`],
  ['layers/losses/hinge.ts', `import { must } from '../../core/errors.ts';`],
  ['activations/module.ts', `import { ContainerModule } from 'inversify';`],
  ['extensions/data/csv.ts', `import { open } from 'node:fs/promises';\nimport { parse } from 'csv-parse';`],
  ['extensions/data/index.ts', `export * from './csv.ts';\nexport { idx } from './idx.ts';`],
  ['extensions/openblas/module.ts', `import { loadKoffi } from '../native/koffi.ts';`],
  ['extensions/cli/main.ts', `import { dataModule } from '../data/index.ts';\nimport { train } from '../../train.ts';`],
  ['experiments/baselines/adam.ts', `import { relu } from '../../activations/relu.ts';`],
  ['experiments/compare.ts', `import { adam } from './baselines/adam.ts';`],
  ['test/laws/activation.ts', `import type { Real } from '../../core/block.ts';\nimport fc from 'fast-check';`],
  ['test/core/graph.test.ts', `import { read } from 'node:fs';\nimport { Graph } from '../../core/graph.ts';`],
  [
    'index.ts',
    `export * from './core/index.ts';\nexport * from './extensions/ml-matrix/index.ts';\nexport const a = 1;`,
  ],
];

const breaks: [path: string, text: string, complaint: string][] = [
  ['core/engine.ts', `import { relu } from '../activations/relu.ts';`, 'one-way'],
  ['core/engine.ts', `import type { Dense } from '../layers/dense.ts';`, 'one-way'],
  ['core/engine.ts', `const late = await import('../extensions/data/index.ts');`, 'one-way'],
  ['core/engine.ts', `export * from '../index.ts';`, 'one-way'],
  ['core/engine.ts', `let x: import('../layers/dense.ts').Dense;`, 'one-way'],
  ['layers/dense.ts', `import { relu } from '../activations/relu.ts';`, 'one-way'],
  ['activations/relu.ts', `import { hinge } from '../layers/losses/hinge.ts';`, 'one-way'],
  ['extensions/data/csv.ts', `import { save } from '../safetensors/index.ts';`, 'one-way'],
  ['extensions/data/csv.ts', `import { run } from '../cli/main.ts';`, 'one-way'],
  ['extensions/native/koffi.ts', `import { findBlas } from '../openblas/library.ts';`, 'one-way'],
  ['extensions/database/sql.ts', `import { csv } from '../data/csv.ts';`, 'one-way'],
  ['extensions/cli/main.ts', `import { adam } from '../../experiments/baselines/adam.ts';`, 'one-way'],
  ['extensions/cli/main.ts', `import { xor } from '../../test/problems/xor.ts';`, 'one-way'],
  ['test/laws/activation.ts', `import { oracle } from '../support/oracle.ts';`, 'one-way'],
  ['index.ts', `export * from './extensions/cli/index.ts';`, 'one-way'],
  ['index.ts', `export * from './test/laws/index.ts';`, 'one-way'],
  ['helpers/text.ts', `import { must } from '../core/errors.ts';`, 'does not know'],
  ['core/engine.ts', `import { zeros } from './block';`, '.ts'],
  ['core/engine.ts', `import { zeros } from './block.js';`, '.ts'],
  ['core/engine.ts', `import { cpus } from 'node:os';`, 'Node'],
  ['layers/dense.ts', `import { cpus } from 'os';`, 'Node'],
  ['test/laws/activation.ts', `import { readFileSync } from 'node:fs';`, 'Node'],
  ['index.ts', `export { readFileSync } from 'node:fs';`, 'Node'],
  ['layers/dense.ts', `import { Container } from 'inversify';`, 'inversify'],
  ['extensions/data/csv.ts', `import { Container } from 'inversify';`, 'inversify'],
  ['core/engine.ts', `export default function run() {}`, 'default export'],
  ['core/engine.ts', `const run = 1;\nexport default run;`, 'default export'],
  ['core/engine.ts', `const run = 1;\nexport { run as default };`, 'default export'],
  ['extensions/data/index.ts', `export * from './csv.ts';\nexport const more = 1;`, 're-export'],
];

describe('the import rule', () => {
  it('is kept by every file of the project', () => {
    expect([...sources].flatMap(([path, text]) => violations(path, text))).toEqual([]);
  });

  it.each(keeps)('lets %s say %j', (path, text) => {
    expect(importsOf(text)).not.toEqual([]);
    expect(violations(path, text)).toEqual([]);
  });

  it.each(breaks)('does not let %s say %j', (path, text, complaint) => {
    expect(violations(path, text)).toEqual([expect.stringContaining(complaint)]);
  });
});

describe('the published package', () => {
  it.each(['index.ts', 'test/laws/index.ts'])('reaches no module of Node from %s, so it runs in a browser', (entry) => {
    const reached = [...reach(entry, sources)];
    expect(reached.filter((path) => !sources.has(path))).toEqual([]);
    expect(reached.filter((path) => importsOf(sources.get(path)!).some(isBuiltin))).toEqual([]);
  });

  it('needs only the packages that it declares', () => {
    const published = [...sources.keys()].filter((path) => !/^(test|experiments\/(bench|report))\//.test(path));
    const laws = [...sources.keys()].filter((path) => path.startsWith('test/laws/'));
    const { dependencies, optionalDependencies, peerDependencies } = manifest;
    expect(Object.keys({ ...dependencies, ...optionalDependencies })).toEqual(
      expect.arrayContaining([...packagesOf(published, sources)]),
    );
    expect(Object.keys({ ...dependencies, ...peerDependencies })).toEqual(
      expect.arrayContaining([...packagesOf(laws, sources)]),
    );
  });
});

describe('following imports', () => {
  const tree: SourceTree = new Map([
    ['index.ts', `export * from './core/a.ts';\nimport { z } from 'zod/v4';\nimport x from '@scope/name/deep';`],
    ['core/a.ts', `import './b.ts';\nimport 'node:fs';`],
    ['core/b.ts', `import '../index.ts';`],
    ['core/c.ts', ''],
  ]);

  it('reaches what is imported in several steps, and stops at a circle', () => {
    expect([...reach('index.ts', tree)].sort()).toEqual(['core/a.ts', 'core/b.ts', 'index.ts']);
  });

  it('names packages by their first part, and no module of Node', () => {
    expect(packagesOf(tree.keys(), tree)).toEqual(new Set(['zod', '@scope/name']));
  });
});
