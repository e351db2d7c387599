// Loaded before the program (node --require): lets one call of one kind fail, the FAIL_AT-th below the folder FAIL_UNDER
// or, for the network, the FAIL_AT-th at all. The file FAIL_MARK is made when it happens.
const fs = require('node:fs');
const net = require('node:net');
const dns = require('node:dns');

const { FAIL_KIND: kind, FAIL_UNDER: under, FAIL_MARK: mark } = process.env;
const at = Number(process.env.FAIL_AT);
const writeMark = fs.writeFileSync.bind(fs);
let seen = 0;

function failure(code, what) {
  if (++seen !== at) return undefined;
  writeMark(mark, '');
  return Object.assign(new Error(`${code}: made to fail, ${what}`), { code, errno: -5, syscall: kind });
}

const codes = { open: 'EMFILE', write: 'ENOSPC', rename: 'EXDEV', mkdir: 'EROFS', read: 'EIO', remove: 'EBUSY' };
const calls = {
  open: ['openSync'],
  write: ['writeFileSync', 'writeSync', 'appendFileSync'],
  rename: ['renameSync'],
  mkdir: ['mkdirSync'],
  read: ['readFileSync', 'readdirSync'],
  remove: ['rmSync', 'unlinkSync'],
};
for (const name of calls[kind] ?? []) {
  const real = fs[name];
  fs[name] = (path, ...more) => {
    const mine = typeof path === 'number' || String(path).startsWith(under);
    const error = mine ? failure(codes[kind], String(path)) : undefined;
    // What a full disk leaves behind: a part of the file.
    if (error && name === 'writeFileSync') real(path, String(more[0]).slice(0, 3), more[1]);
    if (error) throw error;
    return real(path, ...more);
  };
}

if (kind === 'connect') {
  const real = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function connect(...args) {
    const error = failure('ENETUNREACH', 'connect');
    if (!error) return real.apply(this, args);
    setImmediate(() => this.destroy(error));
    return this;
  };
}

if (kind === 'resolve') {
  const real = dns.lookup;
  dns.lookup = (host, options, done) => {
    const error = failure('EAI_AGAIN', host);
    return error ? setImmediate(done, error) : real(host, options, done);
  };
}
