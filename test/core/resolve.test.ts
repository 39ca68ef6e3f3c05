import { ContainerModule } from 'inversify';
import { describe, expect, it } from 'vitest';
import { catalogue, createContainer, resolveScheme, Scheme, taylor } from '../../core/index.ts';
import { defaultModules } from '../../index.ts';

const nameless: Scheme = {
  name: 'nameless',
  options: taylor.options,
  start: () => {
    throw new Error('It is not to be started.');
  },
};
const module = new ContainerModule(({ bind }) => void bind(Scheme).toConstantValue(nameless));
const everything = catalogue(createContainer(...defaultModules, module));

describe('the initialiser of a scheme', () => {
  it.each([
    ['the one that its options name', { name: 'taylor', initialiser: 'orthogonal' }, 'orthogonal'],
    ['the one that its options name by default', 'taylor', 'he'],
    ['zero where it names none', 'nameless', 'zero'],
  ])('is %s', (_, chosen, name) => {
    expect(resolveScheme(chosen, everything).initialiser.name).toBe(name);
  });
});
