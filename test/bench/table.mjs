// Rows → the text of the table.
import { median } from './compare.mjs';

const headings = ['', 'workload', 'grepl', 'probe', 'ratio', 'best', 'by CPU', 'target', 'RSS MB (probe)', ''];

/**
 * The rows as a table in Markdown: medians with best and worst in brackets, the ratio of the best runs, and the ratio by
 * processor time, which others on the machine change least.
 */
export function table(rows) {
  const cells = [headings, ...rows.map(cellsOf)];
  const widths = headings.map((_, column) => Math.max(3, ...cells.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |\n`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return [line(cells[0]), rule, ...cells.slice(1).map(line)].join('');
}

function cellsOf(row) {
  const why = row.failed ? 'MISS: it failed' : row.skipped && `skipped: ${row.skipped}`;
  if (why) return [row.id, row.title, '', '', '', '', '', '', '', why];
  const probeMemory = row.probeRssMb === undefined ? '' : ` (${Math.round(row.probeRssMb)})`;
  const memory = `${Math.round(row.rssMb)}${probeMemory}`;
  const figures = [
    figure(row.ours, row.units),
    row.probe.length === 0 ? '' : figure(row.probe, row.units),
    row.ratio?.toFixed(2) ?? '',
    row.best?.toFixed(2) ?? '',
    row.cpuRatio?.toFixed(2) ?? '',
  ];
  return [row.id, row.title, ...figures, row.target, memory, row.verdict];
}

/** Times as median, best and worst; text as it is. */
function figure(times, units) {
  if (typeof times === 'string') return times;
  const show = units === undefined ? milliseconds : (ms) => `${Math.round(units / (ms / 1000))}/s`;
  const ends = [Math.min(...times), Math.max(...times)];
  return `${show(median(times))} (${ends.map(show).join('–')})`;
}

function milliseconds(ms) {
  return ms >= 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${ms.toFixed(ms < 1000 ? 1 : 0)} ms`;
}
