import type { BlasDescription } from '../../openblas/index.ts';
import type { Found } from './found.ts';
import type { Rates } from './rates.ts';

/** Node, and whether nograd supports it. */
export interface NodeVersion {
  /** Version of Node. */
  readonly version: string;
  /** Versions that nograd supports, as its package states them. */
  readonly needed: string;
  /** Whether the version is one of them. */
  readonly supported: boolean;
}

/** The machine, as its operating system describes it. */
export interface MachineDescription {
  /** Operating system, its release and the architecture. */
  readonly system: string;
  /** Model of the processor. */
  readonly processor: string;
  /** Cores that the operating system shows; a core of two hardware threads counts twice. */
  readonly cores: number;
  /** Cores that this process may really use: affinity and limits of containers count. */
  readonly usableCores: number;
}

/** Memory, in bytes. */
export interface Memory {
  /** Of the machine. */
  readonly total: number;
  /** That programs could take now. */
  readonly free: number;
  /** Limit that a container sets; `null` for none. */
  readonly limit: number | null;
}

/** Data that has a name. */
export type KnownData = {
  /** As run files spell it. */
  readonly name: string;
} & Found<{
  /** Samples. */
  readonly samples: number;
  /** Features of a sample. */
  readonly features: number;
}>;

/** A linear algebra and how fast it is here. */
export type MeasuredBackend = {
  /** As run files spell it. */
  readonly name: string;
  /** `auto` takes the available one of the highest. */
  readonly preference: number;
} & Found<Rates>;

/** What `nograd doctor --json` prints, apart from the warnings. */
export interface Diagnosis {
  /** Version of nograd. */
  readonly nograd: string;
  /** Operating system and processor. */
  readonly machine: MachineDescription;
  /** Memory there is. */
  readonly memory: Memory;
  /** Node at work. */
  readonly node: NodeVersion;
  /** Whether threads can share memory. */
  readonly sharedArrayBuffer: boolean;
  /** Vector instructions of WebAssembly; relaxed SIMD multiplies and adds in one. */
  readonly wasm: { readonly simd: boolean; readonly relaxedSimd: boolean };
  /** The BLAS found. */
  readonly blas: Found<BlasDescription>;
  /** Data that has a name, there or not. */
  readonly data: readonly KnownData[];
  /** Every linear algebra, the most preferred first. */
  readonly linearAlgebra: readonly MeasuredBackend[];
  /** What `auto` stands for here; a run of few samples takes fewer workers. */
  readonly auto: { readonly linearAlgebra: string; readonly workers: number };
}
