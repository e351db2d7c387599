// Asks one form and prints its answer as JSON on stdout. The schema is linked from inventory.proto, given as a path.
import { type FormAnswer, type FormOptions, formMachine } from '../../../src/prompt/form.ts';
import { reviewMachine } from '../../../src/prompt/review.ts';
import { openTerminal, type Terminal } from '../../../src/prompt/terminal.ts';
import { loadStyle } from '../../../src/render/style.ts';
import { protoFiles } from '../../../src/schema/proto-files.ts';
import { openSchema } from '../../../src/schema/store.ts';
import { io } from './io.ts';

const [folder = '', type = '', ...flags] = process.argv.slice(2);

async function options(): Promise<FormOptions> {
  const schema = openSchema(await protoFiles(['inventory.proto'], [folder]));
  await schema.files();
  const message = schema.types.message(type);
  if (message === undefined) throw new Error(`no message ${type}`);
  const style = await loadStyle({
    color: process.env.NO_COLOR === undefined,
    ascii: flags.includes('ascii'),
    width: 80,
  });
  return {
    message,
    title: 'UpdateItem',
    kind: 'unary',
    types: schema.types,
    typeNames: () => ['inventory.v1.Dimensions', 'inventory.v1.Item'],
    now: () => new Date('2026-11-20T03:41:07Z'),
    style,
  };
}

async function review(terminal: Terminal, given: FormOptions, answer: FormAnswer & { type: 'send' }): Promise<string> {
  const machine = reviewMachine({
    document: answer.document,
    target: 'localhost:50051 plaintext',
    deadline: '10 s',
    metadata: ['authorization: Bearer ****c91f'],
    rest: ['PATCH /v1/items/sku-42   body item   query -'],
    warnings: [],
    production: false,
    style: given.style,
  });
  return (await terminal.ask(machine).answer).type;
}

async function run(): Promise<void> {
  const given = await options();
  const terminal = openTerminal(io, { plain: flags.includes('plain'), style: given.style });
  try {
    const answer = await terminal.ask(formMachine(given)).answer;
    const after = answer.type === 'send' ? await review(terminal, given, answer) : undefined;
    const { type: ending } = answer;
    const document = 'document' in answer ? answer.document : 'draft' in answer ? answer.draft : '';
    io.stdout.write(`${JSON.stringify({ ending, after, document })}\n`);
  } finally {
    terminal.close();
  }
}

run().then(
  () => process.exit(0),
  (error: unknown) => {
    io.stderr.write(`failed: ${String(error)}\n`);
    process.exit(1);
  },
);
