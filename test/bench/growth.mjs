// Draws how the cost grows with the work: runs the programs of curves.mjs at each size and writes one picture of each
// kind of work to docs/. Prints the figures as tables too.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { median } from './compare.mjs';
import { curves } from './curves.mjs';
import { picture } from './svg.mjs';

/** Writes the pictures called `names` to docs/ below `root`, and what they show to stdout. Throws for a wrong output. */
export async function growth(names, context, root) {
  for (const name of names) {
    process.stderr.write(`${name} …\n`);
    const { title, x, panels } = await curves.get(name)(context);
    const drawn = [];
    for (const panel of await measured(x.ticks, panels, context.growthRounds)) {
      const lines = linesOf(panel);
      if (lines.every(({ points }) => points.every(({ low }) => low > 0))) drawn.push({ ...panel, x, y: panel, lines });
    }
    const note = `Medians of ${context.growthRounds} runs in turns, bars from the least to the most. ${machine()}`;
    writeFileSync(path.join(root, 'docs', `${name}.svg`), picture({ title, note, panels: drawn }));
    process.stdout.write(`\n${title}\n\n${drawn.map(table).join('\n')}`);
  }
}

/** The panels with their samples: `Map<line, Map<x, sample[]>>`. Panels of the same programs share their runs. */
async function measured(ticks, panels, rounds) {
  const runs = new Map(panels.map(({ programs }) => [programs, new Map()]));
  for (const tick of ticks) {
    for (const [programs, samples] of runs) {
      const here = programs(tick);
      for (let round = 0; round < rounds; round++) {
        for (const { name, run } of here) {
          const line = samples.get(name) ?? new Map();
          samples.set(name, line.set(tick, [...(line.get(tick) ?? []), await run()]));
        }
      }
    }
  }
  return panels.map((panel) => ({ ...panel, samples: runs.get(panel.programs) }));
}

function linesOf({ samples, value }) {
  return [...samples].map(([name, line]) => ({
    name,
    points: [...line].map(([x, runs]) => {
      const values = runs.map((sample) => value(sample, name));
      return { x, y: median(values), low: Math.min(...values), high: Math.max(...values) };
    }),
  }));
}

function table({ title, x, label, show, lines }) {
  const cells = [
    [`${title}: ${label}`, ...x.ticks.map(x.show)],
    ['---', ...x.ticks.map(() => '---')],
    ...lines.map(({ name, points }) => [name, ...points.map(({ y }) => show(Number(y.toPrecision(3))))]),
  ];
  return cells.map((row) => `| ${row.join(' | ')} |\n`).join('');
}

function machine() {
  return `Node ${process.versions.node}, ${cpus().length} cores of ${cpus()[0]?.model ?? 'unknown kind'}.`;
}
