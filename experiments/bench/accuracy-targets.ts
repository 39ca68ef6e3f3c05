import { accuracyCaseName, accuracyPlan, type AccuracyCase } from './accuracy-plan.ts';
import type { TorchMethod } from './accuracy-torch.ts';
import type { Row } from './row.ts';
import type { Target } from './targets.ts';

/** Whom to beat at least. */
const floorMethod: TorchMethod = 'torch Adam';

/** Whom to beat. */
const goalMethod: TorchMethod = 'torch SGD';

/** How often faster than the one to beat at least; 0 for a method that did not get there. */
const against = (row: Row): number => row.ratios?.[floorMethod] ?? 0;

function targetOf(one: AccuracyCase, rows: readonly Row[]): Target {
  const name = accuracyCaseName(one);
  const found = rows.filter((row) => row.benchmark === 'accuracy' && row.case === name);
  const goal = found.find(({ backend }) => backend === goalMethod);
  const ours = found.filter(({ backend }) => backend.startsWith('nested') && backend.endsWith('openblas'));
  const comparable = ours.length > 0 && found.some(({ backend }) => backend === floorMethod);
  return {
    what: `CPU time over ours, one thread each, of ${floorMethod}: ${name}`,
    unit: '×',
    goal: Math.max(1, goal === undefined ? 0 : against(goal)),
    floor: 1,
    reached: comparable ? Math.max(...ours.map(against)) : undefined,
  };
}

/** For each case: the better form of the scheme is to be faster than Adam, and than SGD with momentum. */
export const accuracyTargets = (rows: readonly Row[]): Target[] => accuracyPlan.cases.map((one) => targetOf(one, rows));
