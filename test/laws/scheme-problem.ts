import { block, zeros, type Block, type Precision } from '../../core/block.ts';
import { buildNetwork, resolveNetwork } from '../../core/build-network.ts';
import { serialConsensus } from '../../core/consensus.ts';
import type { Catalogue } from '../../core/container.ts';
import type { DataSource, Shard } from '../../core/data-source.ts';
import { ForwardPass } from '../../core/forward-pass.ts';
import type { Initialiser } from '../../core/initialiser.ts';
import type { LinearAlgebra } from '../../core/linear-algebra.ts';
import type { Network } from '../../core/network.ts';
import { PhaseClock } from '../../core/phase-clock.ts';
import { random } from '../../core/random.ts';
import { residentData } from '../../core/resident-data.ts';
import { resolveActivation, resolveInitialiser, resolveLinearAlgebra } from '../../core/resolve.ts';
import type { NetworkConfiguration } from '../../core/run-configuration.ts';
import type { Scheme, SchemeServices, Sweeper } from '../../core/scheme.ts';
import { TileBuffers } from '../../core/tile-buffer.ts';

/** Features and samples of the small problem. */
const features = 3;
const samples = 50;

/** How one run of a scheme is set up. */
export interface Setting {
  readonly seed: number;
  readonly precision: Precision;
  readonly tileRows: number;
}

/** A scheme at work on the small problem. */
export interface Started {
  readonly network: Network;
  readonly sweeper: Sweeper;
  readonly inputs: Block;
}

/** Two overlapping classes that no line separates: the sign of a product of two features, with some noise. */
function twoClasses(precision: Precision): DataSource {
  const stream = random('two classes');
  const x = block(samples, features, zeros(precision, samples * features));
  const y = block(samples, 1, zeros(precision, samples));
  for (let row = 0; row < samples; row++) {
    // Whole multiples of 1/64 are the same numbers in both precisions.
    for (let j = 0; j < features; j++) x.data[row * features + j] = Math.round(64 * stream.normal()) / 64;
    const product = x.data[row * features]! * x.data[row * features + 1]!;
    y.data[row] = product + 0.3 * stream.normal() > 0 ? 1 : 0;
  }
  return residentData('two classes', x, y);
}

/** A shard whose inputs are NaN from the moment `poisoned()` says so. */
function poisonable(shard: Shard, poisoned: () => boolean): Shard {
  return {
    samples: shard.samples,
    tileRows: shard.tileRows,
    tiles: shard.tiles,
    tile(index) {
      const tile = shard.tile(index);
      if (!poisoned()) return tile;
      const { rows, cols, data } = tile.x;
      return { ...tile, x: block(rows, cols, data.slice().fill(NaN)) };
    },
  };
}

/** What a scheme works with on one rank, made from a shard of the data. */
export function servicesFor(
  shard: Shard,
  { seed, precision }: Pick<Setting, 'seed' | 'precision'>,
  linearAlgebra: LinearAlgebra,
  initialiser: Initialiser,
): SchemeServices {
  return {
    shard,
    samples: shard.samples,
    linearAlgebra,
    consensus: serialConsensus,
    random: random(String(seed)),
    precision,
    clock: new PhaseClock(),
    initialiser,
  };
}

/** Builds the network with the scheme's layer defaults, and starts the scheme on it. */
export function startScheme(
  scheme: Scheme,
  options: unknown,
  configuration: NetworkConfiguration,
  catalogue: Catalogue,
  setting: Setting,
  poisoned: () => boolean = () => false,
): Started {
  const { precision, tileRows } = setting;
  const data = twoClasses(precision);
  const shard = data.shard(0, 1, tileRows);
  const linearAlgebra = resolveLinearAlgebra('auto', catalogue);
  const initialiser = resolveInitialiser(scheme, options, catalogue);
  const services = servicesFor(poisonable(shard, poisoned), setting, linearAlgebra, initialiser);
  const resolved = resolveNetwork(configuration, scheme.layerDefaults?.(options) ?? {}, catalogue.layers);
  const network = buildNetwork(resolved, data, {
    layers: catalogue.layers,
    linearAlgebra,
    precision,
    activation: (spec) => resolveActivation(spec, catalogue, []),
    loss: (name) => catalogue.losses.get(name),
  });
  const { x: inputs } = data.shard(0, 1, samples).tile(0);
  return { network, sweeper: scheme.start(network, options, services), inputs };
}

/** What the deployed network says of every sample, as numbers of the whole run. */
export function deployedOutputs({ network, inputs }: Started, catalogue: Pick<Catalogue, 'linearAlgebras'>): number[] {
  const { precision, graph } = network;
  const shard = residentData('the samples', inputs, inputs).shard(0, 1, inputs.rows);
  const buffers = new TileBuffers(resolveLinearAlgebra('auto', catalogue), precision, shard);
  const results = new ForwardPass(network, buffers).run(inputs);
  return graph.outputs.flatMap(({ index }) => Array.from(results[index]!.data));
}
