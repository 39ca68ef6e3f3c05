/**
 * Compiles `extensions/wasm/assembly` into `extensions/wasm/kernels.ts`: `node scripts/build-wasm.mjs [--check]`.
 * With `--check` nothing is written; it fails when the file is not what the sources give.
 */
import asc from 'assemblyscript/asc';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const entry = 'extensions/wasm/assembly/kernels.ts';
const target = 'extensions/wasm/kernels.ts';
const common = ['-O3', '--noAssert', '--runtime', 'stub', '--initialMemory', '1', '--enable', 'simd'];

/** One build of the kernels, in base64. */
async function compile(features) {
  let binary;
  const enabled = features.flatMap((feature) => ['--enable', feature]);
  const { error, stderr } = await asc.main([entry, '--outFile', 'kernels.wasm', ...common, ...enabled], {
    writeFile: (_, contents) => (binary = contents),
  });
  if (error) throw new Error(`${stderr}${error.message}`);
  return Buffer.from(binary).toString('base64');
}

const text = `// Generated from \`assembly\` by \`npm run build:wasm\`: edit the sources there, not this file.

/** The kernels in base64, for every runtime with WebAssembly SIMD. */
export const simd =
  '${await compile([])}';

/** The same with fused multiply-add, for runtimes with relaxed SIMD. */
export const relaxedSimd =
  '${await compile(['relaxed-simd'])}';
`;

if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) {
  process.stderr.write(`${target} is not what its sources give: run npm run build:wasm.\n`);
  process.exitCode = 1;
}
