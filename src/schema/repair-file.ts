// Puts right what real servers and tools leave out of file descriptors, and refuses what no compiler lets through: the
// rest of the program relies on names that are names and numbers that are field numbers.

import type {
  DescriptorProto,
  EnumDescriptorProto,
  EnumValueDescriptorProto,
  FieldDescriptorProto,
  FileDescriptorProto,
} from '@bufbuild/protobuf/wkt';
import { UserError } from '../errors.ts';
import { unsafeClass } from '../wire/unsafe-text.ts';
import { FieldType } from './descriptor-enums.ts';
import { newMessage } from './descriptor-message.ts';
import { joined, type KnownType } from './file-symbols.ts';
import { quoted } from './quote.ts';

/** Finds what a type name stands for, seen from `scope` ('' for full names); undefined if nothing has that name. */
export type NameLookup = (scope: string, name: string) => KnownType | undefined;

const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;
const typeName = /^\.?[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/;
const maxFieldNumber = 2 ** 29 - 1;

/**
 * Completes a file in place: missing json_name, type names made full (`.pkg.Type`), enums without values given one,
 * fields with impossible numbers dropped. `warn` hears what changes meaning. Files that are in order stay untouched.
 *
 * @throws UserError code 4 for a file, package or definition whose name is not one.
 */
export function repairFile(file: FileDescriptorProto, lookup: NameLookup, warn: (warning: string) => void): void {
  checkFileName(file);
  new Repair(file, lookup, warn).run();
}

const unsafe = new RegExp(`[${unsafeClass}]`, 'u');

function checkFileName({ name, package: packageName }: FileDescriptorProto): void {
  const hint = 'the schema is broken or hostile';
  if (unsafe.test(name)) {
    throw new UserError(4, `file name ${quoted(name)} holds control characters`, { hint });
  }
  if (packageName !== '' && !packageName.split('.').every((part) => identifier.test(part))) {
    throw new UserError(4, `package ${quoted(packageName)} of ${quoted(name)} is not a package name`, { hint });
  }
}

class Repair {
  readonly #file: FileDescriptorProto;
  readonly #lookup: NameLookup;
  readonly #warn: (warning: string) => void;

  constructor(file: FileDescriptorProto, lookup: NameLookup, warn: (warning: string) => void) {
    this.#file = file;
    this.#lookup = lookup;
    this.#warn = warn;
  }

  run(): void {
    const { messageType, enumType, service, extension, package: scope } = this.#file;
    for (const message of messageType) this.#message(message, scope);
    for (const one of enumType) this.#enum(one, scope);
    for (const field of extension) this.#field(field, scope);
    for (const { name, method } of service) {
      this.#name('service', name);
      for (const one of method) {
        this.#name('method', one.name);
        const inService = joined(scope, name);
        one.inputType = this.#full(one.inputType, inService);
        one.outputType = this.#full(one.outputType, inService);
      }
    }
  }

  #message(message: DescriptorProto, outer: string): void {
    this.#name('message', message.name);
    const scope = joined(outer, message.name);
    const isUsable = ({ number }: FieldDescriptorProto): boolean => number >= 1 && number <= maxFieldNumber;
    if (!message.field.every(isUsable)) {
      const bad = message.field.find((field) => !isUsable(field))!;
      this.#warn(`field ${quoted(bad.name)} of ${scope} has the number ${bad.number} and is left out`);
      message.field = message.field.filter(isUsable);
    }
    for (const field of [...message.field, ...message.extension]) this.#field(field, scope);
    for (const { name } of message.oneofDecl) this.#name('oneof', name);
    if (this.#file.syntax === 'proto3') markOptional(message);
    for (const one of message.enumType) this.#enum(one, scope);
    for (const one of message.nestedType) this.#message(one, scope);
  }

  #field(field: FieldDescriptorProto, scope: string): void {
    this.#name('field', field.name);
    if (field.jsonName === '') field.jsonName = jsonNameOf(field.name);
    if (field.extendee !== '') field.extendee = this.#full(field.extendee, scope);
    const isTyped = [FieldType.MESSAGE, FieldType.ENUM, FieldType.GROUP].includes(field.type);
    if (field.typeName !== '') {
      field.typeName = this.#full(field.typeName, scope);
      // The type may be left unsaid where the type name says it.
      if (!isTyped) field.type = this.#isEnum(field.typeName) ? FieldType.ENUM : FieldType.MESSAGE;
    } else if (isTyped) {
      throw this.#broken(`field ${quoted(joined(scope, field.name))} names no type`);
    }
  }

  #isEnum(typeName: string): boolean {
    return this.#lookup('', typeName.slice(1))?.kind === 'enum';
  }

  #enum(one: EnumDescriptorProto, scope: string): void {
    this.#name('enum', one.name);
    for (const { name } of one.value) this.#name('enum value', name);
    if (one.value.length > 0) return;
    this.#warn(`enum ${joined(scope, one.name)} has no values`);
    one.value = [
      newMessage<EnumValueDescriptorProto>('EnumValueDescriptorProto', { name: `${one.name}_0`, number: 0 }),
    ];
  }

  /** Tools other than protoc write names relative to where they stand, found from the inside out as in the language. */
  #full(name: string, scope: string): string {
    if (!typeName.test(name)) throw this.#broken(`${quoted(name)} is not a name for a type`);
    if (name.startsWith('.')) return name;
    return `.${this.#lookup(scope, name)?.fullName ?? name}`;
  }

  #name(kind: string, name: string): void {
    if (!identifier.test(name)) throw this.#broken(`${quoted(name)} is not a name for a ${kind}`);
  }

  #broken(what: string): UserError {
    return new UserError(4, `${what} (in ${quoted(this.#file.name)})`, { hint: 'the schema is broken or hostile' });
  }
}

/** proto-loader keeps the oneof that stands for `optional` in proto3 but not the mark that says so. */
function markOptional({ field: fields, oneofDecl }: DescriptorProto): void {
  oneofDecl.forEach(({ name }, index) => {
    const members = fields.filter((field) => Object.hasOwn(field, 'oneofIndex') && field.oneofIndex === index);
    const [only] = members;
    if (members.length === 1 && only && name === `_${only.name}`) only.proto3Optional = true;
  });
}

/** The JSON name that protoc gives a field: underscores gone, the letter after each in upper case. */
export function jsonNameOf(name: string): string {
  return name.replace(/_+(.?)/g, (_, next: string) => next.toUpperCase());
}
