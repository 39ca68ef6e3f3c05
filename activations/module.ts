import { ContainerModule } from 'inversify';
import { ActivationFamily } from '../core/activation-family.ts';
import { ActivationSolver } from '../core/activation-solver.ts';
import { absolute } from './absolute.ts';
import { elu } from './elu.ts';
import { piecesFamily } from './from-pieces.ts';
import { gelu } from './gelu.ts';
import { hardSigmoid } from './hard-sigmoid.ts';
import { hardTanh } from './hard-tanh.ts';
import { identity } from './identity.ts';
import { leakyRelu } from './leaky-relu.ts';
import { relu } from './relu.ts';
import { sigmoid } from './sigmoid.ts';
import { sign } from './sign.ts';
import { silu } from './silu.ts';
import { softplus } from './softplus.ts';
import { tanh } from './tanh.ts';

/** Binds the activations that come with nograd. */
export const activationsModule = new ContainerModule(({ bind }) => {
  bind(ActivationSolver).toConstantValue(identity);
  bind(ActivationSolver).toConstantValue(relu);
  bind(ActivationSolver).toConstantValue(leakyRelu);
  bind(ActivationSolver).toConstantValue(hardTanh);
  bind(ActivationSolver).toConstantValue(hardSigmoid);
  bind(ActivationSolver).toConstantValue(absolute);
  bind(ActivationSolver).toConstantValue(sign);
  bind(ActivationSolver).toConstantValue(tanh);
  bind(ActivationSolver).toConstantValue(sigmoid);
  bind(ActivationSolver).toConstantValue(softplus);
  bind(ActivationSolver).toConstantValue(elu);
  bind(ActivationSolver).toConstantValue(gelu);
  bind(ActivationSolver).toConstantValue(silu);
  bind(ActivationFamily).toConstantValue(piecesFamily);
});
