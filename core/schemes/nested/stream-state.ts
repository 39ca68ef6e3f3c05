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

/**
 * A copy of the state, weights included.
 *
 * @param into - An older copy, whose arrays are overwritten. Default: new ones.
 */
export function copyState({ network, trajectory, running, gauge, guard }: StreamState, into?: Snapshot): Snapshot {
  const arrays: Record<string, Real> = { ...into?.arrays };
  const samples: Record<string, number> = {};
  const keep = (name: string, from: Real): void => {
    const known = arrays[name];
    if (known === undefined) arrays[name] = from.slice();
    else known.set(from);
  };
  for (const { chunk, sums, samples: count } of running) {
    const { index } = chunk.group;
    keep(`weights/${index}`, network.weights[index]!);
    keep(`momentum/${index}`, trajectory.momentum[index]!);
    keep(`average/${index}`, trajectory.average[index]!);
    if (sums !== undefined) keep(`inputs/${index}`, sums);
    samples[`samples/${index}`] = count;
  }
  const { slope, curvature, count } = gauge.measured;
  const { mean, lowest, count: losses } = guard.memory;
  return { values: { slope, curvature, count, mean, lowest, losses, steps: trajectory.steps, ...samples }, arrays };
}

/** A snapshot that stays as it is whatever becomes of the other. */
export const detached = ({ values, arrays }: Snapshot): Snapshot => ({
  values,
  arrays: Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, array.slice()])),
});

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
