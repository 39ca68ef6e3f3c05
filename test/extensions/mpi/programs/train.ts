import type { ConsensusBackend } from '../../../../core/consensus.ts';
import { block } from '../../../../core/block.ts';
import { random } from '../../../../core/random.ts';
import { residentData } from '../../../../core/resident-data.ts';
import { checkTraining, type TrainingInput } from '../../../../core/run-configuration.ts';
import { mpiModule } from '../../../../extensions/mpi/index.ts';
import { createTrainer } from '../../../../index.ts';

const layers = [
  { kind: 'dense', units: 6, activation: 'relu' },
  { kind: 'dense', units: 4, activation: 'relu' },
  { kind: 'dense' },
];

/** Points inside and outside a circle. */
function circle(samples: number) {
  const stream = random('circle');
  const x = Float64Array.from({ length: 2 * samples }, () => stream.normal());
  const y = Float64Array.from({ length: samples }, (_, row) => (x[2 * row]! ** 2 + x[2 * row + 1]! ** 2 < 1.4 ? 1 : 0));
  return residentData('circle', block(samples, 2, x), block(samples, 1, y));
}

/** What every rank ends with. */
export interface TrainedOnRanks {
  readonly ranks: number;
  readonly sweeps: number;
  readonly weights: readonly (readonly number[])[];
}

/** Trains on this rank's share of the samples. */
export async function run(consensus: ConsensusBackend, data: unknown): Promise<TrainedOnRanks> {
  const given = { network: { layers }, precision: 'float64', stop: { sweeps: 8 }, ...(data as Partial<TrainingInput>) };
  const sources = { train: circle(301), classes: ['outside', 'inside'] };
  const { model, result } = await createTrainer(mpiModule(consensus)).train(checkTraining('train', given), sources);
  const { ranks, sweeps } = result;
  return { ranks, sweeps, weights: model.network.weights.map((weights) => Array.from(weights)) };
}
