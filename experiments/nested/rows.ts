import type { Problem } from './problems.ts';
import type { Trial } from './trial.ts';

/** A row of the table of results. */
export interface Row extends Trial {
  /** What it is called. */
  readonly name: string;
  /** On which data. */
  readonly problem: Problem;
  /** Whether every seed keeps other samples to be judged by: for data without test samples. Default: the same, which nothing is chosen on. */
  readonly splits?: boolean;
}

const until = (last: number): number[] => [5, 10, 20, 30, 40].filter((sweep) => sweep <= last);

/** Everything with default settings. */
export const rows: Readonly<Record<string, Row>> = {
  mnist: { name: 'MNIST 784-300-10', problem: 'mnist', units: [300], sweeps: until(40) },
  streaming: {
    name: 'MNIST 784-300-10, chunks of 500',
    problem: 'mnist',
    units: [300],
    scheme: { chunk: 500 },
    sweeps: [1, 5],
  },
  fashion: { name: 'Fashion-MNIST 784-300-10', problem: 'fashion', units: [300], sweeps: until(30) },
  higgs: { name: 'Higgs sample 28-300-1', problem: 'higgs', units: [300], sweeps: until(30) },
  'higgs-splits': {
    name: 'Higgs sample 28-300-1, five hold-outs',
    problem: 'higgs',
    splits: true,
    units: [300],
    sweeps: until(30),
  },
  'higgs-streaming': {
    name: 'Higgs sample 28-300-1, chunks of 500',
    problem: 'higgs',
    units: [300],
    scheme: { chunk: 500 },
    sweeps: until(30),
  },
  'higgs-streaming-splits': {
    name: 'Higgs sample 28-300-1, chunks of 500, five hold-outs',
    problem: 'higgs',
    splits: true,
    units: [300],
    scheme: { chunk: 500 },
    sweeps: until(30),
  },
  deep: {
    name: 'MNIST 784-100x9-10',
    problem: 'mnist',
    units: Array.from({ length: 9 }, () => 100),
    sweeps: until(40),
  },
  'hard-tanh': {
    name: 'MNIST 784-300-10, hard tanh',
    problem: 'mnist',
    units: [300],
    activation: 'hard-tanh',
    sweeps: until(40),
  },
  tanh: { name: 'MNIST 784-300-10, tanh', problem: 'mnist', units: [300], activation: 'tanh', sweeps: until(40) },
};
