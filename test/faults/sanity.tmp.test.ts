import * as grpc from '@grpc/grpc-js';
import { it } from 'vitest';
import { bytesMethod } from '../support/servers-reflection.ts';
import { faults } from './fault-table.ts';
import { openPlainServer } from './listeners.ts';
import { appendFileSync } from 'node:fs';

for (const fault of faults) {
  if (fault.listener !== 'h2c' && fault.listener !== 'raw') continue;
  it(fault.id, { timeout: 20000 }, async () => {
    const server = await openPlainServer(fault);
    const client = new grpc.Client(server.address, grpc.credentials.createInsecure());
    const path = fault.rpc === 'server-stream' ? '/t.S/SS' : '/t.S/U';
    const def = bytesMethod(path, false, fault.rpc === 'server-stream');
    let n = 0;
    const result = await new Promise<string>((resolve) => {
      const deadline = Date.now() + 2500;
      if (fault.rpc === 'server-stream') {
        const c = client.makeServerStreamRequest(path, def.requestSerialize, def.responseDeserialize, Buffer.alloc(0), { deadline });
        c.on('data', () => n++); c.on('error', (e) => resolve(`${e.message}`)); c.on('end', () => resolve('OK'));
      } else client.makeUnaryRequest(path, def.requestSerialize, def.responseDeserialize, Buffer.alloc(0), { deadline }, (e, v) => { if (v) n++; resolve(e ? `${e.code} ${e.message}` : 'OK'); });
    });
    appendFileSync('/tmp/sanity/out.txt', `${fault.id}\n    GOT  n=${n} ${result.slice(0, 150)}\n    SEEN ${(fault as any).seen?.['grpc-js']}   streams=${server.streams.length} conns=${server.connections} problems=${server.problems.map(String)}\n`);
    client.close();
    await server.close();
  });
}
