import { describe } from 'vitest';
import { catalogue, createContainer } from '../../../core/index.ts';
import { defaultModules } from '../../../index.ts';
import { schemeLaws } from '../../laws/scheme.ts';

const everything = catalogue(createContainer(...defaultModules));

for (const scheme of everything.schemes.all) {
  describe(`scheme ${scheme.name}`, () => {
    schemeLaws(scheme, everything);
  });
}

describe('scheme proximal with no ridge and costly moves', () => {
  const options = { ridge: 0, alpha: 2, alphaWeights: 1 };
  schemeLaws(everything.schemes.get('proximal'), everything, { options });
});

describe.each([
  { bias: true, order: 'backward', start: 'feasible' },
  { bias: true, warmSweeps: 1, multiplierStep: 'exact', ridge: 1e-3, growth: 1.1 },
])('scheme taylor with %o', (options) => {
  schemeLaws(everything.schemes.get('taylor'), everything, { options });
});
