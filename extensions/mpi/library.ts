import { UserError } from '../../core/errors.ts';
import { firstLine, type KoffiWithVariables, type NativeLibrary, type NativeVariables } from '../native/koffi.ts';
import type { Launch } from './launch.ts';

/** Ranks that call MPI together: a communicator. Counts are of 64-bit floating-point numbers. */
export interface MpiGroup {
  /** Which rank of the group this process is. */
  readonly rank: number;
  /** How many there are. */
  readonly size: number;
  /** The `count` numbers of every rank, in rank order, to all. */
  allgather(own: Float64Array, count: number, all: Float64Array): void;
  /** The j-th `count` numbers of rank i become the i-th of rank j. */
  alltoall(given: Float64Array, count: number, received: Float64Array): void;
}

/** What is called of MPI; the group is that of all ranks. */
export interface Mpi extends MpiGroup {
  /** Name and version, as the library states them in its first line. */
  readonly version: string;
  /** The largest of all ranks, number by number, to all. */
  largest(own: Float64Array, all: Float64Array): void;
  /** The same without blocking this thread, which must make no other call before it is done. */
  largestLater(own: Float64Array, all: Float64Array): Promise<void>;
  /** The ranks that call it with the same number, in rank order; all ranks have to call it. */
  split(which: number): MpiGroup;
  /** The numbers of one rank, to all. */
  broadcast(values: Float64Array, from: number): void;
  /** Waits for all ranks. */
  barrier(): void;
  /** Leaves MPI; no call may follow. */
  finalize(): void;
  /** Ends the processes of all ranks. */
  abort(code: number): void;
}

/** The binary interface of a family of implementations: how handles are passed, and what they are. */
interface Abi {
  readonly handle: 'void *' | 'int';
  readonly world: unknown;
  readonly double: unknown;
  readonly max: unknown;
  /** Room for a handle that a call makes. */
  readonly room: () => BigUint64Array | Int32Array;
}

/** Open MPI: a handle is the address of a variable of the library. */
const openMpiAbi = (koffi: KoffiWithVariables, library: NativeVariables): Abi => ({
  handle: 'void *',
  world: koffi.address(library.symbol('ompi_mpi_comm_world')),
  double: koffi.address(library.symbol('ompi_mpi_double')),
  max: koffi.address(library.symbol('ompi_mpi_op_max')),
  room: () => new BigUint64Array(1),
});

/** MPICH and all that share its ABI, among them Intel MPI, MVAPICH and Cray MPICH: a handle is a number. */
const mpichAbi: Abi = {
  handle: 'int',
  world: 0x44000000,
  double: 0x4c00080b,
  max: 0x58000001,
  room: () => new Int32Array(1),
};

/** `MPI_THREAD_SERIALIZED`, the same in both families: any thread may call, one at a time. */
const serialized = 2;

/** Name and version without what follows them. */
const short = (version: string): string => firstLine(version).split(',', 1)[0]!.replace(/\s+/g, ' ');

const isOpenMpi = (version: string): boolean => version.includes('Open MPI');
const hasMpichAbi = (version: string): boolean => /MPICH|Intel\(R\) MPI|MVAPICH/i.test(version);

/** File names in the order in which they are tried. */
const namesFor = {
  'Open MPI': ['libmpi.so.40', 'libmpi.so.80', 'libmpi.40.dylib', 'libmpi.dylib'],
  MPICH: ['libmpich.so.12', 'libmpi.so.12', 'libmpi.12.dylib', 'libmpich.dylib'],
} as const;

const packageOf = { 'Open MPI': 'libopenmpi3', MPICH: 'libmpich12' } as const;

function versionOf(library: NativeLibrary): string {
  // MPI_MAX_LIBRARY_VERSION_STRING is 8192 in MPICH and 256 in Open MPI.
  const [text, length] = [new Uint8Array(8192), new Int32Array(1)];
  const ask = library.func('MPI_Get_library_version', 'int', ['void *', 'void *']) as (...values: unknown[]) => number;
  ask(text, length);
  return new TextDecoder('latin1').decode(text.subarray(0, length[0])).replace(/\0.*/s, '').trim();
}

/** What koffi makes of a function: called as it is, or on a thread of its own. */
interface Callable {
  (...values: unknown[]): number;
  async(...values: unknown[]): void;
}

/** A bound function; a result other than `MPI_SUCCESS` throws. */
function bind(library: NativeLibrary, name: string, parameters: readonly string[]) {
  const call = library.func(name, 'int', parameters) as unknown as Callable;
  const failed = (code: number): Error => new Error(`${name} failed with error code ${code}.`);
  return {
    now(...values: unknown[]): void {
      const code = call(...values);
      if (code !== 0) throw failed(code);
    },
    later: (...values: unknown[]): Promise<void> =>
      new Promise((resolve, reject) => {
        call.async(...values, (error: Error | null, code: number) => {
          if (error !== null) reject(error);
          else if (code !== 0) reject(failed(code));
          else resolve();
        });
      }),
  };
}

