/**
 * Speed and memory of the agent as it is shipped, beside what everybody has: `pg_basebackup` and `openssl dgst`.
 * Both take turns on the same server, and the median counts.
 * They write to the system's temporary folder (TMPDIR) and wait until it is on the disk: a disk that is slower than both
 * makes them equal. Exits with 1 when a promise is not kept.
 */
import { execFile } from 'node:child_process';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { startPostgres } from '../test/support/postgres-server.ts';
import { startS3 } from '../test/support/s3-server.ts';
import { TcpProxy } from '../test/support/tcp-proxy.ts';
import { tempFolder } from '../test/support/temp-folder.ts';
import { benchAgent } from './agent.ts';
import { type Measurement, measure } from './measure.ts';
import { peerBackup } from './peer.ts';
import { peak, type Row, ratio, table } from './table.ts';

const ROUNDS = 5;
/** pgbench's scale for a database of about 1 GiB. */
const SCALE = 65;
const SLOW_BYTES_PER_SECOND = 40 * 1024 * 1024;
const TARGET_RATIO = 0.8;
const TARGET_PEAK_BYTES = 192 * 1024 * 1024;

const say = (line: string) => process.stderr.write(`${line}\n`);
const manifestSchema = z.object({ logicalBytes: z.number() });

await using resources = new AsyncDisposableStack();
const folder = await tempFolder('bench');
resources.defer(() => folder.remove());
// The recovered server runs as another user and has to get through.
await chmod(folder.path, 0o755);

say(`filling a PostgreSQL 15 with pgbench -i -s ${SCALE}`);
const server = await startPostgres({
  version: 15,
  settings: { fsync: 'on', shared_buffers: "'256MB'", max_wal_size: "'4GB'" },
});
resources.defer(() => server.dispose());
const { address, binDir } = server;
await promisify(execFile)(
  join(binDir, 'pgbench'),
  // biome-ignore format: one option and its value each
  ['-i', '-q', '-s', String(SCALE), '-h', address.host, '-p', String(address.port), '-U',
    address.user, address.database],
  { env: { ...process.env, PGPASSWORD: address.password } },
);
await server.sql('CHECKPOINT');

const s3 = await startS3();
resources.defer(() => s3.stop());
await s3.createBucket('bench');
await s3.createBucket('slow');
const proxy = await TcpProxy.start({ host: s3.host, port: s3.port });
resources.defer(() => proxy.stop());
const { uid, gid } = server;
const agent = await benchAgent(folder.path, address, { uid, gid }, s3.env);

const peers: Measurement[] = [];
const digests: Measurement[] = [];
const toFile: Measurement[] = [];
const toS3: Measurement[] = [];
const verified: Measurement[] = [];
const restored: Measurement[] = [];
const peerPath = join(folder.path, 'peer');
const storePath = join(folder.path, 'store');
const target = join(folder.path, 'target');
const fileStore = `file://${storePath}`;

async function runPeer(): Promise<void> {
  const { backup, digest } = await peerBackup(binDir, address, peerPath);
  peers.push({
    ...backup,
    seconds: backup.seconds + digest.seconds,
    cpuSeconds: backup.cpuSeconds + digest.cpuSeconds,
  });
  digests.push(digest);
}

async function runAgent(): Promise<void> {
  await mkdir(storePath);
  toFile.push(await measure(agent('backup', fileStore, ['--checkpoint', 'fast', '--json'])));
}

for (let round = 1; round <= ROUNDS; round++) {
  say(`round ${round} of ${ROUNDS}`);
  // What was written and removed before burdens whoever comes first.
  for (const run of round % 2 === 1 ? [runPeer, runAgent] : [runAgent, runPeer]) await run();
  verified.push(await measure(agent('verify', fileStore)));
  const options = ['--target', target, '--bin-dir', binDir];
  restored.push(await measure(agent('restore', fileStore, options)));
  toS3.push(await measure(agent('backup', s3.url('bench'), ['--checkpoint', 'fast', '--json'])));
  for (const path of [peerPath, storePath, target]) await rm(path, { recursive: true });
}
say('a slow store');
proxy.throttle(SLOW_BYTES_PER_SECOND);
const slowUrl = s3.url('slow', `http://${proxy.host}:${proxy.port}`);
const slow = await measure(agent('backup', slowUrl, ['--checkpoint', 'fast']));

const { logicalBytes: bytes } = manifestSchema.parse(JSON.parse(toFile[0]?.stdout ?? ''));
const peer: Row = { name: 'pg_basebackup + openssl dgst', runs: peers, bytes };
const digestOnly: Row = { name: 'openssl dgst', runs: digests, bytes };
const backup: Row = { name: 'tidemark backup, file:', runs: toFile, bytes, peer };
const backupS3: Row = { name: 'tidemark backup, s3: (MinIO here)', runs: toS3, bytes, peer };
const slowStore: Row = {
  name: 'tidemark backup, slow s3:',
  runs: [slow],
  bytes,
  note: `store takes ${SLOW_BYTES_PER_SECOND / 1024 / 1024} MiB/s`,
};
const verify: Row = { name: 'tidemark verify, file:', runs: verified, bytes, peer: digestOnly };
const restore: Row = { name: 'tidemark restore, file:', runs: restored, bytes };
const rows = [peer, backup, backupS3, slowStore, digestOnly, verify, restore];
process.stdout.write(`\n${(bytes / 1024 ** 2).toFixed(0)} MiB of data\n${table(rows)}\n\n`);

const broken = [
  ...[backup].filter((row) => (ratio(row) ?? 0) < TARGET_RATIO).map(({ name }) => `${name}: slow`),
  ...[backup, backupS3, slowStore, verify, restore]
    .filter((row) => peak(row) > TARGET_PEAK_BYTES)
    .map(({ name }) => `${name}: too much memory`),
];
process.stdout.write(
  `promised: ${TARGET_RATIO} of the peer's speed, below ${TARGET_PEAK_BYTES / 1024 ** 2} MiB; ${broken.length === 0 ? 'kept' : `not kept (${broken.join(', ')})`}\n`,
);
if (broken.length > 0) process.exitCode = 1;
