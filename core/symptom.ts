/**
 * What the sweeps of a run can show. `slow`: the relaxed problem is being solved, but the deployed network hardly gains.
 * `stalled`: nothing changes any more. `diverging`: the deployed network gets worse. `overfitting`: it does on the
 * validation data, while it improves on the training data. `damped`: the scheme's steps stay short.
 */
export type Symptom = 'slow' | 'stalled' | 'diverging' | 'overfitting' | 'damped';

/** What to try against a symptom, as whole sentences. */
export type Advice = Readonly<Partial<Record<Symptom, string>>>;
