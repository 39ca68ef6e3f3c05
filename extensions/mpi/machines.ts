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
  const ranksOf = (one: number): number => machines.filter((other) => other === one).length;
  const own = machines[mpi.rank]!;
  const here = ranksOf(own);
  const alike = machines.every((one) => ranksOf(one) === here);
  if (!alike || here === 1 || here === mpi.size) return new OrderedSum(mpi);
  const inside = mpi.split(machines.indexOf(own));
  return new OrderedSum(inside, new OrderedSum(mpi.split(inside.rank)));
}
