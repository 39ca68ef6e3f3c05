import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ContainerModule } from 'inversify';
import { Scheme } from '../../core/scheme.ts';
import { nested } from '../../core/schemes/nested/nested.ts';
import { taylor } from '../../core/schemes/taylor.ts';
import { TaylorSweeper } from '../../core/schemes/taylor-sweeper.ts';
import type { CpuClock } from './cpu-clock.ts';

/** What the scheme that writes its start values is called. */
export const recordedScheme = 'taylor-recorded';

/** File of the start values of one node's z, samples x units, as raw f32. */
export const startFile = (folder: string, node: number): string => join(folder, `z${node}.f32`);

/** The `taylor` scheme, whose start values of z are written to files for other implementations to start from. */
export const recordedTaylor = (folder: string): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(Scheme).toConstantValue({
      ...taylor,
      name: recordedScheme,
      start(network, options, services) {
        const sweeper = new TaylorSweeper(network, taylor.options.parse(options), services);
        for (const { index } of network.graph.nodes) {
          const file = openSync(startFile(folder, index), 'w');
          sweeper.state.forEach((_, { z }) => void writeSync(file, z[index]!.data));
          closeSync(file);
        }
        return sweeper;
      },
    } satisfies Scheme);
  });

/** What the `nested` scheme is called when its processor time is taken. */
export const timedScheme = 'nested-timed';

/** The `nested` scheme, whose set-up and sweeps are timed: what the engine does besides, such as evaluation, is not. */
export const timedNested = (clock: CpuClock): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(Scheme).toConstantValue({
      ...nested,
      name: timedScheme,
      start(network, options, services) {
        const sweeper = clock.measure(() => nested.start(network, nested.options.parse(options), services));
        return {
          sweep: () => clock.measure(() => sweeper.sweep()),
          save: () => sweeper.save(),
          restore: (snapshot) => sweeper.restore(snapshot),
        };
      },
    } satisfies Scheme);
  });
