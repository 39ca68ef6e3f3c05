import type { Program } from '../../extensions/cli/experiment/index.ts';
import { pythonProgram } from './python-program.ts';

const beside = (file: string): URL => new URL(file, import.meta.url);

const torch = (name: string, method: string): Program =>
  pythonProgram({ name, needs: 'torch', debian: 'python3-torch', script: beside('./train_torch.py'), method });

/** torch's Adam on cross-entropy. Options: `rate`, `batch`, `epochs` (of a record). */
export const torchAdam: Program = torch('torch Adam', 'adam');

/** torch's SGD with momentum 0.9 on cross-entropy. Options: `rate`, `batch`, `epochs`. */
export const torchSgd: Program = torch('torch SGD', 'sgd');

/** torch's L-BFGS with a strong Wolfe line search, in full batch. Option: `memory`. */
export const torchLbfgs: Program = torch('torch L-BFGS', 'lbfgs');

/** scikit-learn's MLPClassifier with its Adam. Options: `rate`, `batch`. */
export const sklearnAdam: Program = pythonProgram({
  name: 'scikit-learn Adam',
  needs: 'sklearn',
  debian: 'python3-sklearn',
  script: beside('./train_sklearn.py'),
  method: 'adam',
});
