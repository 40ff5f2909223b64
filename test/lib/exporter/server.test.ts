import { parseListen } from '../../../lib/commands/exporter.ts';
import { type MetricsServer, serve } from '../../../lib/exporter/server.ts';

let server: MetricsServer;
let wrong: string | undefined;
beforeAll(async () => {
  server = await serve({
    listen: { host: '127.0.0.1', port: 0 },
    metrics: () => 'up 1\n',
    unhealthy: () => wrong,
  });
});
afterAll(() => server.close());

const ask = (path: string, init?: RequestInit) =>
  fetch(`http://127.0.0.1:${server.port}${path}`, init);

test('answers a scrape in the format of Prometheus', async () => {
  const response = await ask('/metrics?format=any');
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(await response.text()).toBe('up 1\n');
});

test('is healthy until something is wrong, and says what', async () => {
  expect((await ask('/healthz')).status).toBe(200);
  wrong = 'no look has come to an end';
  const response = await ask('/healthz');
  expect([response.status, await response.text()]).toEqual([503, 'no look has come to an end\n']);
});

test('answers nothing else', async () => {
  expect((await ask('/')).status).toBe(404);
  expect((await ask('/metrics', { method: 'POST' })).status).toBe(405);
});

test('says where it cannot listen', async () => {
  await expect(
    serve({
      listen: { host: '127.0.0.1', port: server.port },
      metrics: () => '',
      unhealthy: () => undefined,
    }),
  ).rejects.toThrow('EADDRINUSE');
});

describe('--listen', () => {
  test.each([
    ['127.0.0.1:9465', { host: '127.0.0.1', port: 9465 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    [':9465', { port: 9465 }],
  ])('%s', (text, expected) => {
    expect(parseListen(text)).toEqual(expected);
  });

  test.each(['9465', '::1:9465', '127.0.0.1', ':99999', '127.0.0.1:x'])('%s is refused', (text) => {
    expect(() => parseListen(text)).toThrow('write an address and a port');
  });
});
