import { z } from 'zod';
import type { Manifest } from '../../lib/catalog/manifest.ts';
import { readSmall } from '../../lib/catalog/small-objects.ts';
import type { ObjectStore } from '../../lib/stores/store.ts';
import { askedManifests, objectsOf } from './archive.ts';
import {
  type ConcludeDeps,
  type Concluded,
  conclude,
  type Findings,
  oneError,
} from './conclude.ts';
import { runOf, type Task, type VerifyInput } from './event.ts';

export interface ReportDeps extends ConcludeDeps {
  readonly work: ObjectStore;
}

/** The report of S3 Batch Operations; see "Examples: S3 Batch Operations completion reports" in the S3 User Guide. */
const reportSchema = z.object({
  Format: z.literal('Report_CSV_20180820'),
  Results: z.array(z.object({ Key: z.string() })),
});

/** The last column of an object whose digest was computed. */
const messageSchema = z.object({
  checksum_hex: z.string(),
  checksumAlgorithm: z.literal('SHA256'),
  checksumType: z.literal('FULL_OBJECT'),
});

/** Holds what S3 computed of archived objects against their manifests, and concludes the verification that asked for it. */
export async function verifyReport(
  input: VerifyInput & { readonly task: Extract<Task, { kind: 'report' }> },
  deps: ReportDeps,
): Promise<Concluded> {
  const { work, now } = deps;
  const { key, asked } = input.task;
  const { Results } = reportSchema.parse(JSON.parse(await readSmall(work, key)));
  const digests = new Map<string, string | Error>();
  for (const { Key } of Results) {
    for (const row of rowsOf(await readSmall(work, Key))) {
      const [, object = ''] = row;
      digests.set(decodeURIComponent(object), digestIn(row));
    }
  }
  const { manifests, errors } = await askedManifests(asked, deps);
  const findings = findingsOf(manifests, digests);
  const error = oneError([...errors, findings.error]);
  return conclude(runOf(input), now().toISOString(), { ...findings, error }, deps);
}

/** Pure. A backup of which S3 did not compute every digest is not verified. */
export function findingsOf(
  manifests: readonly Manifest[],
  digests: ReadonlyMap<string, string | Error>,
): Findings {
  const backups: Findings['backups'] = [];
  const errors: string[] = [];
  for (const manifest of manifests) {
    const problems: string[] = [];
    const missing: string[] = [];
    for (const { key, sha256 } of objectsOf(manifest)) {
      const found = digests.get(key);
      if (found === undefined) missing.push(`S3 computed no digest of ${key}`);
      else if (found instanceof Error) missing.push(`${key}: ${found.message}`);
      else if (found !== sha256) {
        problems.push(
          `${key} was altered (its SHA-256 is ${found} instead of ${sha256}, as S3 computed it); this backup must not be used`,
        );
      }
    }
    errors.push(...missing);
    if (problems.length > 0 || missing.length === 0) {
      const bytes = missing.length === 0 ? manifest.storedBytes : 0;
      backups.push({ id: manifest.id, class: manifest.class, bytes, problems });
    }
  }
  return { backups, wal: null, error: oneError(errors) };
}

/** Columns: bucket, key, version, status, error code, HTTP status, message. */
function digestIn(row: readonly string[]): string | Error {
  const [, , , status = '', code = '', , message = ''] = row;
  if (status !== 'succeeded') return new Error(`S3 says ${code || status}: ${message}`);
  const parsed = messageSchema.safeParse(jsonOf(message));
  if (!parsed.success) return new Error(`S3 computed something else: ${message}`);
  return parsed.data.checksum_hex.toLowerCase();
}

/** Undefined where it is none: one row that is not understood says nothing about the others. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Rows of a CSV whose fields may be quoted, with quotes in them doubled. */
export function rowsOf(csv: string): string[][] {
  return csv
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) =>
      [...line.trimEnd().matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
      ),
    );
}
