import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { manifestKey } from '../../lib/catalog/keys.ts';
import { claimStore } from '../../lib/catalog/reader.ts';
import { agentProgram } from '../../lib/commands/agent.ts';
import { EXIT } from '../../lib/commands/exit-codes.ts';
import { type Io, main } from '../../lib/commands/main.ts';
import { openStore } from '../../lib/stores/open.ts';
import { REDIS_SOURCE, redisRun } from '../support/redis-source.ts';
import { chunks, writeBackup } from '../support/sample-backup.ts';
import { tempFolder } from '../support/temp-folder.ts';

interface Told {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function tidemark(...args: string[]): Promise<Told> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const io = {
    ...{ stdout, stderr, env: {}, exitCode: EXIT.ok },
    ...{ now: () => new Date(), signal: new AbortController().signal },
  } as unknown as Io;
  const code = await main(agentProgram(io), args, io);
  stdout.end();
  stderr.end();
  return { code, stdout: await text(stdout), stderr: await text(stderr) };
}

test.each(['list', 'status', 'verify'])('%s refuses the store of another plan', async (command) => {
  const folder = await tempFolder('list');
  const url = pathToFileURL(join(folder.path, 'store')).href;
  const store = await openStore(url);
  try {
    await claimStore(store, 'other', 'production');
    const config = join(folder.path, 'plan.json');
    await writeFile(config, JSON.stringify(redisRun(store).compiled));
    const refused = await tidemark(command, '--config', config, '--store', url);
    expect(refused).toMatchObject({ code: EXIT.failed, stdout: '' });
    expect(refused.stderr).toContain('belongs to plan other, environment production');
  } finally {
    await store.close();
    await folder.remove();
  }
});

test('a manifest that cannot be read fails the list, and hides none of the others', async () => {
  const folder = await tempFolder('list');
  const url = pathToFileURL(join(folder.path, 'store')).href;
  const store = await openStore(url);
  try {
    const { compiled } = redisRun(store);
    const { plan, environment } = compiled;
    await claimStore(store, plan, environment);
    const sound = await writeBackup(
      store,
      '2026-11-21T02:00:00.000Z',
      { plan, environment, source: REDIS_SOURCE, engine: 'redis', kind: 'snapshot' },
      { position: { engine: 'redis', replicationId: 'a'.repeat(40), offset: 0 } },
    );
    const damaged = '20261121T030000Z-snapshot-00000000';
    await store.put(manifestKey('30d', REDIS_SOURCE, damaged), chunks('{'));
    const config = join(folder.path, 'plan.json');
    await writeFile(config, JSON.stringify(compiled));

    const told = await tidemark('list', '--config', config, '--store', url);
    expect(told.code).toBe(EXIT.failed);
    expect(told.stdout).toContain(sound.id);
    expect(told.stderr).toContain(damaged);
  } finally {
    await store.close();
    await folder.remove();
  }
});
