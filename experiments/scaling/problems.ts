import type { Problem } from './measure.ts';
import { paperHiggs, paperSvhn, type PaperCurve } from './paper.ts';

/** The paper's two problems, with its numbers of samples and its curves. */
export const problems: readonly (Problem & { readonly paper: PaperCurve })[] = [
  { name: 'SVHN 648-100-50-1', widths: [648, 100, 50], samples: 120_290, timed: [8192, 24_576], paper: paperSvhn },
  { name: 'Higgs 28-300-1', widths: [28, 300], samples: 10_500_000, timed: [16_384, 65_536], paper: paperHiggs },
];
