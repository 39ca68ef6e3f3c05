import type { Advice } from '../../symptom.ts';
import type { NestedOptions } from './nested.ts';

/** What helps `nested`, with the settings that the run has. */
export function nestedAdvice({ ridge, ridgeOutput, chunk, step, subsample, gamma }: NestedOptions): Advice {
  const output = ridgeOutput === 'auto' ? 'now auto: the measure `ridgeOutput`' : `now ${ridgeOutput}`;
  const hidden = ridge === 'auto' ? 'now auto: the measure `ridge`' : `now ${ridge}`;
  const streaming = chunk !== undefined;
  return {
    stalled: streaming
      ? `If that is not good enough, try a lower \`scheme.ridgeOutput\` (${output}), more units, or a longer \`scheme.step\` (now ${step}).`
      : `If that is not good enough, try the streaming form, \`scheme.chunk: 500\`, whose many short steps go on where one long step finds no descent; a lower \`scheme.ridgeOutput\` (${output}); or more units.`,
    diverging: streaming
      ? `Try a shorter \`scheme.step\` (now ${step}), larger chunks (now ${chunk}), or standardised inputs; \`keepBest: true\` ends with the best weights.`
      : `The objective never rises, but the ridge is part of it: try a lower \`scheme.ridgeOutput\` (${output}), or \`keepBest: true\` to end with the best weights.`,
    overfitting: `Try a higher \`scheme.ridgeOutput\` (${output}), a higher \`scheme.ridge\` (${hidden}), or \`stop.patience\`; \`keepBest\` ends with the best weights.`,
    damped: `The steps fall short of what their model promises. Try a larger \`scheme.subsample\` (now ${subsample}), a higher \`scheme.ridge\` (${hidden}), or, in deep networks, another \`scheme.gamma\` (now ${gamma}).`,
  };
}
