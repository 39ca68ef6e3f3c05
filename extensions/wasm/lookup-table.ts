import { mostTables, type TabulatedActivation } from '../../activations/lookup-table.ts';
import { valueOn, type Curve } from '../../activations/lookup-table/curve.ts';
import { columns, kernelCellLength, kernelColumns, side, widest } from '../../activations/lookup-table/kernel-cell.ts';
import { mostRows, StartTable } from '../../activations/lookup-table/start-table.ts';
import { precisionOf, type Real } from '../../core/block.ts';
import type { Penalty } from '../../core/penalty.ts';
import { chunk, copyIn, tableBytes, type ElementMemory } from './element-memory.ts';
import { squaredDistance } from '../../core/schemes/constraint-sums.ts';
import type { SummingKernels } from './elements.ts';
import type { Kernels, TableKernels } from './load.ts';

/** Numbers of a table: see `assembly/table.ts`. */
const tableLength = 16;

/** Bytes before the list of what the kernel leaves: two sums. */
const listAt = 16;

/** Bytes of an entry of that list: number, a and m. */
const entryBytes = 12;

/** Bytes before sums that nobody reads, beyond the longest list. */
const unusedAt = tableBytes / 2;

/** What a step as short as this leaves is of the order of its square. */
const lastStep = 2 ** -9;

/** Whether f32 holds the knots of an activation as they are. */
export function canHold(activation: TabulatedActivation): boolean {
  const { from, to, spacing } = activation.curve();
  const isPower = Number.isInteger(Math.log2(spacing));
  return isPower && Number.isInteger(from / spacing) && Math.max(-from, to) / spacing < 2 ** 22;
}

/** The starts for one ratio, where the kernels read them. */
interface Placed {
  readonly starts: StartTable;
  /** Their cells. */
  readonly cells: Float32Array;
  /** What {@link describe} says. */
  readonly table: Float32Array;
}

/** Where the kernel finds and leaves its numbers. */
type Addresses = Readonly<Record<'a' | 'm' | 'z' | 'sums', number>>;

/** What the kernels are told of a curve, and of the starts for one ratio. */
function describe({ from, to, spacing, density, count, bent }: Curve, starts?: StartTable, ratio = 0): number[] {
  const { lowest = 0, perHeight = 0, rows = 0 } = starts ?? {};
  const along = [1 / side, widest / side - 0.5, columns - 1];
  const up = [perHeight, -lowest * perHeight - 0.5, rows - 1];
  // Where the curvature jumps somewhere, the cubic of a cell is not to be relied on.
  return [from, density, spacing, count + 1, to, ...along, ...up, ratio, bent ? -1 : lastStep];
}

/**
 * An activation by look-up table in the memory of the kernels, which read the same tables that the plain code does. Most
 * entries take one look at the starts and one at the curve; what the kernel leaves is solved by the plain code.
 */
export class TableInMemory implements SummingKernels {
  readonly #plain: TabulatedActivation;
  readonly #curve: Curve;
  readonly #kernels: TableKernels;
  readonly #memory: ElementMemory;
  /** By ratio, the one used last at the end; their memory is used again. */
  readonly #placed = new Map<number, Placed>();
  #records: Float32Array | undefined;
  #table: Float32Array | undefined;

  constructor(activation: TabulatedActivation, kernels: Kernels, memory: ElementMemory) {
    this.#plain = activation;
    this.#curve = activation.curve();
    this.#kernels = kernels.float32;
    this.#memory = memory;
  }

  readonly apply = (z: Real, out: Real): void => {
    const records = z instanceof Float32Array ? this.#placeCurve() : undefined;
    if (records === undefined) {
      this.#plain.apply(z, out);
      return;
    }
    const memory = this.#memory;
    const keeps = memory.holds(out);
    for (let from = 0; from < z.length; from += chunk) {
      const length = Math.min(chunk, z.length - from);
      const zAt = memory.reach(z, from, 'float32', memory.a);
      const outAt = keeps ? out.byteOffset + 4 * from : memory.a.at;
      this.#kernels.applyTable(zAt, length, this.#table!.byteOffset, records.byteOffset, outAt);
      if (!keeps) out.set(memory.a.view('float32', length), from);
    }
  };

