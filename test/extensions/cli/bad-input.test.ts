import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cli, workplace } from './support/cli.ts';

type At = (name: string) => string;

/** Words behind `nograd`, in a folder with a run file and its data; and what its one line has to say. */
type Case = readonly [about: string, argv: (at: At) => string[], says: (at: At) => string | RegExp];

const set =
  (...assignments: string[]) =>
  (at: At): string[] => ['train', at('run.yaml'), '--set', ...assignments];

const withFile =
  (name: string, text: string) =>
  (at: At): string[] => {
    writeFileSync(at(name), text);
    return ['train', at('run.yaml')];
  };

const files: Case[] = [
  [
    'a missing run file',
    (at) => ['train', at('runn.yaml')],
    () => /There is no file "runn.yaml" in ".*"\. Did you mean "run.yaml"\?/,
  ],
  [
    'an empty run file',
    withFile('run.yaml', ' \n'),
    (at) => `${at('run.yaml')}: the run file is empty; it needs at least`,
  ],
  ['a run file of comments', withFile('run.yaml', '# none\n'), (at) => `${at('run.yaml')}:1:1: run: Invalid input`],
  ['a folder as the run file', (at) => ['train', at('')], () => 'is a folder, not a file.'],
  [
    'broken YAML',
    withFile('run.yaml', 'data: {\nstop: ]'),
    (at) => `${at('run.yaml')}:2:1: Flow map in block collection`,
  ],
  [
    'a repeated key',
    withFile('run.yaml', 'seed: 1\nseed: 2\n'),
    (at) => `${at('run.yaml')}:2:1: Map keys must be unique.`,
  ],
  ['an unknown tag', withFile('run.yaml', 'seed: !what 1\n'), (at) => `${at('run.yaml')}:1:7: Unresolved tag: !what.`],
  ['YAML that repeats itself', withFile('run.yaml', 'data: &a { train: *a }\n'), (at) => `${at('run.yaml')}:1:19: `],
  ['a missing data file', set('data.train=train.cvs'), () => /There is no file "train.cvs" in ".*"/],
  ['an unknown name of data', set('data.train=mnits'), () => 'Unknown data "mnits". Did you mean "mnist"?'],
  ['an empty data file', withFile('train.csv', ''), (at) => `${at('train.csv')}: the file is empty.`],
  [
    'data with a header only',
    withFile('train.csv', 'x,y,kind\n'),
    () => 'train.csv: there are no rows below the header.',
  ],
  [
    'a missing field',
    withFile('train.csv', 'x,y,kind\n1,2,a\n1,b\n'),
    () => 'train.csv:3:3: missing field in column "kind": 2 fields, expected 3.',
  ],
  [
    'an extra field',
    withFile('train.csv', 'x,y,kind\n1,2,a\n1,2,b,9\n'),
    () => 'train.csv:3:4: extra field "9": 4 fields, expected 3.',
  ],
  [
    'a field that is no number',
    withFile('train.csv', 'x,y,kind\n1,2,a\n1,two,b\n'),
    () => 'train.csv:3:2: "two" in column "y" is not a number.',
  ],
  [
    'NaN in the data',
    withFile('train.csv', 'x,y,kind\n1,2,a\n1,nan,b\n'),
    () => 'train.csv:3:2: "nan" in column "y" is not a finite number.',
  ],
  [
    'an infinite value',
    withFile('train.csv', 'x,y,kind\n1,2,a\n1,1e999,b\n'),
    () => 'train.csv:3:2: "1e999" in column "y" is not a finite number.',
  ],
  [
    'a test label outside the classes',
    withFile('test.csv', 'x,y,kind\n1,2,a\n1,2,c\n'),
    () => 'test.csv: the label of sample 2 is c, which is none of the classes a, b',
  ],
  [
    'a single class',
    withFile('train.csv', 'x,y,kind\n1,2,a\n3,4,a\n'),
    () => 'train.csv: all 2 samples are of one class, a;',
  ],
  [
    'a class that the data does not have',
    set('data.classes=[a, z]'),
    () => 'train.csv: there is no class z among a, b.',
  ],
  ['a single class to keep', set('data.classes=[a]'), () => 'run.data.classes: '],
  [
    'a label column that does not exist',
    set('data.label=kinds'),
    () => 'no column is called "kinds". Did you mean "kind"?',
  ],
];

