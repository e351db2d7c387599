// The first look at the program: eight real commands against the embedded demo, each echoed with what it prints.
// It needs no terminal and no input, so it also tells a build server whether the program works at all.
import { spawn } from 'node:child_process';
import { startDemo } from './server.ts';

/** What the tour needs of the process it runs in. */
export interface TourOptions {
  /** The program to show and its first arguments, for example node and the path of the launcher. */
  program: readonly [command: string, ...args: string[]];
  /** Where the tour's own lines go; the commands write to the stdout and stderr of this process. */
  out: { write(text: string): unknown };
  /** Whether to show the echoed command lines in bold. */
  color: boolean;
}

interface Step {
  title: string;
  args: readonly string[];
  /** Lines for the command's stdin; without them it is empty. */
  input?: readonly string[];
  /** 0 unless stated. */
  exitCode?: number;
}

/** Runs the tour. Returns 0, or 1 if a command ended with another exit code than it should. */
export async function tour(options: TourOptions): Promise<number> {
  const { out } = options;
  const demo = await startDemo({ host: '127.0.0.1', port: 0 });
  const wrong: string[] = [];
  try {
    out.write(`The example services are served on ${demo.address} while this tour lasts.\n`);
    const steps = stepsOf(demo.address);
    for (const [index, step] of steps.entries()) {
      const line = commandLine(step);
      out.write(`\n# ${index + 1}/${steps.length} ${step.title}\n${options.color ? bold(`$ ${line}`) : `$ ${line}`}\n`);
      const exitCode = await run(options.program, step);
      const wanted = step.exitCode ?? 0;
      if (wanted !== 0 || exitCode !== wanted) out.write(`exit code ${exitCode}\n`);
      if (exitCode !== wanted) wrong.push(`${line}: exit code ${exitCode} instead of ${wanted}`);
    }
  } finally {
    await demo.close(0);
  }
  out.write(ending(wrong));
  return wrong.length === 0 ? 0 : 1;
}

function stepsOf(address: string): Step[] {
  return [
    { title: 'Which services does the server have?', args: ['list', address] },
    { title: 'What is in one of them?', args: ['describe', address, 'payments.v1.PaymentService'] },
    {
      title: 'Call a method: request fields are words; the line below is the REST call that it equals',
      args: ['call', address, 'userservice.v1.UserService/GetUser', 'user_id=u-1', '--rest', 'line'],
    },
    {
      title: 'As a terminal shows it, with the curl line to paste while `grepl gateway` runs',
      args: [
        ...['call', address, 'ChargeCard', 'customer_id=c-1', 'amount_cents=1999', 'currency=EUR'],
        ...['-o', 'pretty', '--rest', 'side'],
      ],
    },
    {
      title: 'A server stream: messages are printed as they arrive; over REST as events',
      args: ['call', address, 'StreamComplete', 'prompt=streams are fun', '--rest', 'line'],
    },
    {
      title: 'A client stream: one request a line',
      args: ['call', address, 'users.UserService/CreateUsers', '--rest', 'line'],
      input: ['{"name": "Dora Dean", "email": "dora@example.com"}', '{"name": "Eli East", "email": "eli@example.com"}'],
    },
    {
      title: 'Both directions at once; over REST a WebSocket',
      args: ['call', address, 'InferenceService/Chat', '--rest', 'line'],
      input: ['{"role": "user", "content": "hello"}', '{"role": "user", "content": "goodbye"}'],
    },
    {
      title: 'An error, with its details; the exit code is 64 and the status code, here 5, NOT_FOUND',
      args: ['call', address, 'orders.OrderService/GetOrder', 'order_id=o-404', '--rest', 'line'],
      exitCode: 69,
    },
  ];
}

function run([command, ...first]: TourOptions['program'], step: Step): Promise<number> {
  return new Promise((resolve, reject) => {
    const stdin = step.input === undefined ? 'ignore' : 'pipe';
    const child = spawn(command, [...first, ...step.args], { stdio: [stdin, 'inherit', 'inherit'] });
    child.on('error', reject);
    // A command killed by a signal has no exit code; 1 is never what a step should end with.
    child.on('close', (exitCode) => resolve(exitCode ?? 1));
    // A command that ends without reading its input is judged by its exit code.
    child.stdin?.on('error', () => {});
    child.stdin?.end(step.input?.map((line) => `${line}\n`).join(''));
  });
}

function commandLine({ args, input }: Step): string {
  const command = ['grepl', ...args].map(quote).join(' ');
  return input === undefined ? command : `printf '%s\\n' ${input.map(quote).join(' ')} | ${command}`;
}

/** The word as a POSIX shell takes it. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function ending(wrong: readonly string[]): string {
  if (wrong.length > 0) return `\nSomething is wrong:\n${wrong.map((line) => `  ${line}\n`).join('')}`;
  return `
That was the tour. \`grepl demo\` serves the examples for as long as you like, \`grepl gateway ADDRESS\` their REST side,
\`grepl ADDRESS\` asks for what you want to call, and \`grepl help\` has the rest.
`;
}

function bold(text: string): string {
  return `\u001b[1m${text}\u001b[22m`;
}
