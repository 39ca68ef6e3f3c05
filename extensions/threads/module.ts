import { ContainerModule } from 'inversify';
import { ConsensusBackend } from '../../core/consensus.ts';

/** Makes a container that of one rank: binds the consensus that the rank was given. */
export const threadsModule = (consensus: ConsensusBackend): ContainerModule =>
  new ContainerModule(({ rebind }) => {
    rebind(ConsensusBackend).toConstantValue(consensus);
  });
