import { Container, ContainerModule, type ServiceIdentifier } from 'inversify';
import { Accelerator } from './accelerator.ts';
import { ActivationFamily } from './activation-family.ts';
import { ActivationSolver } from './activation-solver.ts';
import { ConsensusBackend, serialConsensus } from './consensus.ts';
import { Initialiser, zero } from './initialiser.ts';
import { LayerKind } from './layer-kind.ts';
import { LinearAlgebraBackend } from './linear-algebra.ts';
import { Observer } from './observer.ts';
import { OutputSolver } from './output-solver.ts';
import { registry, type Registry } from './registry.ts';
import { Scheme } from './scheme.ts';
import { nested } from './schemes/nested/nested.ts';
import { proximal } from './schemes/proximal/proximal.ts';
import { taylorFeasible } from './schemes/taylor-feasible.ts';
import { taylor } from './schemes/taylor.ts';

/** What the engine brings itself: one rank, the paper's algorithm, and weights that start at zero. */
export const coreModule: ContainerModule = new ContainerModule(({ bind }) => {
  bind(ConsensusBackend).toConstantValue(serialConsensus);
  bind(Scheme).toConstantValue(nested);
  bind(Scheme).toConstantValue(taylor);
  bind(Scheme).toConstantValue(taylorFeasible);
  bind(Scheme).toConstantValue(proximal);
  bind(Initialiser).toConstantValue(zero);
});

/** Everything that modules have bound, by name. */
export interface Catalogue {
  /** Bound activations. */
  readonly activations: Registry<ActivationSolver>;
  /** Families of activations that run files spell out, by key. */
  readonly activationFamilies: Registry<ActivationFamily>;
  /** Faster equals of activations and losses, in order of binding. */
  readonly accelerators: readonly Accelerator[];
  /** Bound losses. */
  readonly losses: Registry<OutputSolver>;
  /** Bound layer kinds. */
  readonly layers: Registry<LayerKind>;
  /** Bound initialisers. */
  readonly initialisers: Registry<Initialiser>;
  /** Bound schemes. */
  readonly schemes: Registry<Scheme>;
  /** Bound linear algebras, available or not. */
  readonly linearAlgebras: Registry<LinearAlgebraBackend>;
  /** Bound observers, in order of binding. */
  readonly observers: readonly Observer[];
  /** The consensus in use. */
  readonly consensus: ConsensusBackend;
}

/** A container with the core module and these. */
export function createContainer(...modules: readonly ContainerModule[]): Container {
  const container = new Container({ defaultScope: 'Singleton' });
  container.load(coreModule, ...modules);
  return container;
}

/** Reads a container once, at the composition root; nothing below it sees the container. */
export function catalogue(container: Container): Catalogue {
  const all = <T>(kind: string, id: ServiceIdentifier<T>, nameOf: (entry: T) => string): Registry<T> =>
    registry(kind, container.getAll(id), nameOf);
  return {
    activations: all('activation', ActivationSolver, ({ name }) => name),
    activationFamilies: all('activation family', ActivationFamily, ({ key }) => key),
    accelerators: container.getAll(Accelerator),
    losses: all('loss', OutputSolver, ({ name }) => name),
    layers: all('layer kind', LayerKind, ({ kind }) => kind),
    initialisers: all('initialiser', Initialiser, ({ name }) => name),
    schemes: all('scheme', Scheme, ({ name }) => name),
    linearAlgebras: all('linear algebra', LinearAlgebraBackend, ({ name }) => name),
    observers: container.getAll(Observer),
    consensus: container.get(ConsensusBackend),
  };
}
