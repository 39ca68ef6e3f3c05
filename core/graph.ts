import type { ActivationSolver } from './activation-solver.ts';
import { must, unknownName } from './errors.ts';
import type { LayerSolver } from './layer-solver.ts';
import { extentOf, handedOn } from './handed-on.ts';
import type { OutputSolver } from './output-solver.ts';

/** Half-open range of columns. */
export interface Columns {
  /** First column. */
  readonly from: number;
  /** Column after the last. */
  readonly to: number;
}

/** Part of the data's columns under a name: the whole input, or one step of a sequence. */
export interface Source {
  /** Tells sources from nodes. */
  readonly kind: 'source';
  /** Unique name. */
  readonly name: string;
  /** The columns of a data row that it stands for. */
  readonly columns: Columns;
  /** Number of features. */
  readonly size: number;
  /** How the features are laid out, e.g. `[784]` or `[channels, height, width]`; their product is `size`. */
  readonly shape: readonly number[];
}

/** One parent of a node, with the columns it takes in the node's concatenated input. */
export interface ParentLink {
  /** The source or node read. */
  readonly parent: Source | Node;
  /** Its columns in the node's input. */
  readonly columns: Columns;
}

/** One reader of a node: it finds the node at these columns of its own concatenated input. */
export interface ReaderLink {
  /** The node that reads. */
  readonly reader: Node;
  /** The read node's columns in the reader's input. */
  readonly columns: Columns;
}

/** Nodes that share one weight vector: their statistics are added and they are solved once. */
export interface WeightGroup {
  /** Position among the groups. */
  readonly index: number;
  /** Unique name. */
  readonly name: string;
  /** The linear map of every member. */
  readonly layer: LayerSolver;
  /** Nodes in topological order. */
  readonly members: readonly Node[];
}

/** A hidden node goes on with $a = h(z)$. */
export interface HiddenHead {
  /** Tells hidden from output nodes. */
  readonly kind: 'hidden';
  /** $h$. */
  readonly activation: ActivationSolver;
}

/** An output node ends in a loss against its columns of the target rows. */
export interface OutputHead {
  /** Tells output from hidden nodes. */
  readonly kind: 'output';
  /** $\ell$. */
  readonly loss: OutputSolver;
  /** Its columns of a target row. */
  readonly targets: Columns;
}

/** What follows the linear map of a node. */
export type Head = HiddenHead | OutputHead;

/** One linear map $z = W a + b$ and what follows it. */
export interface Node {
  /** Tells nodes from sources. */
  readonly kind: 'node';
  /** Position in topological order. */
  readonly index: number;
  /** Unique name. */
  readonly name: string;
  /** Number of features that it hands on: of $a$, or of $z$ on an output node. $z$ has `layer.outputs`. */
  readonly size: number;
  /** Layout of these features; the product is `size`. */
  readonly shape: readonly number[];
  /** Its linear map. */
  readonly layer: LayerSolver;
  /** The weights it uses. */
  readonly group: WeightGroup;
  /** What it reads, in order of concatenation. */
  readonly parents: readonly ParentLink[];
  /** What reads it. */
  readonly readers: readonly ReaderLink[];
  /** What follows the linear map. */
  readonly head: Head;
}

/** A node that other nodes read. */
export interface HiddenNode extends Node {
  /** Its activation. */
  readonly head: HiddenHead;
}

/** A node that ends in a loss. */
export interface OutputNode extends Node {
  /** Its loss. */
  readonly head: OutputHead;
}

/** Whether a node ends in a loss. */
export const isOutput = (node: Node): node is OutputNode => node.head.kind === 'output';

/** A directed acyclic graph of nodes, in topological order. */
export interface Graph {
  /** Width of a data row. */
  readonly inputs: number;
  /** Width of a target row: of all outputs together. */
  readonly targets: number;
  /** Named parts of the data. */
  readonly sources: readonly Source[];
  /** In topological order. */
  readonly nodes: readonly Node[];
  /** Nodes with a loss, in the order of their targets. */
  readonly outputs: readonly OutputNode[];
  /** Weight groups, in the order of their first members. */
  readonly groups: readonly WeightGroup[];
}

/** What a node is added with. */
export interface NodeSpec {
  /** Unique name. */
  readonly name: string;
  /** Names of sources or earlier nodes; the node's input is their concatenation in this order. */
  readonly parents: readonly string[];
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
  readonly #groups = new Map<string, Mutable<WeightGroup> & { members: Node[] }>();
  #targets = 0;

  /** @param inputs - Width of a data row. */
  constructor(inputs: number) {
    this.#inputs = inputs;
  }

  /** Names columns of the data as something nodes can read. Default: all of them. */
  source(name: string, shape: readonly number[] = [this.#inputs], from = 0): this {
    const size = extentOf(shape);
    this.#mustBeNew(name);
    must(from >= 0 && from + size <= this.#inputs, () => {
      return `Source "${name}" takes columns ${from} to ${from + size} of rows that have ${this.#inputs}.`;
    });
    this.#sources.set(name, { kind: 'source', name, columns: { from, to: from + size }, size, shape });
    return this;
  }

  /** The source or node of that name. */
  find(name: string): Source | Node {
    const found = this.#sources.get(name) ?? this.#nodes.get(name);
    must(found !== undefined, () => unknownName('node', name, [...this.#sources.keys(), ...this.#nodes.keys()]));
    return found;
  }

  /** Total width and layout of what a node with these parents reads: one parent's own shape, else a flat one. */
  shapeOf(parents: readonly string[]): readonly number[] {
    const found = parents.map((name) => this.find(name));
    return found.length === 1 ? found[0]!.shape : [found.reduce((sum, parent) => sum + parent.size, 0)];
  }

  /** Adds a node. Its parents exist, its sizes fit, and it has either an activation or a loss. */
  node(spec: NodeSpec): this {
    this.#mustBeNew(spec.name);
    const { layer } = spec;
    const parents = this.#link(spec);
    const node = {
      kind: 'node',
      index: this.#nodes.size,
      name: spec.name,
      ...handedOn(spec),
      layer,
      parents,
      readers: [],
      head: this.#head(spec),
    } as Omit<OpenNode, 'group'> as OpenNode;
    node.group = this.#join(spec, node);
    for (const { parent, columns } of parents) {
      if (parent.kind === 'node') (parent.readers as ReaderLink[]).push({ reader: node, columns });
    }
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
    must(!this.#sources.has(name) && !this.#nodes.has(name), () => `The name "${name}" is used twice in the network.`);
  }

  #link({ name, parents, layer }: NodeSpec): ParentLink[] {
    let width = 0;
    const links = parents.map((parentName) => {
      const parent = this.find(parentName);
      must(parent.kind === 'source' || parent.head.kind === 'hidden', () => {
        return `Node "${name}" reads "${parentName}", which is an output node and has no activation.`;
      });
      const columns = { from: width, to: width + parent.size };
      width += parent.size;
      return { parent, columns };
    });
    must(new Set(parents).size === parents.length, () => `Node "${name}" reads one of its parents twice.`);
    must(width === layer.inputs, () => {
      return `Node "${name}" reads ${width} features (${parents.join(' + ')}), but its layer takes ${layer.inputs}.`;
    });
    return links;
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
