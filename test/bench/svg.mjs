// Measured curves as an SVG picture: panels side by side, logarithmic both ways, each line with its name at its end and
// a thin bar at each point from the best run to the worst.

const plot = { width: 270, height: 210 };
const margin = { left: 74, top: 62, bottom: 64 };
const head = 44;
const foot = 34;
const lineHeight = 15;
const letterWidth = 8;
const colours = new Map([
  ['grepl', '#0b62c4'],
  ['grpcurl', '#c2570c'],
]);
const otherColour = '#5f6b76';

/**
 * The picture: `panels`, two in a row, of `{ title, x, y, lines }`, where `x` and `y` are `{ label, show }` (a number →
 * its text, `x` with the `ticks` to show) and a line is `{ name, points: [{ x, y, low, high }] }`. All numbers are above
 * zero. The first word of a name decides the colour.
 */
export function picture({ title, note, panels }) {
  const longest = Math.max(...panels.flatMap(({ lines }) => lines.map(({ name }) => name.length)));
  const panelWidth = margin.left + plot.width + 20 + longest * letterWidth;
  const panelHeight = margin.top + plot.height + margin.bottom;
  const width = Math.min(panels.length, 2) * panelWidth;
  const height = head + Math.ceil(panels.length / 2) * panelHeight + foot;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img"`,
    ` font-family="system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="12" fill="#24292f">`,
    `<title>${escaped(title)}</title><rect width="100%" height="100%" fill="#ffffff"/>`,
    text(20, 30, title, 'font-size="17" font-weight="600"'),
    ...panels.map((one, n) => drawn(one, (n % 2) * panelWidth, head + (n >> 1) * panelHeight)),
    text(20, height - 14, note, 'fill="#57606a" font-size="11"'),
    '</svg>\n',
  ].join('\n');
}

function drawn({ title, x, y, lines }, left, top) {
  const points = lines.flatMap((line) => line.points);
  const toX = scale(x.ticks, [0, plot.width]);
  const ticks = ticksAround(points.flatMap(({ low, high }) => [low, high]));
  const toY = scale(ticks, [plot.height, 0]);
  const names = spread(lines.map(({ points: own }) => toY(own.at(-1).y)));
  return [
    `<g transform="translate(${left + margin.left} ${top + margin.top})">`,
    text(20 - margin.left, -34, title, 'font-size="14" font-weight="600"'),
    text(20 - margin.left, -16, y.label, 'fill="#57606a"'),
    ...ticks.map((tick) => rule(0, toY(tick), plot.width, toY(tick), '#e4e7ea')),
    ...ticks.map((tick) => text(-8, toY(tick) + 4, y.show(tick), 'text-anchor="end" fill="#57606a"')),
    rule(0, plot.height, plot.width, plot.height, '#8c959f'),
    ...x.ticks.map((tick) => rule(toX(tick), plot.height, toX(tick), plot.height + 4, '#8c959f')),
    ...x.ticks.map((tick) =>
      text(toX(tick), plot.height + 18, x.show(tick), 'text-anchor="middle" fill="#57606a" font-size="11"'),
    ),
    text(plot.width / 2, plot.height + 40, x.label, 'text-anchor="middle"'),
    ...lines.map(({ name, points: own }) => curve(own, toX, toY, colourOf(name))),
    ...lines.map(({ name }, n) =>
      text(plot.width + 10, names[n] + 4, name, `fill="${colourOf(name)}" font-weight="600"`),
    ),
    '</g>',
  ].join('\n');
}

function curve(points, toX, toY, colour) {
  const places = points.map(({ x, y }) => `${round(toX(x))},${round(toY(y))}`).join(' ');
  return [
    `<polyline points="${places}" fill="none" stroke="${colour}" stroke-width="2" stroke-linejoin="round"/>`,
    ...points.map(({ x, low, high }) => rule(toX(x), toY(low), toX(x), toY(high), colour)),
    ...points.map(({ x, y }) => `<circle cx="${round(toX(x))}" cy="${round(toY(y))}" r="3.2" fill="${colour}"/>`),
  ].join('\n');
}

function colourOf(name) {
  return colours.get(name.split(' ')[0]) ?? otherColour;
}

/** A number between the first and the last tick → its place between the two ends, by its logarithm. */
function scale(ticks, [from, to]) {
  const [least, most] = [Math.log(ticks[0]), Math.log(ticks.at(-1))];
  return (value) => from + ((Math.log(value) - least) / (most - least)) * (to - from);
}

/** Round numbers below, between and above: powers of ten, or 1, 2, 5 times those where that makes few. */
function ticksAround(values) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const steps = most / least > 200 ? [1] : [1, 2, 5];
  const all = [];
  for (let power = Math.floor(Math.log10(least)); power <= Math.ceil(Math.log10(most)); power++) {
    for (const step of steps) all.push(step * 10 ** power);
  }
  const first = all.findLastIndex((tick) => tick <= least);
  const last = all.findIndex((tick, n) => tick >= most && n > first);
  return all.slice(first, last + 1);
}

/** Moves heights apart until no two are nearer than a line of text; the order stays. */
function spread(heights) {
  const order = heights.map((_, n) => n).sort((a, b) => heights[a] - heights[b]);
  const moved = [...heights];
  for (let round = 0; round < 20; round++) {
    for (const [n, one] of order.slice(1).entries()) {
      const gap = lineHeight - (moved[one] - moved[order[n]]);
      if (gap <= 0) continue;
      moved[order[n]] -= gap / 2;
      moved[one] += gap / 2;
    }
  }
  return moved;
}

function rule(x1, y1, x2, y2, colour) {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${colour}"/>`;
}

function text(x, y, content, attributes = '') {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escaped(content)}</text>`;
}

const round = (value) => Math.round(value * 10) / 10;

function escaped(content) {
  return content.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
