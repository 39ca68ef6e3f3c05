import { catalogue, createContainer } from '../../core/container.ts';
import { serialConsensus } from '../../core/consensus.ts';
import { Trainer } from '../../core/trainer.ts';
import { joinMpi, launchOf, mpiModule } from '../../extensions/mpi/index.ts';
import { openBlasModule } from '../../extensions/openblas/index.ts';
import { openSharedData } from '../../extensions/threads/index.ts';
import { defaultModules } from '../../index.ts';
import { configurationOf } from './configuration.ts';
import { median } from './median.ts';
import { syntheticProblem } from './problem.ts';

/** What every rank is started with, as JSON in the only argument. */
export interface RanksJob {
  readonly sizes: readonly number[];
  readonly samples: number;
  readonly scheme: string;
  /** Sweeps that are not timed, and that are. */
  readonly warm: number;
  readonly counted: number;
}

/** What rank 0 prints: the median of the timed sweeps, and how good the network is after the last. */
export interface RanksTime {
  readonly seconds: number;
  readonly accuracy: number;
}

const { sizes, samples, scheme, warm, counted } = JSON.parse(process.argv[2]!) as RanksJob;
const launched = launchOf(process.env) !== undefined;
const mpi = launched ? joinMpi() : undefined;
const consensus = mpi ?? serialConsensus;
const trainer = new Trainer(catalogue(createContainer(...defaultModules, openBlasModule, mpiModule(consensus))));
const times: number[] = [];
const given = configurationOf(sizes, 'auto');
const configuration = {
  ...given,
  stop: { sweeps: warm + counted },
  ...(scheme === 'taylor' ? {} : { scheme, network: { ...given.network, loss: 'squared' } }),
};
const train = openSharedData(syntheticProblem(samples, sizes[0]!));
const { result } = await trainer.train(
  configuration,
  { train, classes: [0, 1] },
  { observers: [{ sweep: ({ seconds }) => void times.push(seconds) }] },
);
if (consensus.rank === 0) {
  const told: RanksTime = { seconds: median(times.slice(warm)), accuracy: result.train!.accuracy };
  console.log(JSON.stringify(told));
}
mpi?.close();
