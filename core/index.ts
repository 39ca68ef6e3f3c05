export * from './accelerator.ts';
export * from './activation-family.ts';
export * from './activation-solver.ts';
export * from './agreement.ts';
export * from './best-sweep.ts';
export * from './block.ts';
export * from './build-network.ts';
export * from './columns.ts';
export * from './consensus.ts';
export * from './container.ts';
export * from './counting-linear-algebra.ts';
export * from './data-source.ts';
export * from './diagnosis.ts';
export * from './engine.ts';
export * from './errors.ts';
export * from './evaluate.ts';
export * from './forward-pass.ts';
export * from './graph.ts';
export * from './graph-builder.ts';
export * from './handed-on.ts';
export * from './hold-out.ts';
export * from './initialiser.ts';
export * from './inputs/conjugate-gradients.ts';
export * from './inputs/factored.ts';
export * from './inputs/identity-readers.ts';
export * from './inputs/prepare-inputs.ts';
export * from './inputs/reading.ts';
export * from './layer-kind.ts';
export * from './layer-solver.ts';
export * from './linear-algebra.ts';
export * from './linear-algebra/index.ts';
export * from './model.ts';
export * from './network.ts';
export * from './node-input.ts';
export * from './observer.ts';
export * from './options.ts';
export * from './outcome.ts';
export * from './output-solver.ts';
export * from './penalty.ts';
export * from './phase-clock.ts';
export * from './preprocessing.ts';
export * from './presence.ts';
export * from './preset.ts';
export * from './random.ts';
export * from './registry.ts';
export * from './regulariser.ts';
export * from './resident-data.ts';
export * from './resolve.ts';
export * from './result.ts';
export * from './ridge.ts';
export * from './right-decisions.ts';
export {
  checkTraining,
  type LayerConfiguration,
  type NetworkConfiguration,
  type SchemeConfiguration,
  type StopConfiguration,
  type TrainingConfiguration,
  type TrainingInput,
} from './run-configuration.ts';
export * from './scheme.ts';
export * from './sequences.ts';
export * from './schemes/constraint-sums.ts';
export * from './schemes/group-weights.ts';
export * from './schemes/hidden-update.ts';
export * from './schemes/initialise-weights.ts';
export * from './schemes/nested/nested.ts';
export * from './schemes/output-update.ts';
export * from './schemes/penalties.ts';
export * from './schemes/proximal/proximal.ts';
export * from './schemes/proximal/proximal-hidden.ts';
export * from './schemes/proximal/proximal-output.ts';
export * from './schemes/proximal/proximal-sweeper.ts';
export * from './schemes/schedule.ts';
export * from './schemes/split-state.ts';
export * from './schemes/sweep-terms.ts';
export * from './schemes/sweep-weights.ts';
export * from './schemes/taylor.ts';
export * from './schemes/taylor-feasible.ts';
export * from './schemes/taylor-advice.ts';
export * from './schemes/taylor-sweeper.ts';
export * from './stopping-rule.ts';
export * from './stopping.ts';
export * from './symptom.ts';
export * from './targets.ts';
export * from './tile-buffer.ts';
export * from './token.ts';
export * from './train.ts';
export * from './trainer.ts';
