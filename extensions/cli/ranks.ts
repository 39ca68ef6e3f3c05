import { setTimeout as pause } from 'node:timers/promises';
import { UserError } from '../../core/errors.ts';
import { joinMpi, launchOf, type Launch, type MpiConsensus } from '../mpi/index.ts';
import type { Io } from './io.ts';
import { exitCodeOf, report } from './report.ts';

const nowhere = { write: () => undefined };

/** What a rank prints by: rank 0 alone talks. */
export const ioOf = (launch: Launch | undefined, io: Io): Io =>
  launch === undefined || launch.rank === 0 ? io : { ...io, stdout: nowhere, stderr: nowhere };

/** How long other ranks wait before they speak, in milliseconds: where rank 0 fails as well, it has ended the job by then. */
const precedence = 2000;

/** Joins the other ranks. Where that fails there is no way to agree on who tells why. */
async function join({ rank }: Launch, { env }: Io): Promise<MpiConsensus> {
  try {
    return joinMpi(env);
  } catch (error) {
    if (rank === 0 || !(error instanceof UserError)) throw error;
    await pause(precedence);
    throw new UserError(`Rank ${rank}: ${error.message}`);
  }
}

/**
 * Acts as one of the ranks that `mpirun` or `srun` has started, if one of them has. Whatever a rank throws, rank 0 tells it
 * once, and all ranks end with the same exit code.
 *
 * @param act - Is given the consensus of the ranks; none where this process was started alone.
 */
export async function onRanks(io: Io, act: (io: Io, consensus?: MpiConsensus) => Promise<number>): Promise<number> {
  const launch = launchOf(io.env);
  if (launch === undefined) return act(io);
  const consensus = await join(launch, io);
  try {
    const code = await act(ioOf(launch, io), consensus);
    consensus.close();
    return code;
  } catch (thrown) {
    const { error, tells } = await consensus.fail(thrown);
    const code = tells ? report(error, io) : exitCodeOf(error);
    consensus.close();
    return code;
  }
}
