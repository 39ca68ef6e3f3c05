import type { ActivationSolver } from './activation-solver.ts';
import type { LayerSolver } from './layer-solver.ts';
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
  /** Whether it is absent from some samples: there its first feature is NaN. */
  readonly optional: boolean;
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
  /** In samples that have one of these sources, the reader finds another node at these columns. */
  readonly unless: readonly Source[];
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
  /** Of a node that is absent from some samples: it is there where this source is. */
  readonly presence: Source | undefined;
  /** Its linear map. */
  readonly layer: LayerSolver;
  /** The weights it uses. */
  readonly group: WeightGroup;
  /**
   * What it reads, in order of concatenation. A parent that is absent reads as zeros; of several with the same columns, a sample
   * reads the first that it has.
   */
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
