import type { Real } from '../../block.ts';
import type { Network } from '../../network.ts';
import type { Snapshot } from '../../scheme.ts';
import type { LossGuard } from './loss-guard.ts';
import type { RunningStatistics } from './running-statistics.ts';
import type { StepGauge } from './step-gauge.ts';
import type { Trajectory } from './trajectory.ts';

/** All that a streaming run remembers from chunk to chunk, so that it can be taken back to where it was. */
export interface StreamState {
  readonly network: Network;
  readonly trajectory: Trajectory;
  readonly running: readonly RunningStatistics[];
  readonly gauge: StepGauge;
  readonly guard: LossGuard;
}

/** A copy of the state, weights included. */
export function copyState({ network, trajectory, running, gauge, guard }: StreamState): Snapshot {
  const arrays: Record<string, Real> = {};
  const samples: Record<string, number> = {};
  for (const { chunk, sums, samples: count } of running) {
    const { index } = chunk.group;
    arrays[`weights/${index}`] = network.weights[index]!.slice();
    arrays[`momentum/${index}`] = trajectory.momentum[index]!.slice();
    arrays[`average/${index}`] = trajectory.average[index]!.slice();
    if (sums !== undefined) arrays[`inputs/${index}`] = sums.slice();
    samples[`samples/${index}`] = count;
  }
  const { slope, curvature, count } = gauge.measured;
  const { mean, lowest, count: losses } = guard.memory;
  return { values: { slope, curvature, count, mean, lowest, losses, steps: trajectory.steps, ...samples }, arrays };
}

/** Goes back to a copy. */
export function takeBack({ values, arrays }: Snapshot, state: StreamState): void {
  const { network, trajectory, running, gauge, guard } = state;
  for (const group of running) {
    const { index } = group.chunk.group;
    network.weights[index]!.set(arrays[`weights/${index}`]!);
    trajectory.momentum[index]!.set(arrays[`momentum/${index}`]!);
    trajectory.average[index]!.set(arrays[`average/${index}`]!);
    group.restore(values[`samples/${index}`]!, arrays[`inputs/${index}`] as Float64Array | undefined);
  }
  trajectory.steps = values['steps']!;
  gauge.measured = { slope: values['slope']!, curvature: values['curvature']!, count: values['count']! };
  guard.memory = { mean: values['mean']!, lowest: values['lowest']!, count: values['losses']! };
}
