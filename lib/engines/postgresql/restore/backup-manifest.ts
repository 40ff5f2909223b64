import { createHash } from 'node:crypto';
import { z } from 'zod';
import { DamagedError } from '../../../catalog/errors.ts';
import { requireChecksum } from '../manifest-checksum.ts';

const fileSchema = z.object({
  Path: z.string(),
  Size: z.int().min(0),
  'Checksum-Algorithm': z.literal('SHA256'),
  Checksum: z.string().regex(/^[0-9a-f]{64}$/),
});

/** Version 1 up to PostgreSQL 16; version 2 adds the system identifier, which we read as text: it outgrows a number. */
const backupManifestSchema = z.object({
  'PostgreSQL-Backup-Manifest-Version': z.union([z.literal(1), z.literal(2)]),
  Files: z.array(fileSchema),
  'WAL-Ranges': z
    .array(z.object({ Timeline: z.int(), 'Start-LSN': z.string(), 'End-LSN': z.string() }))
    .min(1),
});

/** What a file of the data directory must be. */
export interface ExpectedFile {
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export interface BackupManifest {
  /** By path below the data directory; files of a tablespace are below `pg_tblspc/<oid>/`. */
  readonly files: ReadonlyMap<string, ExpectedFile>;
  readonly walRanges: readonly { timeline: number; start: string; end: string }[];
  /** Null where the server is older than 17. */
  readonly systemId: string | null;
}

/**
 * Reads the manifest that PostgreSQL wrote about its own backup and checks its own checksum.
 * @see https://www.postgresql.org/docs/current/backup-manifest-format.html
 * @throws DamagedError
 */
export function parseBackupManifest(bytes: Buffer): BackupManifest {
  checkOwnChecksum(bytes);
  const text = bytes.toString('utf8');
  const parsed = backupManifestSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new DamagedError(`backup_manifest cannot be used: ${z.prettifyError(parsed.error)}`);
  }
  const files = new Map<string, ExpectedFile>();
  for (const file of parsed.data.Files) {
    if (files.has(file.Path)) {
      throw new DamagedError(`backup_manifest names ${JSON.stringify(file.Path)} twice`);
    }
    files.set(file.Path, { size: file.Size, sha256: file.Checksum });
  }
  return {
    files,
    walRanges: parsed.data['WAL-Ranges'].map((range) => ({
      timeline: range.Timeline,
      start: range['Start-LSN'],
      end: range['End-LSN'],
    })),
    systemId: /"System-Identifier": (\d+)/.exec(text.slice(0, 200))?.[1] ?? null,
  };
}

/** The last line holds the SHA-256 of everything before it. */
function checkOwnChecksum(bytes: Buffer): void {
  const lastLine = bytes.lastIndexOf('\n', bytes.length - 2) + 1;
  const found = createHash('sha256').update(bytes.subarray(0, lastLine)).digest('hex');
  requireChecksum(found, bytes.toString('utf8', lastLine));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DamagedError('backup_manifest is not JSON', { cause });
  }
}
