// What stands between the form and sending: faulty values and required fields; and what is worth a warning.
import type { DescField } from '@bufbuild/protobuf';
import { hasPresence, requiredBy } from './field-facts.ts';
import { jsonOf } from './form-document.ts';
import { type MessageNode, memberField, type Node, placeDown, type Steps } from './form-node.ts';
import { fieldPlace, type Place } from './form-place.ts';
import { idOf } from './form-rows.ts';
import { refusal } from './form-start.ts';
import type { FormState } from './form-state.ts';

/** Something that keeps the document from being sent; `missing` may be overridden. */
export interface Problem {
  readonly steps: Steps;
  readonly id: string;
  readonly message: string;
  readonly missing: boolean;
}

/** The first thing that keeps the form from being sent; `force` sends without required fields. */
export function firstProblem(state: FormState, force: boolean): Problem | undefined {
  const found: Problem[] = [];
  new Walk(state, (problem) => found.push(problem)).value(root(state), state.tree.root, [], '');
  const problem = found.find(({ missing }) => !missing || !force);
  if (problem !== undefined) return problem;
  const reason = refusal(root(state), state.tree.root, state.options);
  return reason === undefined ? undefined : { steps: [], id: state.at, message: reason, missing: false };
}

/** What to say before sending: required by the service's rules but unset, explicit defaults, masks that are unset. */
export function warningsOf(state: FormState): string[] {
  const walk = new Walk(state, () => {});
  walk.value(root(state), state.tree.root, [], '');
  const mask = unsetMask(state);
  return [...(mask === undefined ? [] : [mask]), ...walk.warnings];
}

function root(state: FormState): Place {
  return { kind: 'message', desc: state.options.message };
}

function unsetMask({ options, tree }: FormState): string | undefined {
  const field = options.message.fields.find((each) => fieldPlace(each).kind === 'mask');
  if (field === undefined || tree.root.members.has(field.name) || !/update|patch/i.test(options.message.name)) {
    return undefined;
  }
  return `${field.name} is unset: the server may overwrite every field`;
}

class Walk {
  readonly warnings: string[] = [];
  private readonly state: FormState;
  private readonly report: (problem: Problem) => void;

  constructor(state: FormState, report: (problem: Problem) => void) {
    this.state = state;
    this.report = report;
  }

  value(place: Place, node: Node | undefined, steps: Steps, name: string): void {
    const { types } = this.state.options;
    if (node?.kind === 'leaf') {
      if (node.fault !== undefined) this.problem(steps, `${name}: ${node.fault}`, false);
    } else if (node?.kind === 'message' && place.kind === 'message') this.message(place, node, steps, name);
    else if (node?.kind === 'any') this.value(placeDown(place, node, '@', types), node.value, [...steps, '@'], name);
    else if (node?.kind === 'list' && place.kind === 'list') {
      node.items.forEach((item, at) => {
        this.value(place.element, item, [...steps, at], `${name}[${at}]`);
      });
    } else if (node?.kind === 'map' && place.kind === 'map') {
      node.entries.forEach(({ key, value }, at) => {
        const entry = `${name}[${JSON.stringify(key)}]`;
        const isOpen = jsonOf(place.value, value, types, 'send') === undefined && place.value.kind !== 'message';
        if (isOpen && value === undefined) this.problem([...steps, at], `${entry} has a key but no value yet`, false);
        this.value(place.value, value, [...steps, at], entry);
      });
    }
  }

  private message(place: Place & { kind: 'message' }, node: MessageNode, steps: Steps, name: string): void {
    const { types } = this.state.options;
    const isPart = steps.length === 0 || jsonOf(place, node, types, 'send') !== undefined;
    for (const field of place.desc.fields) {
      const path = name === '' ? field.name : `${name}.${field.name}`;
      const chosen = field.oneof === undefined || node.chosen.get(field.oneof.name) === field.name;
      const value = chosen ? node.members.get(field.name) : undefined;
      if (isPart) this.field(field, value, [...steps, field.name], path, chosen && field.oneof !== undefined);
      if (value !== undefined) this.value(fieldPlace(field), value, [...steps, field.name], path);
    }
    for (const [member, value] of node.members) {
      const extension = member.startsWith('[') ? memberField(place.desc, member, types) : undefined;
      if (extension !== undefined) this.value(fieldPlace(extension), value, [...steps, member], `${name}${member}`);
    }
  }

  private field(field: DescField, value: Node | undefined, steps: Steps, path: string, isChosen: boolean): void {
    const json = jsonOf(fieldPlace(field), value, this.state.options.types, 'send');
    const by = json === undefined ? requiredBy(field) : undefined;
    const isBad = value?.kind === 'leaf' && value.fault !== undefined;
    if (by === 'wire' && !isBad) this.problem(steps, `${path} is required`, true);
    if (by === 'rule' && !isBad) this.warnings.push(`${path} is required by the service and unset`);
    if (isChosen && json === undefined && fieldPlace(field).kind !== 'message') {
      this.warnings.push(`${path} is chosen but has no value: it is not sent`);
    }
    if (json === undefined) return;
    if (field.deprecated) this.warnings.push(`${path} is deprecated`);
    if (hasPresence(field) && /^(?:0|"0"|""|false|0\.0*)$/.test(json))
      this.warnings.push(`${path} is set to the default`);
  }

  private problem(steps: Steps, message: string, missing: boolean): void {
    this.report({ steps, id: idOf(steps), message, missing });
  }
}
