import type { Diagnosis, MeasuredBackend } from './diagnosis.ts';

/** A backend has to be faster by this factor to be worth a warning: less may be chance. */
const worthwhile = 1.2;

const rateOf = (backend: MeasuredBackend): number => (backend.available ? backend.multiply : 0);

/** A preferred linear algebra can be a slow one, e.g. the reference BLAS. */
function slowChoice({ auto, linearAlgebra }: Diagnosis): string[] {
  const chosen = linearAlgebra.find(({ name }) => name === auto.linearAlgebra);
  const [fastest] = [...linearAlgebra].sort((a, b) => rateOf(b) - rateOf(a));
  if (chosen === undefined || fastest === undefined || rateOf(fastest) < worthwhile * rateOf(chosen)) return [];
  const figure = (backend: MeasuredBackend): string => `${backend.name} (${rateOf(backend).toFixed(1)} GFLOP/s)`;
  return [`auto takes ${figure(chosen)}, but ${figure(fastest)} is faster: set linearAlgebra: ${fastest.name}`];
}

const oldNode = ({ node }: Diagnosis): string[] =>
  node.supported ? [] : [`Node ${node.version} is not supported: use one that is ${node.needed}`];

/** OpenBLAS takes its kernels of 2004 for a processor that is newer than itself; no processor that runs Node 20 needs them. */
const oldKernels = ({ blas }: Diagnosis): string[] =>
  blas.available && blas.core === 'Prescott'
    ? [
        'OpenBLAS does not know this processor and took its oldest kernels (Prescott), several times slower than others: ' +
          'set OPENBLAS_CORETYPE=HASWELL (AVX2) or SKYLAKEX (AVX-512) before the run, or install a newer OpenBLAS',
      ]
    : [];

/** What should be changed, a line each. */
export const warningsOf = (diagnosis: Diagnosis): string[] => [
  ...oldNode(diagnosis),
  ...oldKernels(diagnosis),
  ...slowChoice(diagnosis),
];
