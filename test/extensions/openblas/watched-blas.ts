import { Lapack } from '../../../extensions/openblas/lapack.ts';
import type { Blas } from '../../../extensions/openblas/library.ts';
import type { NativeLibrary } from '../../../extensions/native/koffi.ts';
import { bindRoutines } from '../../../extensions/openblas/routines.ts';

/** A library that computes nothing and notes the name of each function that is called. */
export function watchedBlas(unpacked: number): { blas: Blas; calls: string[] } {
  const calls: string[] = [];
  const library: NativeLibrary = { func: (name) => () => calls.push(name) };
  const blas = {
    description: { library: 'watched' },
    single: bindRoutines(library, 's'),
    double: bindRoutines(library, 'd'),
    lapack: new Lapack(library),
    unpacked,
  };
  return { blas, calls };
}
