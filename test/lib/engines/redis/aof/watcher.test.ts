import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { ServerWatcher } from '../../../../../lib/engines/redis/aof/watcher.ts';
import { decodeReply } from '../../../../../lib/engines/redis/resp.ts';

const AT_MS = 1_700_000_000_000;

/** Seconds that have passed: every question after the first takes one. */
let passed = 0;
let asked = 0;
let server: Server;

beforeEach(async () => {
  passed = 0;
  asked = 0;
  server = createServer((socket) => {
    socket.on('data', (bytes) => {
      for (let at = 0; at < bytes.length; ) {
        const { value, end } = decodeReply(bytes, at) ?? { value: null, end: bytes.length };
        at = end;
        socket.write(answer(String(Array.isArray(value) ? value[0] : value)));
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  server.close();
});

/** A server whose disk is busy: only what it is asked for the third time shows that everything is written. */
function answer(command: string): string {
  if (command === 'TIME') return `*2\r\n$10\r\n${AT_MS / 1000}\r\n$1\r\n0\r\n`;
  if (asked++ > 0) passed++;
  const written = passed < 2 ? 100 : 150;
  const info = [
    'run_id:a',
    'role:master',
    'loading:0',
    'aof_enabled:1',
    'aof_last_write_status:ok',
    `aof_current_size:${written}`,
    `aof_buffer_length:${150 - written}`,
  ].join('\r\n');
  return `$${info.length}\r\n${info}\r\n`;
}

test('a server that takes long to write does not make its clock look slow', async () => {
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const place = { host: '127.0.0.1', port, tls: 'disable' } as const;
  const watcher = new ServerWatcher(place, () => undefined);
  const now = () => new Date(AT_MS + passed * 1000);
  try {
    const view = await watcher.ask(now, new AbortController().signal);
    expect(view?.complete).toBe(true);
    expect(passed).toBe(2);
    expect(watcher.clock(now).getTime()).toBe(AT_MS + 2000);
  } finally {
    watcher.close();
  }
});
