import type { ActivationSolver } from './activation-solver.ts';
import { Compounds } from './compounds.ts';
import { must, unknownName } from './errors.ts';
import { extentOf, handedOn } from './handed-on.ts';
import {
  isOutput,
  type Graph,
  type Head,
  type Node,
  type ParentLink,
  type ReaderLink,
  type Source,
  type WeightGroup,
} from './graph.ts';
import type { LayerSolver } from './layer-solver.ts';
import type { OutputSolver } from './output-solver.ts';

/** What a node is added with. */
export interface NodeSpec {
  /** Unique name. */
  readonly name: string;
  /** Names of sources, earlier nodes or compounds; the node's input is their concatenation in this order. */
  readonly parents: readonly string[];
  /** The node is absent from the samples from which this source is. Default: it is always there. */
  readonly presence?: Source | undefined;
  /** So many features at the end of the node's input are zero: nobody fills them. Default: 0. */
  readonly vacant?: number;
  /** Its linear map. */
  readonly layer: LayerSolver;
  /** Nodes of the same weight name are tied. Default: the node's own name. */
  readonly weights?: string;
  /** Layout of the features that the node hands on. Default: a flat one. */
  readonly shape?: readonly number[];
  /** A hidden node. */
  readonly activation?: ActivationSolver;
  /** An output node; its targets are the next columns of the target rows, in order of addition. */
  readonly loss?: OutputSolver;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type OpenNode = Mutable<Omit<Node, 'readers' | 'group'>> & { readers: ReaderLink[]; group: WeightGroup };

/**
 * Builds a {@link Graph}. A node can only read what was added before it, so every graph is acyclic and the order of
 * addition is a topological order.
 */
export class GraphBuilder {
  readonly #inputs: number;
  readonly #sources = new Map<string, Source>();
  readonly #nodes = new Map<string, OpenNode>();
  readonly #compounds = new Compounds();
  readonly #firsts = new Compounds();
  readonly #steps = new Compounds();
  readonly #groups = new Map<string, Mutable<WeightGroup> & { members: Node[] }>();
  #targets = 0;

  /** @param inputs - Width of a data row. */
  constructor(inputs: number) {
    this.#inputs = inputs;
  }

  /**
   * Names columns of the data as something nodes can read. Default: all of them.
   *
   * @param optional - Whether it is absent from some samples.
   */
  source(name: string, shape: readonly number[] = [this.#inputs], from = 0, optional = false): this {
    const size = extentOf(shape);
    this.#mustBeNew(name);
    must(from >= 0 && from + size <= this.#inputs, () => {
      return `Source "${name}" takes columns ${from} to ${from + size} of rows that have ${this.#inputs}.`;
    });
    this.#sources.set(name, { kind: 'source', name, columns: { from, to: from + size }, size, optional, shape });
    return this;
  }

