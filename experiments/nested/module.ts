import { ContainerModule } from 'inversify';
import { Scheme } from '../../core/scheme.ts';
import { nested } from '../../core/schemes/nested/nested.ts';
import { NestedSweeper } from '../../core/schemes/nested/nested-sweeper.ts';
import { Tangents } from './tangents.ts';

/** Name of the full-batch `nested` scheme that measures its step by tangents. */
export const tangentScheme = 'nested-by-tangents';

/** That scheme, for comparison alone. */
export const tangentsModule = new ContainerModule(({ bind }) => {
  bind(Scheme).toConstantValue({
    ...nested,
    name: tangentScheme,
    start: (network, options, services) =>
      new NestedSweeper(network, nested.options.parse(options), services, (parts) => new Tangents(parts)),
  } satisfies Scheme);
});
