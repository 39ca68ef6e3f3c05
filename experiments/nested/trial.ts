import { buildNetwork, resolveNetwork } from '../../core/build-network.ts';
import { serialConsensus } from '../../core/consensus.ts';
import type { DataSource } from '../../core/data-source.ts';
import type { Network } from '../../core/network.ts';
import { describeFailure } from '../../core/outcome.ts';
import { Evaluator } from '../../core/evaluate.ts';
import { PhaseClock } from '../../core/phase-clock.ts';
import { random } from '../../core/random.ts';
import { resolveActivation, resolveLinearAlgebra, resolveLoss, resolveScheme } from '../../core/resolve.ts';
import { checkTraining } from '../../core/run-configuration.ts';
import type { SchemeServices, Sweeper } from '../../core/scheme.ts';
import { defaultTileRows } from '../../core/tile-buffer.ts';
import { compose } from '../../extensions/cli/composition.ts';
import type { Parts } from './problems.ts';
import { tangentsModule } from './module.ts';

/** A run of the nested scheme on a chain of dense layers. */
export interface Trial {
  /** Units of the hidden layers. */
  readonly units: readonly number[];
  /** Of the hidden layers. Default: `relu`. */
  readonly activation?: string;
  /** Default: `squared`. */
  readonly loss?: string;
  /** Options of the scheme. Default: its defaults. */
  readonly scheme?: Readonly<Record<string, unknown>>;
  /** After which sweeps it is judged; it ends after the last of them. */
  readonly sweeps: readonly number[];
}

/** What a trial came to. */
export interface Tried {
  /** Share of right decisions on the samples to judge by, after each sweep that was asked for. */
  readonly accuracies: readonly number[];
  /** The same on the training samples, after the last sweep. */
  readonly training: number;
  /** Objective after each of those sweeps. */
  readonly objectives: readonly number[];
  /** Processor seconds of set-up and sweeps, the scoring left out. */
  readonly seconds: number;
}

const { catalogue } = compose([{ name: 'tangents', url: import.meta.url, modules: [tangentsModule] }]);

/** A trial before its first sweep. */
export interface Started {
  readonly network: Network;
  readonly sweeper: Sweeper;
  readonly services: SchemeServices;
}

/** Sets a trial up on one worker. */
export function start({ units, activation = 'relu', loss, scheme }: Trial, data: Parts, seed: number): Started {
  const hidden = units.map((size) => ({ kind: 'dense', units: size, activation }));
  const configuration = checkTraining('trial', {
    network: { layers: [...hidden, { kind: 'dense' }], loss },
    scheme: { name: 'nested', ...scheme },
    seed,
  });
  const { precision } = configuration;
  const linearAlgebra = resolveLinearAlgebra('auto', catalogue);
  const accelerations = catalogue.accelerators.map((accelerator) => accelerator.open());
  const chosen = resolveScheme(configuration.scheme, catalogue);
  const defaults = chosen.scheme.layerDefaults?.(chosen.options) ?? {};
  const network = buildNetwork(resolveNetwork(configuration.network, defaults, catalogue.layers), data.train, {
    layers: catalogue.layers,
    linearAlgebra,
    precision,
    accelerations,
    activation: (spec) => resolveActivation(spec, catalogue, accelerations),
    loss: (name) => resolveLoss(name, catalogue, accelerations),
  });
  const services: SchemeServices = {
    shard: data.train.shard(0, 1, defaultTileRows(Math.max(network.graph.inputs, ...units), precision)),
    samples: data.train.samples,
    linearAlgebra,
    consensus: serialConsensus,
    random: random(String(seed)),
    precision,
    clock: new PhaseClock(),
    initialiser: chosen.initialiser,
  };
  return { network, sweeper: chosen.scheme.start(network, chosen.options, services), services };
}

/**
 * Runs one trial on one worker, and scores the network only where it is asked to.
 *
 * @throws Error where a sweep fails.
 */
export function run(trial: Trial, data: Parts, seed: number): Tried {
  let micros = 0;
  const timed = <Result>(work: () => Result): Result => {
    const before = process.cpuUsage();
    const result = work();
    const { user, system } = process.cpuUsage(before);
    micros += user + system;
    return result;
  };
  const { network, sweeper, services } = timed(() => start(trial, data, seed));
  const { tileRows } = services.shard;
  const score = (source: DataSource): number =>
    new Evaluator(network, source.shard(0, 1, tileRows), services.linearAlgebra, serialConsensus).score().accuracy;
  const accuracies: number[] = [];
  const objectives: number[] = [];
  for (let sweep = 1; sweep <= Math.max(...trial.sweeps); sweep++) {
    const report = timed(() => sweeper.sweep());
    if ('outcome' in report) throw new Error(describeFailure(report));
    if (!trial.sweeps.includes(sweep)) continue;
    accuracies.push(score(data.judge));
    objectives.push(report.objective);
  }
  return { accuracies, objectives, training: score(data.train), seconds: micros / 1e6 };
}
