import type { Precision } from '../../core/block.ts';
import { relaxedSimd, simd } from './kernels.ts';

/** Kernels of one precision. Arguments are addresses, counts, and steps in bytes: see `assembly/product.ts`. */
export interface PrecisionKernels {
  readonly pack: (
    source: number,
    depth: number,
    cols: number,
    depthStep: number,
    colStep: number,
    panels: number,
  ) => void;
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

/** One instance of the kernels with a memory of its own, of which they use the first 256 bytes. */
export interface Kernels extends Readonly<Record<Precision, PrecisionKernels>> {
  readonly memory: WebAssembly.Memory;
}

/** A build of the kernels: `relaxed-simd` multiplies and adds in one rounding, and is the faster one. */
export type Build = 'simd' | 'relaxed-simd';

const base64: Record<Build, string> = { simd, 'relaxed-simd': relaxedSimd };

const bytesOf = (build: Build): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64[build]), (character) => character.charCodeAt(0));

/** The fastest build that this runtime takes; `undefined` where it has no WebAssembly SIMD. */
export const bestBuild = (): Build | undefined =>
  (['relaxed-simd', 'simd'] as const).find(
    (build) => typeof WebAssembly === 'object' && WebAssembly.validate(bytesOf(build)),
  );

/** A new instance of a build. Throws a `WebAssembly.CompileError` where the runtime does not take it. */
export function instantiate(build: Build): Kernels {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytesOf(build)));
  type Names = `${keyof PrecisionKernels}${32 | 64}`;
  const found = instance.exports as unknown as Record<Names, never> & { readonly memory: WebAssembly.Memory };
  return {
    memory: found.memory,
    float32: { pack: found.pack32, product: found.product32, strip: found.strip32 },
    float64: { pack: found.pack64, product: found.product64, strip: found.strip64 },
  };
}
