import { ReceiveQueue } from '../../../../lib/engines/postgresql/receive-queue.ts';

const MIB = 1024 * 1024;

function queue() {
  const calls: string[] = [];
  const q = new ReceiveQueue<number>(() => calls.push('abandon'));
  q.source = { pause: () => calls.push('pause'), resume: () => calls.push('resume') };
  return { q, calls };
}

test('the source is paused above the mark and goes on once half of it was taken', async () => {
  const { q, calls } = queue();
  for (let n = 0; n < 5; n++) q.push(n, MIB);
  expect(calls).toEqual(['pause']);
  for (let n = 0; n < 3; n++) expect(await q.next()).toEqual({ value: n, done: false });
  expect(calls).toEqual(['pause']);
  await q.next();
  expect(calls).toEqual(['pause', 'resume']);
});

test('what came before the end is delivered', async () => {
  const { q } = queue();
  q.push(1, 1);
  q.end();
  expect(await q.next()).toEqual({ value: 1, done: false });
  expect(await q.next()).toEqual({ value: undefined, done: true });
});

test('a failure reaches the consumer at once, before what was queued', async () => {
  const { q } = queue();
  q.push(1, 1);
  q.fail(new Error('cut'));
  await expect(q.next()).rejects.toThrow('cut');
  await expect(q.next()).rejects.toThrow('cut');
});

test('a waiting consumer gets the next item, the end or the failure', async () => {
  const { q } = queue();
  const first = q.next();
  q.push(7, MIB);
  expect(await first).toEqual({ value: 7, done: false });
  const second = q.next();
  q.fail(new Error('cut'));
  await expect(second).rejects.toThrow('cut');
});

test('leaving early abandons the source, leaving at the end does not', async () => {
  const early = queue();
  early.q.push(1, 1);
  early.q.push(2, 1);
  for await (const _ of early.q) break;
  expect(early.calls).toEqual(['abandon']);
  const late = queue();
  late.q.push(1, 1);
  late.q.end();
  for await (const _ of late.q);
  expect(late.calls).toEqual([]);
});