const configurations: Case[] = [
  [
    'an unknown key',
    withFile('run.yaml', 'data: { train: a }\nnetwrk: {}\n'),
    (at) => `${at('run.yaml')}:2:1: run: unknown key "netwrk". Did you mean "network"?`,
  ],
  [
    'a missing key',
    withFile('run.yaml', 'seed: 1\n'),
    (at) => `${at('run.yaml')}:1:1: run.network: Invalid input: expected object, received undefined.`,
  ],
  [
    'an unknown key further down',
    set('data.tset=x.csv'),
    () => '--set data.tset=x.csv: run.data: unknown key "tset". Did you mean "test"?',
  ],
  [
    'an unknown scheme',
    set('scheme=tailor'),
    () => '--set scheme=tailor: Unknown scheme "tailor". Did you mean "taylor"?',
  ],
  [
    'a scheme without a name',
    set('scheme={gamma: 1}'),
    () => '--set scheme={gamma: 1}: run.scheme.name: Invalid input: expected string, received undefined.',
  ],
  [
    'an unknown option of a scheme',
    set('scheme.gama=1'),
    () => 'scheme "taylor": unknown key "gama". Did you mean "gamma"?',
  ],
  ['a negative penalty', set('scheme.beta=-1'), () => '--set scheme.beta=-1: scheme "taylor".beta: Too small'],
  [
    'an unknown loss',
    set('network.loss=hing'),
    () => '--set network.loss=hing: Unknown loss "hing". Did you mean "hinge"?',
  ],
  [
    'an unknown activation',
    set('network.layers[0].activation=rellu'),
    (at) => `${at('run.yaml')}: Unknown activation "rellu". Did you mean "relu"?`,
  ],
  [
    'an unknown layer kind',
    set('network.layers[0].kind=dens'),
    () => 'Unknown layer kind "dens". Did you mean "dense"?',
  ],
  [
    'an unknown option of a layer',
    set('network.layers[0].unit=3'),
    () => 'layer 1 (dense): unknown key "unit". Did you mean "units"?',
  ],
  [
    'an unknown linear algebra',
    set('linearAlgebra=ml-matrx'),
    () => 'Unknown linear algebra "ml-matrx". Did you mean "ml-matrix"?',
  ],
  [
    'a layer of the wrong size',
    set('network.layers[1].units=3'),
    () => 'Layer "dense-2" is the last one and has 3 units, but the targets have 1',
  ],
  [
    'a layer that reads nothing there is',
    set('network.layers[1].from=dense-9'),
    () => 'Unknown node "dense-9". Did you mean "dense-1"?',
  ],
  [
    'test data of another width',
    withFile('test.csv', 'x,kind\n1,a\n2,b\n'),
    () => /test.csv: samples have 1 features, but those to train on \(.*train.csv\) have 2\./,
  ],
  [
    'more workers than samples',
    set('workers=50'),
    () => '/test.csv" has fewer samples (40) than there are ranks (50): use at most 40.',
  ],
  [
    'workers that are no number',
    (at) => ['train', at('run.yaml'), '--workers', 'many'],
    () => "option '--workers <N|auto>' argument 'many' is invalid. It has to be auto or a whole number, at least 1.",
  ],
  ['a setting without a key', set('=3'), () => '--set =3: expected key=value'],
  ['a setting without a value sign', set('seed'), () => '--set seed: expected key=value'],
  ['a setting with an empty step', set('data..train=x'), () => '--set data..train=x: "data..train" is no key'],
  ['a setting that is no YAML', set('seed=[1'), () => '--set seed=[1:1:3: '],
  [
    'a setting beyond a list',
    set('network.layers[5].units=1'),
    () => '"network.layers" has entries 0 to 1, but none called "5".',
  ],
  [
    'a setting inside of a number',
    set('stop.sweeps.more=1'),
    () => '--set stop.sweeps.more=1: "stop.sweeps" is 5, which has no keys.',
  ],
];

const train = (at: At, ...more: string[]): string[] => ['train', at('run.yaml'), ...more];

const commands: Case[] = [
  [
    'an output folder below a file',
    (at) => train(at, '--out', at('train.csv/out')),
    (at) => `The output folder "${at('train.csv/out')}" cannot be written to (ENOTDIR): choose another with --out.`,
  ],
  [
    'an output folder that is a file',
    (at) => train(at, '--out', at('train.csv')),
    () => 'cannot be written to (EEXIST)',
  ],
  [
    'an output folder that the system refuses',
    (at) => train(at, '--out', '/dev/null/out'),
    () => 'cannot be written to (ENOTDIR)',
  ],
  [
    'a folder where a result has to go',
    (at) => (mkdirSync(at('out/result.json'), { recursive: true }), train(at, '--out', at('out'))),
    (at) => `"${at('out/result.json')}" is a folder where a file has to go.`,
  ],
  ['an unknown command', () => ['trian'], () => "unknown command 'trian' (Did you mean train?)"],
  ['an unknown option', (at) => train(at, '--ouput', 'x'), () => "unknown option '--ouput' (Did you mean --out?)"],
  ['no run file', () => ['train'], () => "missing required argument 'RUN.yaml'"],
  ['no data to evaluate on', () => ['evaluate', 'model'], () => "required option '--data <FILE|NAME>' not specified"],
  ['an unknown list', () => ['list', 'loses'], () => 'Unknown list "loses". Did you mean "losses"?'],
];

describe.each([
  ['files', files],
  ['configurations', configurations],
  ['commands', commands],
])('bad %s', (_, cases) => {
  it.each(cases)('get one clear line and exit code 2: %s', async (__, argv, says) => {
    const at = workplace();
    const { code, stdout, stderr } = await cli(argv(at));
    expect(stderr).toMatch(/^nograd: [^\n]+\n$/);
    const expected = says(at);
    if (typeof expected === 'string') expect(stderr).toContain(expected);
    else expect(stderr).toMatch(expected);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
