import { Container } from 'inversify';
import { describe, expect, it } from 'vitest';
import { Initialiser } from '../../core/initialiser.ts';
import { LayerKind } from '../../core/layer-kind.ts';
import { OutputSolver } from '../../core/output-solver.ts';
import { layersModule } from '../../layers/index.ts';

describe('the module of layers', () => {
  it('binds layer kinds, initialisers and losses by their names', () => {
    const container = new Container();
    container.load(layersModule);
    expect(container.getAll<LayerKind>(LayerKind).map(({ kind }) => kind)).toEqual(['dense', 'add']);
    expect(container.getAll<OutputSolver>(OutputSolver).map(({ name }) => name)).toEqual(['squared', 'hinge']);
    expect(container.getAll<Initialiser>(Initialiser).map(({ name }) => name)).toEqual([
      'gaussian',
      'he',
      'glorot',
      'orthogonal',
    ]);
  });
});
