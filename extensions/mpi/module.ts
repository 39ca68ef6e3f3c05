import { ContainerModule } from 'inversify';
import { ConsensusBackend } from '../../core/consensus.ts';

/** Makes a container that of one rank: binds the consensus that `joinMpi` gave. */
export const mpiModule = (consensus: ConsensusBackend): ContainerModule =>
  new ContainerModule(({ rebind }) => {
    rebind(ConsensusBackend).toConstantValue(consensus);
  });
