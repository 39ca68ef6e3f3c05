import { relu } from '../../activations/index.ts';
import {
  counting,
  defaultTileRows,
  fastestActivation,
  ForwardPass,
  GraphBuilder,
  nested,
  Network,
  PhaseClock,
  random,
  residentData,
  serialConsensus,
  TileBuffers,
  type LayerServices,
  type LinearAlgebra,
  type SchemeServices,
} from '../../core/index.ts';
import { ConvolutionLayer, geometryOf, MaxPool } from '../../extensions/conv/index.ts';
import type { SharedData } from '../../extensions/threads/index.ts';
import { wasmAccelerator } from '../../extensions/wasm/index.ts';
import { DenseLayer } from '../../layers/dense.ts';
import { he } from '../../layers/initialisers/index.ts';
import { squared } from '../../layers/losses/index.ts';
import type { ConvolutionCase } from './convolutions.ts';
import type { SweepContender } from './sweep-contender.ts';

/** Ten outputs, as for digits. */
export const classes = 10;

/** The convolutional network of a case, its weights zero. */
function networkOf({ side, layers }: ConvolutionCase, services: LayerServices): Network {
  const graph = new GraphBuilder(side * side).source('input', [side, side, 1]);
  let image = { height: side, width: side, channels: 1 };
  let before = 'input';
  layers.forEach(({ filters, kernel, pool }, index) => {
    const square = { height: kernel, width: kernel };
    const geometry = geometryOf({ image, kernel: square, stride: { height: 1, width: 1 }, padding: 'same' });
    const layer = new ConvolutionLayer(geometry, { filters, bias: true }, services);
    const pooling = new MaxPool({ ...geometry.outputs, channels: filters }, { height: pool, width: pool }, relu);
    const activation = fastestActivation(pooling, services.accelerations);
    const name = `conv-${index}`;
    graph.node({ name, parents: [before], layer, activation });
    image = pooling.pooled;
    before = name;
  });
  const features = image.height * image.width * image.channels;
  graph.node({
    name: 'out',
    parents: [before],
    layer: new DenseLayer(features, classes, true, services),
    loss: squared,
  });
  return new Network(graph.build(), 'float32');
}

/** One sweep of the nested scheme a turn, on one thread: over all samples at once, or in chunks. */
export function convolutionContender(
  network: ConvolutionCase,
  kernels: LinearAlgebra,
  chunk: number | undefined,
  { x, y }: SharedData,
): SweepContender {
  const accelerations = [wasmAccelerator().open()];
  const linearAlgebra = counting(kernels, accelerations);
  const built = networkOf(network, { linearAlgebra, precision: 'float32', accelerations });
  const widest = Math.max(...built.graph.nodes.map(({ layer }) => layer.outputs));
  const shard = residentData('images', x, y).shard(0, 1, defaultTileRows(widest, 'float32'));
  const services: SchemeServices = {
    shard,
    samples: x.rows,
    linearAlgebra,
    consensus: serialConsensus,
    precision: 'float32',
    clock: new PhaseClock(),
    initialiser: he,
    random: random('bench'),
  };
  const options = nested.options.parse(chunk === undefined ? {} : { chunk });
  const sweeper = nested.start(built, options, services);
  const forward = new ForwardPass(built, new TileBuffers(linearAlgebra, 'float32', shard));
  return {
    name: `${kernels.name}, ${chunk === undefined ? 'all samples' : `chunks of ${chunk}`}`,
    backend: chunk === undefined ? kernels.name : `${kernels.name}, chunks of ${chunk}`,
    workers: 1,
    samples: x.rows,
    turn() {
      linearAlgebra.takeOperations();
      const began = performance.now();
      const report = sweeper.sweep();
      const seconds = (performance.now() - began) / 1000;
      if ('outcome' in report) throw new Error(report.detail);
      const gflops = linearAlgebra.takeOperations() / seconds / 1e9;
      return { seconds, gflops, objective: report.objective, accuracy: accuracyOf(forward, shard), weights: [] };
    },
  };
}

/** Share of the samples whose largest output is that of their class. */
function accuracyOf(forward: ForwardPass, shard: SchemeServices['shard']): number {
  let right = 0;
  for (let index = 0; index < shard.tiles; index++) {
    const { x, y } = shard.tile(index);
    const { data } = forward.run(x).at(-1)!;
    for (let row = 0; row < x.rows; row++) {
      const [found, wanted] = [data, y.data].map((all) => {
        const own = all.subarray(row * classes, (row + 1) * classes);
        return own.indexOf(Math.max(...own));
      });
      if (found === wanted) right++;
    }
  }
  return right / shard.samples;
}