/** What makes a group of a communicator. */
function groupsOf(library: NativeLibrary, { handle, double }: Abi): (communicator: unknown) => MpiGroup {
  const array = ['void *', 'int', handle];
  const allgather = bind(library, 'MPI_Allgather', [...array, ...array, handle]);
  const alltoall = bind(library, 'MPI_Alltoall', [...array, ...array, handle]);
  const ask = (name: string, communicator: unknown): number => {
    const answer = new Int32Array(1);
    bind(library, name, [handle, 'void *']).now(communicator, answer);
    return answer[0]!;
  };
  return (communicator) => ({
    rank: ask('MPI_Comm_rank', communicator),
    size: ask('MPI_Comm_size', communicator),
    allgather: (own, count, all) => allgather.now(own, count, double, all, count, double, communicator),
    alltoall: (given, count, received) => alltoall.now(given, count, double, received, count, double, communicator),
  });
}

/** Binds the library and joins the other ranks. */
function join(library: NativeLibrary, version: string, abi: Abi): Mpi {
  const { handle, world, double, max, room } = abi;
  const allreduce = bind(library, 'MPI_Allreduce', ['void *', 'void *', 'int', handle, handle, handle]);
  const broadcast = bind(library, 'MPI_Bcast', ['void *', 'int', handle, 'int', handle]);
  const split = bind(library, 'MPI_Comm_split', [handle, 'int', 'int', 'void *']);
  const barrier = bind(library, 'MPI_Barrier', [handle]);
  const finalize = bind(library, 'MPI_Finalize', []);
  const abort = bind(library, 'MPI_Abort', [handle, 'int']);
  const init = bind(library, 'MPI_Init_thread', ['void *', 'void *', 'int', 'void *']);
  init.now(null, null, serialized, new Int32Array(1));
  const groupOf = groupsOf(library, abi);
  const all = groupOf(world);
  return {
    ...all,
    version,
    largest: (own, found) => allreduce.now(own, found, own.length, double, max, world),
    largestLater: (own, found) => allreduce.later(own, found, own.length, double, max, world),
    split(which) {
      const made = room();
      split.now(world, which, all.rank, made);
      return groupOf(made[0]);
    },
    broadcast: (values, from) => broadcast.now(values, values.length, double, from, world),
    barrier: () => barrier.now(world),
    finalize: () => finalize.now(),
    abort: (code) => abort.now(world, code),
  };
}

/** Where to look for MPI. */
export interface Place {
  /** The package koffi, or why it is not there. */
  readonly koffi: KoffiWithVariables | string;
  /** Path or name of the library to take, the only one tried; without it those of the launcher's family. */
  readonly path: string | undefined;
  /** How this process was started. */
  readonly launch: Launch;
}

interface Opened {
  readonly name: string;
  readonly library: NativeVariables;
  readonly version: string;
}

function open(koffi: KoffiWithVariables, name: string): Opened {
  // Open MPI opens its own parts as plug-ins, which need its symbols.
  const library = koffi.load(name, { global: true });
  return { name, library, version: versionOf(library) };
}

function find(koffi: KoffiWithVariables, { path, launch }: Place): Opened {
  if (path !== undefined) {
    try {
      return open(koffi, path);
    } catch (thrown) {
      throw new UserError(
        `NOGRAD_MPI names ${path}, which cannot be used (${firstLine(thrown)}): correct or unset it.`,
      );
    }
  }
  const families = launch.family === undefined ? (['Open MPI', 'MPICH'] as const) : [launch.family];
  const names = families.flatMap((family) => namesFor[family]);
  for (const name of names) {
    try {
      return open(koffi, name);
    } catch {
      continue;
    }
  }
  const remedy = families.map((family) => `${packageOf[family]} (${family})`).join(' or ');
  throw new UserError(
    `Started by ${launch.launcher}, but its MPI library is not on this machine (tried ${names.join(', ')}): apt-get install ${remedy}, or set NOGRAD_MPI to the file of one.`,
  );
}

/** Whether the launcher started as many as the library sees: each finds only itself where launcher and library differ. */
function mustBeTogether({ size, version }: Mpi, name: string, { launcher, size: started }: Launch): void {
  if (started === undefined || started === size) return;
  throw new UserError(
    `${started} ranks were started by ${launcher}, but ${name} (${version}) sees ${size}: launcher and library have to be of the same MPI; choose the library with NOGRAD_MPI.`,
  );
}

/**
 * Opens the MPI library that belongs to the launcher, and joins the other ranks: Open MPI, or one of the ABI of MPICH.
 *
 * @throws UserError where there is no such library, it is of an unknown kind, or it does not see the other ranks.
 */
export function openMpi(place: Place): Mpi {
  const { koffi, launch } = place;
  if (typeof koffi === 'string') {
    throw new UserError(`MPI cannot be called without the package koffi (${koffi}): npm install koffi.`);
  }
  const { name, library, version } = find(koffi, place);
  if (!isOpenMpi(version) && !hasMpichAbi(version)) {
    throw new UserError(
      `${name} is "${short(version)}", of a kind that nograd does not know: it has to be Open MPI or of the ABI of MPICH.`,
    );
  }
  const mpi = join(library, short(version), isOpenMpi(version) ? openMpiAbi(koffi, library) : mpichAbi);
  mustBeTogether(mpi, name, launch);
  return mpi;
}