  readonly solve = (a: Real, m: Real, penalty: Penalty, z: Real): void => {
    if (!this.#solve(a, m, penalty, z)) this.#plain.solve(a, m, penalty, z);
  };

  readonly solveAndSum = (a: Real, m: Real, penalty: Penalty, z: Real, sums: Float64Array): void => {
    if (this.#solve(a, m, penalty, z, sums)) return;
    const precision = precisionOf(z);
    for (let from = 0; from < z.length; from += chunk) {
      const length = copyIn(a, from, precision, this.#memory.a);
      copyIn(m, from, precision, this.#memory.m);
      const [target, centre] = [this.#memory.a, this.#memory.m].map((slot) => slot.view(precision, length));
      const found = z.subarray(from, from + length);
      this.#plain.solve(target!, centre!, penalty, found);
      sums[0]! += squaredDistance(found, centre!);
      this.#plain.apply(found, centre!);
      sums[1]! += squaredDistance(target!, centre!);
    }
  };

  /** As `solve`, with sums where they are wanted; false where the kernels cannot. */
  #solve(a: Real, m: Real, { gamma, beta }: Penalty, z: Real, sums?: Float64Array): boolean {
    const placed = z instanceof Float32Array ? this.#placeStarts(gamma / beta) : undefined;
    if (placed === undefined) return false;
    const memory = this.#memory;
    const found = memory.table.view('float64', 2) as Float64Array;
    found.fill(0);
    const keeps = memory.holds(z);
    for (let from = 0; from < z.length; from += chunk) {
      const length = Math.min(chunk, z.length - from);
      const aAt = memory.reach(a, from, 'float32', memory.a);
      const mAt = memory.reach(m, from, 'float32', memory.m);
      const zAt = keeps ? z.byteOffset + 4 * from : memory.m.at;
      const left = this.#solveChunk(placed, { a: aAt, m: mAt, z: zAt, sums: memory.table.at }, length);
      if (!keeps) z.set(memory.m.view('float32', length), from);
      this.#solveLeft(placed, left, z.subarray(from, from + length), found);
    }
    for (let i = 0; sums !== undefined && i < 2; i++) sums[i]! += found[i]!;
    return true;
  }

  /** How many entries the kernel leaves. */
  #solveChunk({ cells, table }: Placed, { a, m, z, sums }: Addresses, length: number): number {
    const list = this.#memory.table.at + listAt;
    const curve = this.#records!.byteOffset;
    const end = this.#kernels.solveTable(a, m, length, table.byteOffset, curve, cells.byteOffset, z, sums, list);
    return (end - list) / entryBytes;
  }

  /**
   * Solves what the kernel has left of a chunk: entries whose cells had never been needed and those beyond the last vector by the
   * kernel after all, so that neither the order of calls nor where an entry stands makes a difference; the others by the plain code.
   */
  #solveLeft(placed: Placed, left: number, z: Real, sums: Float64Array): void {
    if (left === 0) return;
    const { a, m, lambda, table } = this.#memory;
    const entries = table.view('float32', listAt / 4 + 3 * left).slice(listAt / 4);
    const numbers = new Uint32Array(entries.buffer);
    const padded = 4 * Math.ceil(left / 4);
    const [targets, centres, found] = [a, m, lambda].map((slot) => slot.view('float32', padded).fill(0));
    for (let i = 0; i < left; i++) {
      targets![i] = entries[3 * i + 1]!;
      centres![i] = entries[3 * i + 2]!;
      placed.starts.prepare(targets![i]!, centres![i]!);
    }
    this.#solveChunk(placed, { a: a.at, m: m.at, z: lambda.at, sums: table.at + unusedAt }, padded);
    for (let i = 0; i < left; i++) {
      const [target, centre] = [targets![i]!, centres![i]!];
      const at = numbers[3 * i]!;
      z[at] = Number.isNaN(found![i]) ? placed.starts.solveOne(target, centre) : found![i]!;
      sums[0]! += (z[at] - centre) ** 2;
      sums[1]! += (target - valueOn(this.#curve, z[at])) ** 2;
    }
  }

  /** The records of the curve; `undefined` where memory is full. */
  #placeCurve(): Float32Array | undefined {
    if (this.#records !== undefined) return this.#records;
    const { coefficients } = this.#curve;
    this.#table = this.#allocate(tableLength);
    const records = this.#table && this.#allocate(coefficients.length);
    if (records === undefined) return undefined;
    this.#table!.set(describe(this.#curve));
    records.set(coefficients);
    return (this.#records = records);
  }

  #placeStarts(ratio: number): Placed | undefined {
    if (this.#placeCurve() === undefined) return undefined;
    const known = this.#placed.get(ratio);
    // The table used last goes to the end of the line.
    this.#placed.delete(ratio);
    const placed = known ?? this.#makeStarts(ratio);
    if (placed !== undefined) this.#placed.set(ratio, placed);
    return placed;
  }

  #makeStarts(ratio: number): Placed | undefined {
    let old: Omit<Placed, 'starts'> | undefined;
    if (this.#placed.size === mostTables) {
      const [oldest, placed] = this.#placed.entries().next().value!;
      this.#placed.delete(oldest);
      old = placed;
    }
    const cells = old?.cells ?? this.#allocate(kernelCellLength * mostRows * kernelColumns);
    const table = old?.table ?? this.#allocate(tableLength);
    if (cells === undefined || table === undefined) return undefined;
    const starts = new StartTable(this.#curve, ratio, cells);
    table.set(describe(this.#curve, starts, ratio));
    return { starts, cells, table };
  }

  #allocate(length: number): Float32Array | undefined {
    return this.#memory.allocate('float32', length) as Float32Array | undefined;
  }
}
