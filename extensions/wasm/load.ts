import type { Precision } from '../../core/block.ts';
import { relaxedSimd, simd } from './kernels.ts';

/** Dense kernels of one precision. Arguments are addresses, counts, and steps in bytes: see `assembly/product.ts`. */
export interface ProductKernels {
  /** Packs a matrix of depth x cols into panels. */
  readonly pack: (
    source: number,
    depth: number,
    cols: number,
    depthStep: number,
    colStep: number,
    panels: number,
  ) => void;
  /** `c` = `a` times a packed matrix, plus the old `c` where `keep`. */
  readonly product: (
    a: number,
    rowStep: number,
    depthStep: number,
    rows: number,
    panels: number,
    depth: number,
    cols: number,
    c: number,
    keep: 0 | 1,
  ) => void;
  /** Some rows of $z^T a$ of two packed matrices, from `first` on; returns the row after them. */
  readonly strip: (
    z: number,
    zCols: number,
    a: number,
    cols: number,
    depth: number,
    first: number,
    upper: 0 | 1,
    c: number,
  ) => number;
}

/** Element-wise kernels of one precision. Arguments are addresses, counts and weights: see `assembly/elements.ts`. */
export interface PointwiseKernels {
  /** `out` = h(z) for a table of pieces. */
  readonly applyPieces: (z: number, length: number, table: number, count: number, out: number) => void;
  /** `z` = the best of the clamped minima of all pieces. */
  readonly solvePieces: (
    a: number,
    m: number,
    length: number,
    table: number,
    count: number,
    gamma: number,
    beta: number,
    z: number,
  ) => void;
  /** `out` = max(0, z). */
  readonly applyRelu: (z: number, length: number, out: number) => void;
  /** `z` by the threshold rule of ReLU; two sums of squares are added to the f64 at `sums`. */
  readonly solveRelu: (
    a: number,
    m: number,
    length: number,
    pull: number,
    keep: number,
    k: number,
    z: number,
    sums: number,
  ) => void;
}

/** One row of outputs: addresses of its first patch in the image and among the patches; sizes in bytes, see `assembly/patches.ts`. */
type MovePatches = (
  image: number,
  pitch: number,
  step: number,
  lines: number,
  line: number,
  across: number,
  patches: number,
) => void;

/** Patches of images. */
export interface PatchKernels {
  /** Copies patches from an image. */
  readonly unfold: MovePatches;
  /** Adds patches to an image. */
  readonly fold: MovePatches;
}

/** The maximum over windows: addresses, of the windows as `assembly/pool.ts` describes them. */
export interface PoolKernels {
  /** `out` = h(z). */
  readonly applyPool: (z: number, images: number, windows: number, rectify: 0 | 1, out: number) => void;
  /** `z` holds m and becomes the solution; two sums of squares are added to the f64 at `sums`. */
  readonly solvePool: (
    a: number,
    z: number,
    images: number,
    windows: number,
    rectify: 0 | 1,
    gamma: number,
    beta: number,
    sums: number,
  ) => void;
}

/** Kernels of tabulated activations, which are there for f32 alone. Arguments are addresses: see `assembly/table.ts`. */
export interface TableKernels {
  /** `out` = h(z). */
  readonly applyTable: (z: number, length: number, table: number, curve: number, out: number) => void;
  /** `z` of the entries that a step or two are enough for; two sums of squares; a list of the others, whose end it returns. */
  readonly solveTable: (
    a: number,
    m: number,
    length: number,
    table: number,
    curve: number,
    starts: number,
    z: number,
    sums: number,
    list: number,
  ) => number;
}

/** `z` by the rule of a loss; three sums are added to the f64 at `sums`; then `lambda` += `rate` (z - m). */
export type OutputKernel = (
  y: number,
  m: number,
  lambda: number,
  length: number,
  beta: number,
  rate: number,
  z: number,
  sums: number,
) => void;

/** Losses that there are kernels for. */
export interface LossKernels {
  /** `hinge` of the layers. */
  readonly solveHinge: OutputKernel;
  /** `squared` of the layers. */
  readonly solveSquared: OutputKernel;
}

/** All kernels of one precision. */
export interface PrecisionKernels extends ProductKernels, PointwiseKernels, LossKernels, PatchKernels, PoolKernels {}

/** One instance of the kernels with a memory of its own, of which they use the first 256 bytes. */
export interface Kernels extends Readonly<Record<Precision, PrecisionKernels>> {
  /** Grown by its one owner, which then makes new views. */
  readonly memory: WebAssembly.Memory;
  /** Of f32. */
  readonly float32: PrecisionKernels & TableKernels;
}

/** A build of the kernels: `relaxed-simd` multiplies and adds in one rounding, and is the faster one. */
export type Build = 'simd' | 'relaxed-simd';

const base64: Record<Build, string> = { simd, 'relaxed-simd': relaxedSimd };

/** Remembers what is made of a build, which every run asks for. */
function remembering<T>(make: (build: Build) => T): (build: Build) => T {
  const made = new Map<Build, T>();
  return (build) => {
    let known = made.get(build);
    if (known === undefined) made.set(build, (known = make(build)));
    return known;
  };
}

const bytesOf = remembering((build) => Uint8Array.from(atob(base64[build]), (character) => character.charCodeAt(0)));

const moduleOf = remembering((build) => new WebAssembly.Module(bytesOf(build)));

/** The fastest build that this runtime takes; `undefined` where it has no WebAssembly SIMD. */
export const bestBuild = (): Build | undefined =>
  (['relaxed-simd', 'simd'] as const).find(
    (build) => typeof WebAssembly === 'object' && WebAssembly.validate(bytesOf(build)),
  );

/** The exports of one precision: those whose names end in its bits. The kernels of tables are there for f32 alone. */
const ofPrecision = (exports: WebAssembly.Exports, bits: 32 | 64): PrecisionKernels & TableKernels => {
  const own = Object.entries(exports).filter(([name]) => name.endsWith(String(bits)));
  const named: unknown = Object.fromEntries(own.map(([name, kernel]) => [name.slice(0, -2), kernel]));
  return named as PrecisionKernels & TableKernels;
};

/** A new instance of a build, which is compiled once. Throws a `WebAssembly.CompileError` where the runtime does not take it. */
export function instantiate(build: Build): Kernels {
  const { exports } = new WebAssembly.Instance(moduleOf(build));
  return {
    memory: exports['memory'] as WebAssembly.Memory,
    float32: ofPrecision(exports, 32),
    float64: ofPrecision(exports, 64),
  };
}
