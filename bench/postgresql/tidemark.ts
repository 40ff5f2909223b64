import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { benchAgent } from '../agent.ts';
import { measure } from '../measure.ts';
import { processTimes } from '../process-times.ts';
import type { Contender } from './contender.ts';
import type { Stage } from './stage.ts';

const BUCKET = 'tidemark';
const READY_WITHIN_MS = 30_000;

export async function tidemark({ server, s3, folder, env }: Stage): Promise<Contender> {
  const { uid, gid, binDir, sql } = server;
  const agent = await benchAgent(folder, server.address, { uid, gid }, env);
  const store = s3.url(BUCKET);
  return {
    name: 'tidemark',
    bucket: BUCKET,
    prepare: async () => undefined,
    backup: () => measure(agent('backup', store, ['--checkpoint', 'fast'])),
    restore: (dataDir) =>
      measure(agent('restore', store, ['--target', dataDir, '--bin-dir', binDir])),
    archive: async () => {
      const { file, args, env: variables } = agent('wal', store);
      const child = spawn(file, args, {
        env: { ...process.env, ...variables },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      const exited = once(child, 'exit');
      const deadline = Date.now() + READY_WITHIN_MS;
      const streaming = "SELECT 1 FROM pg_stat_replication WHERE state = 'streaming'";
      while ((await sql(streaming)).length === 0) {
        if (Date.now() > deadline) throw new Error('tidemark wal does not stream');
        await delay(100);
      }
      return {
        stop: async () => {
          const times = await processTimes(child.pid);
          child.kill('SIGTERM');
          await exited;
          await sql('SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots');
          return times;
        },
      };
    },
  };
}
