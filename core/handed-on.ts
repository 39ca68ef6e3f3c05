import { must } from './errors.ts';
import type { NodeSpec } from './graph-builder.ts';
import type { Node } from './graph.ts';

/** Number of features that a layout holds. */
export const extentOf = (shape: readonly number[]): number => shape.reduce((size, extent) => size * extent, 1);

/** How many features there are after the activation. */
function featuresOf({ name, layer, activation }: NodeSpec): number {
  const widths = activation?.widths;
  if (widths === undefined) return layer.outputs;
  must(
    activation!.solveAndSum !== undefined,
    () => `Activation "${activation!.name}" needs \`solveAndSum\`, for it is not pointwise.`,
  );
  must(widths.z === layer.outputs, () => {
    return `Node "${name}": activation "${activation!.name}" takes ${widths.z} features, but its layer has ${layer.outputs} outputs.`;
  });
  return widths.a;
}

/** The features that a node hands on, and their layout. */
export function handedOn(spec: NodeSpec): Pick<Node, 'size' | 'shape'> {
  const size = featuresOf(spec);
  const shape = spec.shape ?? [size];
  must(extentOf(shape) === size, () => {
    const what = spec.activation?.widths === undefined ? 'outputs of its layer' : 'features of its activation';
    return `Node "${spec.name}": shape ${shape.join(' x ')} does not hold the ${size} ${what}.`;
  });
  return { size, shape };
}
