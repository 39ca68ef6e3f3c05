import { readFileSync } from 'node:fs';
import { availableLinearAlgebras } from './backends.ts';
import { stateBytes, type MemoryCase } from './memory.ts';
import { syntheticProblem } from './problem.ts';
import { sweepContender } from './sweep-contender.ts';

/** Sweeps until the peak is reached: everything is allocated in the first, and collected garbage shows in the next. */
const sweeps = 3;

/** The system's own count starts anew with the program; what Node tells includes the process that started it. */
function peakBytes(): number {
  try {
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

const given = JSON.parse(process.argv[2]!) as MemoryCase;
availableLinearAlgebras();
const problem = syntheticProblem(given.samples, given.sizes[0]!);
const before = process.memoryUsage.rss();
const contender = await sweepContender({ ...given, problem });
for (let sweep = 0; sweep < sweeps; sweep++) await contender.turn();
const peak = peakBytes();
await contender.close?.();
process.stdout.write(String(peak - before - stateBytes(given)));
