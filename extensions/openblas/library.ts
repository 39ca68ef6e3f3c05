import { Lapack } from './lapack.ts';
import { firstLine, type Koffi, type NativeLibrary } from '../native/koffi.ts';
import { bindRoutines, type Routines } from './routines.ts';

/** Which BLAS was found. */
export interface BlasDescription {
  /** File name or path by which it was opened. */
  readonly library: string;
  /** File name of the LAPACK, where it is a library of its own. */
  readonly lapack?: string;
  /** Name, version and build options as the library states them, e.g. `OpenBLAS 0.3.21 DYNAMIC_ARCH`. */
  readonly version?: string;
  /** Processor type that it chose its kernels for, e.g. `Haswell`. */
  readonly core?: string;
}

/** A BLAS and LAPACK, bound. */
export interface Blas {
  readonly description: BlasDescription;
  readonly single: Routines;
  readonly double: Routines;
  readonly lapack: Lapack;
  /** Products of up to so many multiplications skip the packing of their operands, and thin ones are then much faster. */
  readonly unpacked: number;
}

/** Where to look for a BLAS. */
export interface Place {
  /** The package koffi, or why it is not there. */
  readonly koffi: Koffi | string;
  /** Operating system, as `process.platform` names it. */
  readonly platform: string;
  /** Path of the library to take, the only one tried; without it the usual names are searched. */
  readonly path: string | undefined;
}

interface Names {
  readonly blas: readonly string[];
  readonly lapack: readonly string[];
  readonly remedy: string;
}

const onLinux: Names = {
  blas: ['libopenblas.so.0', 'libmkl_rt.so.2', 'libblis.so.4', 'libcblas.so.3'],
  lapack: ['liblapack.so.3'],
  remedy: 'apt-get install libopenblas0-pthread',
};
const onMac: Names = {
  blas: [
    '/System/Library/Frameworks/Accelerate.framework/Accelerate',
    '/opt/homebrew/opt/openblas/lib/libopenblas.dylib',
  ],
  lapack: [],
  remedy: 'brew install openblas',
};
const onWindows: Names = {
  blas: ['libopenblas.dll', 'mkl_rt.2.dll'],
  lapack: ['liblapack.dll'],
  remedy: 'put libopenblas.dll of an OpenBLAS release on the PATH',
};

const namesOn = (platform: string): Names =>
  platform === 'darwin' ? onMac : platform === 'win32' ? onWindows : onLinux;

/** The answer of a function without arguments, or `undefined` where the library does not have it. */
function ask(library: NativeLibrary, name: string, result: string): unknown {
  try {
    return library.func(name, result, [])();
  } catch {
    return undefined;
  }
}

const askText = (library: NativeLibrary, name: string): string | undefined => {
  const answer = ask(library, name, 'str');
  return typeof answer === 'string' ? answer.trim() : undefined;
};

/** A library that a worker is the first to load did not see the environment, and would use a thread per core. */
function limitThreads(library: NativeLibrary): void {
  if (Number(ask(library, 'openblas_get_num_threads', 'int') ?? 1) === 1) return;
  (library.func('openblas_set_num_threads', 'void', ['int']) as (count: number) => void)(1);
}

/** LAPACK in the library itself, else in the first of the other names. Throws what the library itself lacks. */
function bindLapack(koffi: Koffi, library: NativeLibrary, names: readonly string[]): { lapack: Lapack; from?: string } {
  let missing: unknown;
  try {
    return { lapack: new Lapack(library) };
  } catch (thrown) {
    missing = thrown;
  }
  for (const from of names) {
    try {
      return { lapack: new Lapack(koffi.load(from)), from };
    } catch {
      continue;
    }
  }
  throw missing;
}

/** OpenBLAS has kernels that do not pack for processors with AVX-512, and takes them up to 100 x 100 x 100. */
const unpackedOn = (core: string | undefined): number =>
  /^(skylakex|cooperlake|sapphirerapids)$/i.test(core ?? '') ? 100 ** 3 : 0;

/** Opens and binds one library; throws where that cannot be. */
function open(koffi: Koffi, name: string, lapackNames: readonly string[]): Blas {
  const library = koffi.load(name);
  const version = askText(library, 'openblas_get_config');
  if (version?.includes('USE64BITINT')) throw new Error('it counts in 64-bit integers (ILP64), not in 32-bit ones');
  const [single, double] = [bindRoutines(library, 's'), bindRoutines(library, 'd')];
  const { lapack, from } = bindLapack(koffi, library, lapackNames);
  limitThreads(library);
  const core = askText(library, 'openblas_get_corename');
  const description = {
    library: name,
    ...(from === undefined ? {} : { lapack: from }),
    ...(version === undefined ? {} : { version }),
    ...(core === undefined ? {} : { core }),
  };
  return { description, single, double, lapack, unpacked: unpackedOn(core) };
}

/** The first BLAS that can be used, or one line that says what was tried and how to get one. Never throws. */
export function findBlas({ koffi, platform, path }: Place): Blas | string {
  if (typeof koffi === 'string')
    return `No BLAS can be called without the package koffi (${koffi}): npm install koffi.`;
  const names = namesOn(platform);
  const tried: string[] = [];
  for (const name of path === undefined ? names.blas : [path]) {
    try {
      return open(koffi, name, names.lapack);
    } catch (thrown) {
      if (path !== undefined)
        return `NOGRAD_BLAS names ${path}, which cannot be used (${firstLine(thrown)}): correct it, or unset it.`;
      tried.push(name);
    }
  }
  return `No BLAS found (tried ${tried.join(', ')}): ${names.remedy}, or set NOGRAD_BLAS to the file of one.`;
}
