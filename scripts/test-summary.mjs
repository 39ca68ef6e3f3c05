/**
 * Tells how many tests a JSON report of vitest holds: `node scripts/test-summary.mjs REPORT`. Fails unless there were
 * some and all of them ran and passed.
 */
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { numPassedTests: passed, numFailedTests: failed } = report;
const skipped = report.numPendingTests + report.numTodoTests;

// A file that does not load has no test to count.
const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
for (const { name, message } of broken) console.log(`${name}: ${message}`);
console.log(`${passed} passed, ${failed + broken.length} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = report.success && passed > 0 && skipped === 0 ? 0 : 1;
