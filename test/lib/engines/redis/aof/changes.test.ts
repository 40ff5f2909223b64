import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { queryObjects } from 'node:v8';
import { Changes } from '../../../../../lib/engines/redis/aof/changes.ts';

let directory: string;
let end: AbortController;
let changes: Changes;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tidemark-changes-'));
  end = new AbortController();
  changes = new Changes(directory, end.signal);
});

afterEach(async () => {
  end.abort();
  await rm(directory, { recursive: true });
});

const LONG_MS = 60_000;

test('a change of the manifest ends the wait, also one that came before it', async () => {
  const waiting = changes.next(LONG_MS);
  await writeFile(join(directory, 'appendonly.aof.manifest'), 'one');
  await waiting;
  await writeFile(join(directory, 'appendonly.aof.manifest'), 'two');
  await changes.next(LONG_MS);
});

test('the end of everything ends the wait', async () => {
  const waiting = changes.next(LONG_MS);
  end.abort();
  await waiting;
});

test('waits without a change leave nothing in memory', async () => {
  const promises = () => queryObjects(Promise, { format: 'count' });
  await changes.next(0);
  const before = promises();
  for (let waits = 0; waits < 100; waits++) await changes.next(0);
  expect(promises() - before).toBeLessThan(50);
});
