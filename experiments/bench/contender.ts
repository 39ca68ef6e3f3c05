/** One side of a comparison: it does its work once whenever it is its turn. */
export interface Contender<Turn> {
  /** What it is called in progress lines. */
  readonly name: string;
  /** Does its work once and says how it went. */
  turn(): Turn | Promise<Turn>;
  /** Ends it; no turn may follow. */
  close?(): void | Promise<void>;
}

/** How often everyone has a turn. */
export interface Rounds {
  /** Rounds before the first that counts. */
  readonly warm: number;
  /** Rounds that count. */
  readonly counted: number;
}

/**
 * Gives all contenders their turns one after the other, round by round (A B C A B C ...), so that all of them see the same
 * state of the machine.
 *
 * @returns The turns that count, by the position of the contender.
 */
export async function interleave<Turn>(contenders: readonly Contender<Turn>[], rounds: Rounds): Promise<Turn[][]> {
  const turns: Turn[][] = contenders.map(() => []);
  for (let round = 0; round < rounds.warm + rounds.counted; round++) {
    for (const [position, contender] of contenders.entries()) {
      const turn = await contender.turn();
      if (round >= rounds.warm) turns[position]!.push(turn);
    }
  }
  return turns;
}

/** Starts contenders one by one, uses them, and ends all that were started, whatever happens. */
export async function withContenders<C extends Contender<unknown>, Result>(
  starts: readonly (() => C | Promise<C>)[],
  use: (contenders: readonly C[]) => Promise<Result>,
): Promise<Result> {
  const started: C[] = [];
  try {
    for (const start of starts) started.push(await start());
    return await use(started);
  } finally {
    for (const contender of started) await contender.close?.();
  }
}

/**
 * A contender whose work in a turn is done twice, of which the second time counts: memory that it gave back while it
 * waited is there again.
 */
export const settled = <C extends Contender<unknown>>(contender: C): C => ({
  ...contender,
  async turn() {
    await contender.turn();
    return contender.turn();
  },
});