  /** Gives several sources, nodes or compounds a name together; a reader of the name reads their concatenation. */
  compound(name: string, parts: readonly string[]): this {
    this.#mustBeNew(name);
    parts.forEach((part) => this.#shape(part));
    this.#compounds.set(name, parts);
    return this;
  }

  /** Gives a name to the first of several nodes, of one size, that a sample has. */
  firstOf(name: string, nodes: readonly string[]): this {
    this.#mustBeNew(name);
    this.#firsts.set(name, nodes);
    return this;
  }

  /**
   * What can be read one by one under a name: the parts of a compound, or those of a source along its first axis, of several.
   * `undefined` where there is but one thing to read. Of an optional source, the last part is always there.
   */
  steps(name: string): readonly string[] | undefined {
    const known = this.#compounds.get(name) ?? this.#steps.get(name);
    const source = this.#sources.get(name);
    if (known !== undefined || source === undefined || source.shape.length < 2) return known;
    const [count = 0, ...rest] = source.shape;
    const names = Array.from({ length: count }, (_, step) => `${name}/${step + 1}`);
    names.forEach((step, index) => {
      const isOptional = source.optional && index < count - 1;
      this.source(step, rest, source.columns.from + index * extentOf(rest), isOptional);
    });
    this.#steps.set(name, names);
    return names;
  }

  /** What the sources, nodes or compounds of these names are there with; `undefined` where one of them is always there. */
  presenceOf(names: readonly string[]): Source | undefined {
    const parts = this.#compounds.expand(names);
    if (parts.some((name) => this.#firsts.get(name) !== undefined)) return undefined;
    const presences = parts
      .map((name) => this.find(name))
      .map((each) => (each.kind === 'node' ? each.presence : each.optional ? each : undefined));
    return presences.every((presence) => presence === presences[0]) ? presences[0] : undefined;
  }

  /** The source or node of that name. */
  find(name: string): Source | Node {
    const found = this.#sources.get(name) ?? this.#nodes.get(name);
    must(found !== undefined, () => unknownName('node', name, [...this.#sources.keys(), ...this.#nodes.keys()]));
    return found;
  }

  /** Total width and layout of what a node with these parents reads: one parent's own shape, else a flat one. */
  shapeOf(parents: readonly string[]): readonly number[] {
    const shapes = parents.map((name) => this.#shape(name));
    return shapes.length === 1 ? shapes[0]! : [shapes.reduce((sum, shape) => sum + extentOf(shape), 0)];
  }

  /** Of a compound of equal parts, their number comes first. */
  #shape(name: string): readonly number[] {
    const parts = this.#compounds.get(name);
    if (parts === undefined) return this.find(this.#firsts.get(name)?.[0] ?? name).shape;
    const shapes = parts.map((part) => this.#shape(part));
    const alike = shapes.every((shape) => shape.join() === shapes[0]!.join());
    return alike ? [parts.length, ...shapes[0]!] : [shapes.reduce((sum, shape) => sum + extentOf(shape), 0)];
  }

  /** Adds a node. Its parents exist, its sizes fit, and it has either an activation or a loss. */
  node(spec: NodeSpec): this {
    this.#mustBeNew(spec.name);
    const { layer, presence } = spec;
    const parents = this.#link(spec);
    const node = {
      kind: 'node',
      index: this.#nodes.size,
      name: spec.name,
      ...handedOn(spec),
      presence,
      layer,
      parents,
      readers: [],
      head: this.#head(spec),
    } as Omit<OpenNode, 'group'> as OpenNode;
    node.group = this.#join(spec, node);
    parents.forEach(({ parent, columns }, position) => {
      if (parent.kind !== 'node') return;
      const before = parents.slice(0, position).filter((link) => link.columns.from === columns.from);
      const unless = before.flatMap((link) => (link.parent as Node).presence ?? []);
      (parent.readers as ReaderLink[]).push({ reader: node, columns, unless });
    });
    this.#nodes.set(spec.name, node);
    return this;
  }

  /** The finished graph. Throws when there is no output, or a hidden node that nothing reads. */
  build(): Graph {
    const nodes = [...this.#nodes.values()] as Node[];
    const outputs = nodes.filter(isOutput);
    const untrained = outputs.find(({ layer }) => layer.weights === 0);
    must(untrained === undefined, () => {
      return `Node "${untrained!.name}" ends in a loss, but has no weights to fit: add a layer that has, e.g. kind: dense.`;
    });
    must(outputs.length > 0, () => 'The network has no output node: give its last node a loss.');
    const idle = nodes.find((node) => node.head.kind === 'hidden' && node.readers.length === 0);
    must(idle === undefined, () => `Nothing reads node "${idle!.name}": name it in the \`from\` of a later node.`);
    return {
      inputs: this.#inputs,
      targets: this.#targets,
      sources: [...this.#sources.values()],
      nodes,
      outputs,
      groups: [...this.#groups.values()],
    };
  }

  #mustBeNew(name: string): void {
    const all = [this.#compounds, this.#firsts, this.#sources, this.#nodes];
    must(!all.some((known) => known.get(name) !== undefined), () => `The name "${name}" is used twice in the network.`);
  }

  #link({ name, parents: given, layer, presence, vacant = 0 }: NodeSpec): ParentLink[] {
    let width = 0;
    const slots = this.#compounds.expand(given).map((part) => this.#firsts.get(part) ?? [part]);
    const parents = slots.flat();
    const links = slots.flatMap((names) => {
      const from = width;
      const found = names.map((parentName) => this.#readable(name, parentName, presence));
      width += found[0]!.size;
      return found.map((parent) => ({ parent, columns: { from, to: from + parent.size } }));
    });
    must(new Set(parents).size === parents.length, () => `Node "${name}" reads one of its parents twice.`);
    must(width + vacant === layer.inputs, () => {
      return `Node "${name}" reads ${width + vacant} features (${parents.join(' + ')}), but its layer takes ${layer.inputs}.`;
    });
    return links;
  }

  /** A source or node that a node of that name may read. */
  #readable(name: string, parentName: string, presence: Source | undefined): Source | Node {
    const parent = this.find(parentName);
    must(parent.kind === 'source' || parent.head.kind === 'hidden', () => {
      return `Node "${name}" reads "${parentName}", which is an output node and has no activation.`;
    });
    must(parent.kind === 'node' || !parent.optional || parent === presence, () => {
      return `Node "${name}" reads "${parentName}", whose steps are absent from some samples: let a recurrent layer read it first.`;
    });
    return parent;
  }

  #head({ name, activation, loss, layer }: NodeSpec): Head {
    must((activation === undefined) !== (loss === undefined), () => {
      return `Node "${name}" needs either an activation (hidden) or a loss (output), and not both.`;
    });
    if (activation !== undefined) return { kind: 'hidden', activation };
    const targets = { from: this.#targets, to: this.#targets + layer.outputs };
    this.#targets = targets.to;
    return { kind: 'output', loss: loss!, targets };
  }

  #join(spec: NodeSpec, node: Node): WeightGroup {
    const name = spec.weights ?? spec.name;
    const { layer } = spec;
    const group = this.#groups.get(name);
    if (group === undefined) {
      const created = { index: this.#groups.size, name, layer, members: [node] };
      this.#groups.set(name, created);
      return created;
    }
    const shared = group.layer;
    const fits = shared.inputs === layer.inputs && shared.outputs === layer.outputs && shared.weights === layer.weights;
    must(fits, () => {
      const sizes = (other: LayerSolver): string => `${other.inputs} -> ${other.outputs} (${other.weights} weights)`;
      return `Node "${spec.name}" shares weights "${name}", but is ${sizes(layer)} where they are ${sizes(shared)}.`;
    });
    const [first] = group.members;
    // Their statistics are added as they are, which is only the minimum where all have the same penalty.
    must(first!.head.kind === node.head.kind, () => {
      return `Node "${spec.name}" shares weights "${name}" with node "${first!.name}", but one of them is an output and the other is hidden.`;
    });
    group.members.push(node);
    return group;
  }
}
