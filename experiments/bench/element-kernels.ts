import { gelu, hardSigmoid, relu, sigmoid, tanh } from '../../activations/index.ts';
import type { Acceleration } from '../../core/accelerator.ts';
import type { ActivationSolver } from '../../core/activation-solver.ts';
import type { Block } from '../../core/block.ts';
import type { OutputSolver } from '../../core/output-solver.ts';
import { innerProduct, squaredDistance } from '../../core/schemes/constraint-sums.ts';
import { hinge, squared } from '../../layers/losses/index.ts';

/** What a call works on. */
export interface ElementBlocks {
  /** Targets, 0 or 1. */
  readonly y: Block;
  /** Activations. */
  readonly a: Block;
  /** Centres. */
  readonly m: Block;
  /** Multipliers, rewritten by the losses. */
  readonly lambda: Block;
  /** The result. */
  readonly out: Block;
}

/** One call of something that is done to every element. */
export type ElementCall = (blocks: ElementBlocks) => void;

/** Something that is done to every element. */
export interface ElementKernel {
  /** Its name in the tables. */
  readonly name: string;
  /** The plain code. */
  readonly plain: ElementCall;
  /** The kernels of an acceleration for the same, where it has them. */
  readonly fast: (acceleration: Acceleration) => ElementCall | undefined;
}

const penalty = { gamma: 10, beta: 1 };

/** The exact multiplier step, under which the multipliers come to rest: a printed one would halve them for ever. */
const step = 2;

const sums = new Float64Array(3);

type Run<Solver> = (solver: Solver, blocks: ElementBlocks) => void;

const apply: Run<ActivationSolver> = (solver, { a, out }) => solver.apply(a.data, out.data);
const solve: Run<ActivationSolver> = (solver, { a, m, out }) => solver.solve(a.data, m.data, penalty, out.data);

const solveAndSum: Run<ActivationSolver> = (solver, blocks) => {
  const { a, m, out } = blocks;
  if (solver.solveAndSum === undefined) solve(solver, blocks);
  else solver.solveAndSum(a.data, m.data, penalty, out.data, sums);
};

const solveAndStep: Run<OutputSolver> = (loss, { y, m, lambda, out }) => {
  const { beta } = penalty;
  if (loss.solveAndStep !== undefined) {
    loss.solveAndStep(y, m, beta, step, lambda, out, sums);
    return;
  }
  loss.solve(y, m, lambda, beta, out);
  sums[0]! += loss.loss(out, y);
  sums[1]! += innerProduct(out.data, lambda.data);
  sums[2]! += squaredDistance(out.data, m.data);
  for (let i = 0; i < out.data.length; i++) lambda.data[i]! += step * beta * (out.data[i]! - m.data[i]!);
};

function kernelOf<Solver>(
  name: string,
  plain: Solver,
  run: Run<Solver>,
  accelerate: (acceleration: Acceleration) => Solver | undefined,
): ElementKernel {
  return {
    name,
    plain: (blocks) => run(plain, blocks),
    fast(acceleration) {
      const solver = accelerate(acceleration);
      return solver && ((blocks) => run(solver, blocks));
    },
  };
}

const ofActivation = (what: string, activation: ActivationSolver, run: Run<ActivationSolver>): ElementKernel =>
  kernelOf(what, activation, run, (acceleration) => acceleration.activation(activation));

const ofLoss = (loss: OutputSolver): ElementKernel =>
  kernelOf(`output ${loss.name}`, loss, solveAndStep, (acceleration) => acceleration.output?.(loss));

/**
 * Values and z-updates of activations, and the output solvers with the multiplier step. The sums of the constraint terms come
 * with the z-update where the kernels have them at hand.
 */
export const elementKernels: readonly ElementKernel[] = [
  ofActivation('apply relu', relu, apply),
  ofActivation('solve relu', relu, solve),
  ofActivation('solve relu and sum', relu, solveAndSum),
  ofActivation('apply hard-sigmoid', hardSigmoid, apply),
  ofActivation('solve hard-sigmoid', hardSigmoid, solve),
  ...[tanh, sigmoid, gelu].flatMap((activation) => [
    ofActivation(`apply ${activation.name}`, activation, apply),
    ofActivation(`solve ${activation.name} and sum`, activation, solveAndSum),
  ]),
  ofLoss(hinge),
  ofLoss(squared),
];
