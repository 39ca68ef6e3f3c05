import { hashOf } from './failure.ts';
import type { Mpi } from './library.ts';
import { OrderedSum } from './ordered-sum.ts';

/**
 * How ranks add up: those of one machine first, in rank order, and then the machines, in the order of their first ranks. Where the
 * machines have different numbers of ranks, or one each, all ranks are one group in rank order.
 *
 * @param machine - Name of this rank's machine.
 */
export function sumOverMachines(mpi: Mpi, machine: string): OrderedSum {
  const machines = new Float64Array(mpi.size);
  mpi.allgather(Float64Array.of(hashOf(machine)), 1, machines);
  const ranks = new Map<number, number>();
  for (const one of machines) ranks.set(one, (ranks.get(one) ?? 0) + 1);
  const own = machines[mpi.rank]!;
  const here = ranks.get(own)!;
  const alike = [...ranks.values()].every((count) => count === here);
  if (!alike || here === 1 || here === mpi.size) return new OrderedSum(mpi);
  const inside = mpi.split(machines.indexOf(own));
  return new OrderedSum(inside, new OrderedSum(mpi.split(inside.rank)));
}
