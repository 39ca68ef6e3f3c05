import { hostname } from 'node:os';
import { must } from '../../core/errors.ts';
import { loadKoffi } from '../native/koffi.ts';
import { MpiConsensus } from './consensus.ts';
import { launchOf, type Environment } from './launch.ts';
import { openMpi } from './library.ts';
import { sumOverMachines } from './machines.ts';

/**
 * For UCX, the transport below many builds of MPI, which reads them as it is loaded. Its hooks on `brk` and `mmap` are for caches of
 * registered memory, which sums of a few matrices do not need and a process that maps its own memory, as V8 does, is safer without; SIGSEGV belongs to V8, which tells by it that WebAssembly leaves its memory. What the user sets wins.
 */
const transport = { UCX_MEM_EVENTS: 'n', UCX_ERROR_SIGNALS: 'SIGILL,SIGBUS,SIGFPE' };

/**
 * Joins the other ranks that `mpirun` or `srun` has started, by the MPI library of the launcher: that of Open MPI, or one of
 * the ABI of MPICH; the environment variable `NOGRAD_MPI` names another file. Ranks of one machine, by its host name or else by what
 * `NOGRAD_MACHINE` calls it, add up among themselves first. Call it once per process, and `close` what it
 * gives at the end.
 *
 * @param env - Environment variables, as launchers set them. Default: those of this process.
 * @throws UserError where no launcher has started this process, there is no such library, or it does not see the others.
 */
export function joinMpi(env: Environment = process.env): MpiConsensus {
  const launch = launchOf(env);
  must(launch !== undefined, () => 'This process was started alone: start it as `mpirun -n 2 node ...`.');
  must(launch.problem === undefined, () => launch.problem!);
  for (const [name, value] of Object.entries(transport)) process.env[name] ??= value;
  const { NOGRAD_MPI: path = '', NOGRAD_MACHINE: machine = hostname() } = env;
  const mpi = openMpi({ koffi: loadKoffi(), path: path === '' ? undefined : path, launch });
  return new MpiConsensus(mpi, sumOverMachines(mpi, machine));
}
