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

/** What should be changed, a line each. */
export const warningsOf = (diagnosis: Diagnosis): string[] => [...oldNode(diagnosis), ...slowChoice(diagnosis)];
