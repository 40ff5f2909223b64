import type { SourceOf } from '../../../plan/compiled.ts';
import { logBytes } from '../../../plan/values/log-size.ts';
import { bytes } from '../../../plan/values/size.ts';

/** A line of `postgresql.conf` that backups of a source need. */
export interface ServerSetting {
  readonly name: string;
  /** As the file has it, without quotes. */
  readonly value: string;
  readonly why: string;
  /** It is what the server has by itself: only a file that lowers it would be in the way, and none of ours may do that. */
  readonly usual?: true;
}

type Source = SourceOf<'postgresql'>;

/** PostgreSQL's own defaults. Standbys and tools use some of each, so less than that is never asked for. */
const SENDERS = 10;
const SLOTS = 10;

const GIB = 1024 ** 3;
const DAY_OF_UNKNOWN_WAL = 16 * GIB;
const SMALLEST_SLOT = 4 * GIB;

/** Days that PostgreSQL keeps summaries of its WAL unless it is told otherwise. */
const SUMMARY_DAYS = 10;
const DAY = 86_400;

const taken = ({ protections }: Source, kind: string): boolean =>
  protections.some((row) => row.kind === kind && row.derived);

export const takesPhysical = (source: Source): boolean =>
  ['wal', 'full', 'incremental'].some((kind) => taken(source, kind));

export const takesDumps = (source: Source): boolean =>
  taken(source, 'logical') || source.settings.hooks?.preDeploy === true;

/** What the server is told in its configuration, for the rows that jobs are derived from. Dumps need nothing of it. */
export function serverSettings(source: Source): ServerSetting[] {
  if (!takesPhysical(source)) return [];
  return [
    {
      name: 'wal_level',
      value: 'replica',
      why: "'logical' does as well, 'minimal' does not",
      usual: true,
    },
    {
      name: 'max_wal_senders',
      value: `${SENDERS}`,
      why: 'two for a backup, one for the stream, the others for standbys',
      usual: true,
    },
    {
      name: 'max_replication_slots',
      value: `${SLOTS}`,
      why: 'one for a backup while it runs, one for the stream, the others for standbys',
      usual: true,
    },
    ...(taken(source, 'wal') ? [slotKeep(source)] : []),
    ...(taken(source, 'incremental') ? summaries(source) : []),
  ];
}

/** To lose the continuity of backups is better than to fill the disk of the server. */
function slotKeep(source: Source): ServerSetting {
  const { setup } = source.settings;
  const stated = setup?.slotKeep && bytes(setup.slotKeep);
  const day = source.size?.perDay ? logBytes(source.size.perDay) : undefined;
  const kept = stated ?? Math.max(SMALLEST_SLOT, day ?? DAY_OF_UNKNOWN_WAL);
  const why =
    stated !== undefined
      ? "the plan's setup.slotKeep"
      : day !== undefined
        ? "a day of WAL, by the plan's size.perDay before compression"
        : 'the plan states neither setup.slotKeep nor size.perDay: what the disk can spare';
  return { name: 'max_slot_wal_keep_size', value: `${Math.ceil(kept / 1024 ** 2)}MB`, why };
}

/** Without summaries since the backup that it builds on, an incremental one cannot be taken. */
function summaries({ protections }: Source): ServerSetting[] {
  const gap = protections.find(({ kind }) => kind === 'full')?.longestGapSeconds ?? 0;
  // One full backup may fail.
  const days = Math.max(SUMMARY_DAYS, Math.ceil((2 * gap) / DAY) + 1);
  return [
    { name: 'summarize_wal', value: 'on', why: 'incremental backups are made of it' },
    {
      name: 'wal_summary_keep_time',
      value: `${days}d`,
      why: 'longer than from one full backup to the one after the next',
    },
  ];
}
