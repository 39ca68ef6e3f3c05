import type { Network } from '../network.ts';
import type { SchemeServices } from '../scheme.ts';

/** Fills all weights from the initialiser: every group from a random stream of its own, whatever its neighbours are. */
export function initialiseWeights(
  { graph, weights }: Network,
  { initialiser, random }: Pick<SchemeServices, 'initialiser' | 'random'>,
): void {
  for (const { index, name, layer } of graph.groups) {
    layer.initialise(initialiser, random.child(`weights/${name}`), weights[index]!);
  }
}
