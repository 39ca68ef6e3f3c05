// npx tsx experiments/nested/compare-tangents.ts
// Secants against tangents as the measure of the step: objective and held-out accuracy, same seed.
import { toChoose, type Problem } from './problems.ts';
import { tangentScheme } from './module.ts';
import { run, type Trial } from './trial.ts';

interface Case extends Trial {
  readonly problem: Problem;
  readonly samples: number;
}

const sweeps = [5, 10, 20];
const deep = Array.from({ length: 9 }, () => 100);
const cases: readonly Case[] = [
  { problem: 'mnist', samples: 10_000, units: [300], sweeps },
  { problem: 'mnist', samples: 10_000, units: [300], activation: 'tanh', sweeps },
  { problem: 'mnist', samples: 10_000, units: deep, sweeps },
  { problem: 'higgs', samples: 40_000, units: [300], sweeps },
];

console.log(`| data, network | step by | objective after ${sweeps.join(' / ')} sweeps | held-out accuracy, % |`);
console.log('| --- | --- | --- | --- |');
for (const { problem, samples, ...trial } of cases) {
  const data = await toChoose(problem, samples);
  for (const [by, scheme] of [['secants', {}] as const, ['tangents', { name: tangentScheme }] as const]) {
    const { objectives, accuracies } = run({ ...trial, scheme }, data, 1);
    const net = `${data.train.samples} of ${problem}, hidden ${trial.units.join('-')} ${trial.activation ?? 'relu'}`;
    const values = objectives.map((value) => value.toPrecision(4)).join(' / ');
    console.log(`| ${net} | ${by} | ${values} | ${accuracies.map((share) => (100 * share).toFixed(2)).join(' / ')} |`);
  }
}
