import { catalogue, createContainer, type Catalogue } from '../../core/container.ts';
import { serialConsensus, type ConsensusBackend } from '../../core/consensus.ts';
import { Trainer } from '../../core/trainer.ts';
import { defaultModules } from '../../index.ts';
import { convModule } from '../conv/module.ts';
import { DataCatalogue, dataModule } from '../data/index.ts';
import { openBlasModule } from '../openblas/module.ts';
import { threadsModule } from '../threads/module.ts';
import { pluginError, type Plugin } from './plugins.ts';

/** All that modules and plug-ins have bound. */
export interface Composition {
  readonly catalogue: Catalogue;
  readonly trainer: Trainer;
  readonly data: DataCatalogue;
}

/**
 * Puts together what comes with nograd and the plug-ins, in this order.
 *
 * @param consensus - Of this rank. Default: there is one rank.
 * @throws UserError with the plug-in's name when one cannot be loaded, or binds a name that is taken.
 */
export function compose(plugins: readonly Plugin[] = [], consensus: ConsensusBackend = serialConsensus): Composition {
  const container = createContainer(
    ...defaultModules,
    convModule,
    openBlasModule,
    dataModule,
    threadsModule(consensus),
  );
  let all = catalogue(container);
  for (const { name, modules } of plugins) {
    try {
      container.load(...modules);
      all = catalogue(container);
    } catch (error) {
      throw pluginError(name, error);
    }
  }
  return { catalogue: all, trainer: new Trainer(all), data: container.get(DataCatalogue) };
}
