// Ends every test run with one line that people and scripts can read: how many tests passed and failed.
// It adds to the default reporter, whose own summary comes first.
import type { TestModule, TestRunEndReason } from 'vitest/node';
import { DefaultReporter } from 'vitest/node';

/** Counts of one run; `reasons` are the notes of skipped tests with their number. */
interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  readonly reasons: Map<string, number>;
}

function count(modules: readonly TestModule[]): Tally {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0, reasons: new Map() };
  for (const module of modules) {
    // A file that cannot be loaded has no tests to count but must not look like success.
    if (module.errors().length > 0) tally.failed++;
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === 'passed') tally.passed++;
      else if (result.state === 'failed') tally.failed++;
      else {
        tally.skipped++;
        const here = `in ${test.module.relativeModuleId}: what it needs is not installed here`;
        const reason = (result.state === 'skipped' && result.note) || here;
        tally.reasons.set(reason, (tally.reasons.get(reason) ?? 0) + 1);
      }
    }
  }
  return tally;
}

class SummaryReporter extends DefaultReporter {
  override onTestRunEnd(
    modules: readonly TestModule[],
    errors: Parameters<DefaultReporter['onTestRunEnd']>[1],
    reason: TestRunEndReason,
  ): void {
    super.onTestRunEnd(modules, errors, reason);
    const tally = count(modules);
    tally.failed += errors.length;
    for (const [note, number] of tally.reasons) this.log(`skipped: ${number} × ${note}`);
    if (tally.skipped > 0) this.log(`${tally.skipped} skipped`);
    this.log(`${tally.passed} passed, ${tally.failed} failed`);
  }
}

// biome-ignore lint/style/noDefaultExport: vitest loads a reporter by its default export
export default SummaryReporter;
