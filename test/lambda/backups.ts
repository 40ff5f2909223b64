import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { backupId } from '../../lib/catalog/keys.ts';
import type { Manifest } from '../../lib/catalog/manifest.ts';
import { BackupWriter } from '../../lib/catalog/writer.ts';
import type { ObjectStore } from '../../lib/stores/store.ts';
import type { S3Server } from '../support/s3-server.ts';

interface BackupOptions {
  readonly source: string;
  readonly at: Date;
  readonly class?: string;
  /** Bytes of the archive. */
  readonly size?: number;
  /** Id of the backup that it builds on. */
  readonly parent?: string;
}

/** Commits a backup with an archive and a segment of its own WAL. */
export async function commitBackup(store: ObjectStore, options: BackupOptions): Promise<Manifest> {
  const { source, at, class: name = '30d', size = 1_000_000, parent = null } = options;
  const kind = parent === null ? 'full' : 'incremental';
  const writer = new BackupWriter(store, {
    id: backupId(at, kind),
    plan: 'shop',
    environment: 'production',
    source,
    engine: 'postgresql',
    kind,
    tier: 'daily',
    class: name,
    startedAt: at.toISOString(),
    parent,
  });
  await writer.writeFile('base.tar', Readable.from([randomBytes(size)]), { encoding: 'identity' });
  await writer.writeFile('wal/000000010000000000000003', Readable.from([Buffer.alloc(100_000)]), {
    encoding: 'zstd',
  });
  return writer.commit({
    serverVersion: '15.18',
    completedAt: at.toISOString(),
    consistentAt: at.toISOString(),
    position: {
      engine: 'postgresql',
      systemId: '7123456789',
      timeline: 1,
      startLsn: '0/3000028',
      endLsn: '0/3000100',
      walSegmentSize: 16_777_216,
      tablespaces: [],
    },
    counts: {},
  });
}

/** Copies a bucket; the object `altered` gets one bit changed on the way. */
export async function copyWithDamage(
  { client }: S3Server,
  from: string,
  to: string,
  altered?: string,
): Promise<void> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: from }));
  for (const { Key = '' } of Contents) {
    if (Key !== altered) {
      await client.send(new CopyObjectCommand({ Bucket: to, Key, CopySource: `${from}/${Key}` }));
      continue;
    }
    const { Body } = await client.send(new GetObjectCommand({ Bucket: from, Key }));
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    const middle = Math.floor(bytes.length / 2);
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
    await client.send(new PutObjectCommand({ Bucket: to, Key, Body: bytes }));
  }
}
