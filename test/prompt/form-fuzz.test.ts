// Whatever is pressed, the form neither throws nor leaves the screen, and its document can be read.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonReader } from '../../src/codec/json-reader.ts';
import { draftOf } from '../../src/prompt/form.ts';
import { FormSession, formOptions, formSchema } from './form-session.ts';
import '../support/property-seed.ts';

const schema = await formSchema();

const keys = fc.constantFrom(
  ...['return', 'tab', 'up', 'down', 'left', 'right', 'space', 'backspace', 'ctrl-d', 'ctrl-_', 'alt-x', 'alt-c'],
  ...['alt-up', 'alt-down', 'alt-g', 'ctrl-r', 'f1', 'y', 'n', 'alt-return', 'ctrl-u', 'ctrl-k', 'ctrl-y'],
  ...[
    "'1'",
    "'x'",
    "'a=b'",
    "'{}'",
    "'[1,2]'",
    "'Point'",
    "':open'",
    "':close'",
    "':remove'",
    "':copy'",
    "':all'",
    "':key 2'",
  ],
  ...["'red'", "'now'", "'${x'", "'$x'", "'@f'", "'\"'", "'日本'", "'{x: 1}'", "':go p'", "':end'", "':undo'"],
  ...['paste:{"a":1}', 'paste:a\nb', 'paste:[1,2]', 'paste:{'],
);

test.each([
  'kinds.v1.Everything',
  'kinds.v1.Legacy',
  'kinds.v1.Tree',
  'inventory.v1.Filters',
  'inventory.v1.UpdateItemRequest',
])(
  'any keys in %s',
  (name) => {
    fc.assert(
      fc.property(fc.array(keys, { maxLength: 60 }), (pressed) => {
        const form = new FormSession(formOptions(schema, name));
        for (const key of pressed) {
          if (form.answer !== undefined) break;
          try {
            form.press(key);
          } catch (error) {
            // A typed word may have ended the form before its last letter.
            if (form.answer === undefined) throw error;
          }
          expect(form.painted({ columns: 40, rows: 12 }).length).toBeLessThanOrEqual(11);
        }
        const read = jsonReader(form.state.options.message, { types: schema.types });
        read({ text: form.document, from: 'form', line: 1, column: 1 });
        const again = new FormSession(formOptions(schema, name, { draft: draftOf(form.state) }));
        expect(JSON.parse(again.document)).toEqual(
          JSON.parse(new FormSession(formOptions(schema, name, { draft: again.document })).document),
        );
      }),
      { numRuns: 120 },
    );
  },
  60_000,
);
