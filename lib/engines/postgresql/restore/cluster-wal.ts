import { fileKeys, openFile } from '../../../catalog/files.ts';
import { OWN_WAL } from '../../../catalog/keys.ts';
import type { Manifest, PhysicalManifest } from '../../../catalog/manifest.ts';
import { listWal, readWal } from '../../../catalog/wal.ts';
import type { ObjectStore } from '../../../stores/store.ts';
import { timelineName } from '../lsn.ts';
import type { SegmentSource } from './coverage.ts';
import type { WalReader } from './stage-wal.ts';
import { parseHistory, type TimelineStep } from './timelines.ts';

interface HistoryFile {
  readonly name: string;
  readonly content: Buffer;
}

/** All that is stored of one cluster's WAL, apart from what base backups carry themselves. */
export interface ClusterWal {
  /** By plain segment name; where there are several, the one that holds most. */
  readonly segments: ReadonlyMap<string, SegmentSource<WalReader>>;
  /** By timeline. */
  readonly histories: ReadonlyMap<number, readonly TimelineStep[]>;
  readonly historyFiles: readonly HistoryFile[];
}

/** @throws DamagedError if a history file cannot be read */
export async function readClusterWal(
  store: ObjectStore,
  source: string,
  systemId: string,
  backups: readonly PhysicalManifest[],
): Promise<ClusterWal> {
  const segments = new Map<string, SegmentSource<WalReader>>();
  const readers = ownHistories(store, systemId, backups);
  for await (const entry of listWal(store, source, systemId)) {
    const source: WalReader = {
      objects: [entry],
      read: (signal) => readWal(store, entry, signal),
    };
    if (entry.kind === 'history') readers.set(entry.name, source);
    else keepFullest(segments, entry.name, { durable: entry.durable, source });
  }
  const historyFiles: HistoryFile[] = [];
  const histories = new Map<number, readonly TimelineStep[]>();
  for (const [name, source] of readers) {
    const content = await readWhole(source);
    const timeline = Number.parseInt(name, 16);
    histories.set(timeline, parseHistory(timeline, content.toString('utf8')));
    historyFiles.push({ name, content });
  }
  return { segments, histories, historyFiles: [...historyFiles, ...placeholders(histories)] };
}

/** The last segment of a backup that a standby sent is only its beginning. */
const OWN_SEGMENT = /^([0-9A-F]{24})(?:\.partial-([0-9A-F]{16}))?(?:\.|$)/;

/** What the archive has, with the segments that a base backup carries. */
export function withOwnWal(
  wal: ClusterWal,
  store: ObjectStore,
  backup: Manifest,
): ReadonlyMap<string, SegmentSource<WalReader>> {
  const segments = new Map(wal.segments);
  for (const { name, durable, source } of ownFiles(store, backup, OWN_SEGMENT)) {
    keepFullest(segments, name, { durable, source });
  }
  return segments;
}

function ownHistories(
  store: ObjectStore,
  systemId: string,
  backups: readonly PhysicalManifest[],
): Map<string, WalReader> {
  const own = backups
    .filter(({ position }) => position.systemId === systemId)
    .flatMap((backup) => ownFiles(store, backup, /^([0-9A-F]{8}\.history)(?:\.|$)/));
  return new Map(own.map(({ name, source }) => [name, source]));
}

function ownFiles(
  store: ObjectStore,
  backup: Manifest,
  pattern: RegExp,
): { name: string; durable: bigint | undefined; source: WalReader }[] {
  return backup.files.flatMap((file) => {
    if (!file.name.startsWith(`${OWN_WAL}/`)) return [];
    const [, name, durable] = pattern.exec(file.name.slice(OWN_WAL.length + 1)) ?? [];
    if (name === undefined) return [];
    return [
      {
        name,
        durable: durable === undefined ? undefined : BigInt(`0x${durable}`),
        source: {
          objects: fileKeys(backup, file).map((key) => ({ key })),
          read: (signal) => openFile(store, backup, file, signal ? { signal } : {}),
        },
      },
    ];
  });
}

function keepFullest(
  segments: Map<string, SegmentSource<WalReader>>,
  name: string,
  found: SegmentSource<WalReader>,
): void {
  const known = segments.get(name);
  const fuller =
    known === undefined ||
    (known.durable !== undefined && (found.durable === undefined || found.durable > known.durable));
  if (fuller) segments.set(name, found);
}

/**
 * A promotion takes the first number that has no history file, counting up. Numbers that were used, but whose
 * histories are not stored, must not look free while a later one is taken.
 */
function placeholders(histories: ReadonlyMap<number, unknown>): HistoryFile[] {
  const missing: HistoryFile[] = [];
  for (let timeline = 2; timeline < Math.max(0, ...histories.keys()); timeline++) {
    if (histories.has(timeline)) continue;
    missing.push({ name: `${timelineName(timeline)}.history`, content: Buffer.alloc(0) });
  }
  return missing;
}

async function readWhole(source: WalReader): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.read()) chunks.push(chunk);
  return Buffer.concat(chunks);
}
