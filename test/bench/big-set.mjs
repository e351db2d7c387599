// Descriptor sets with source information: one of the size of a large company's, which GREPL_BENCH_PROTOSET names or
// which is made in test/bench/out/, and smaller ones of the same kind.
import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import { bytes, message, number } from './wire.mjs';

const files = 7200;
const serviceEvery = 4.5;
const messagesPerFile = 7;
const fieldsPerMessage = 8;
const optional = 1;
const stringType = 9;
const messageType = 11;

/** The set to measure with: its path, one service in it, and every service's name where they are known beforehand. */
export function bigSet() {
  const given = process.env.GREPL_BENCH_PROTOSET;
  if (given) return { file: path.resolve(given), services: undefined };
  const folder = path.join(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), 'out');
  const file = path.join(folder, 'big.binpb');
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    write(`${file}.part`, files);
    renameSync(`${file}.part`, file);
  }
  const services = [];
  for (let n = 0; n < files; n++) if (hasService(n)) services.push(`${packageOf(n)}.Service${n}`);
  return { file, services: services.sort() };
}

const packageOf = (n) => `company.area${n % 60}.part${n}.v1`;
const nameOf = (n) => `${packageOf(n).replaceAll('.', '/')}/file${n}.proto`;
const hasService = (n) => Math.floor(n / serviceEvery) !== Math.floor((n - 1) / serviceEvery);

/**
 * Writes a set of `count` such files and of `more`, serialised FileDescriptorProtos, to `file`; returns the number of
 * messages and services in the former, and the name of the last service.
 */
export function writeSet(file, count, more) {
  write(file, count, more);
  const services = Array.from({ length: count }, (_, n) => n).filter(hasService);
  const last = services.at(-1);
  return { types: count * messagesPerFile + services.length, service: `${packageOf(last)}.Service${last}` };
}

function write(file, count, more = []) {
  const fd = openSync(file, 'w');
  for (let n = 0; n < count; n++) writeSync(fd, bytes(1, fileDescriptor(n)));
  for (const other of more) writeSync(fd, bytes(1, other));
  closeSync(fd);
}

/** File n imports one of half its number, so that a closure is about a dozen files deep. */
function fileDescriptor(n) {
  const imported = n > 0 ? n >> 1 : undefined;
  const parts = [bytes(1, nameOf(n)), bytes(2, packageOf(n))];
  if (imported !== undefined) parts.push(bytes(3, nameOf(imported)));
  for (let m = 0; m < messagesPerFile; m++) parts.push(bytes(4, messageDescriptor(m, imported)));
  if (hasService(n)) parts.push(bytes(6, serviceDescriptor(n)));
  parts.push(bytes(9, sourceInfo(n)), bytes(12, 'proto3'));
  return message(...parts);
}

function messageDescriptor(m, imported) {
  const parts = [bytes(1, `Message${m}`)];
  for (let f = 0; f < fieldsPerMessage; f++) {
    const target = f === 0 && imported !== undefined ? `.${packageOf(imported)}.Message${m}` : undefined;
    parts.push(
      bytes(
        2,
        message(
          ...[bytes(1, `field_number_${f}`), number(3, f + 1), number(4, optional)],
          ...(target ? [number(5, messageType), bytes(6, target)] : [number(5, stringType)]),
          bytes(10, `fieldNumber${f}`),
        ),
      ),
    );
  }
  return message(...parts);
}

function serviceDescriptor(n) {
  const type = (m) => `.${packageOf(n)}.Message${m}`;
  const methods = [0, 1, 2, 3].map((m) =>
    bytes(2, message(bytes(1, `Method${m}`), bytes(2, type(m)), bytes(3, type(m + 1)))),
  );
  return message(bytes(1, `Service${n}`), ...methods);
}

const packed = (...numbers) => Buffer.concat(numbers.map((value) => number(0, value).subarray(1)));

/** A location with a comment for every message and field, as protoc writes them. */
function sourceInfo(n) {
  const locations = [];
  const add = (line, comment, ...place) => {
    const body = message(bytes(1, packed(...place)), bytes(2, packed(line, 2, 40)), bytes(3, comment));
    locations.push(bytes(1, body));
  };
  for (let m = 0; m < messagesPerFile; m++) {
    add(m * 40 + 10, ` What message ${m} of file ${n} stands for, said in a sentence or two.\n It goes on.\n`, 4, m);
    for (let f = 0; f < fieldsPerMessage; f++) {
      const line = m * 40 + 12 + f * 4;
      add(line, ` Field ${f}: its unit, its bounds, when it is unset, who may read it.\n`, 4, m, 2, f);
      add(line, '', 4, m, 2, f, 5);
      add(line, '', 4, m, 2, f, 1);
      add(line, '', 4, m, 2, f, 3);
    }
  }
  if (hasService(n)) add(5, ` The service of part ${n}.\n`, 6, 0);
  return message(...locations);
}
