import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import {
  evidenceOf,
  locationOf,
  otherSide,
  type Side,
  veleroOf,
} from '../../../lib/storage/location.ts';
import type { Request } from '../stacks/policy.ts';
import { ACCOUNT, ADMINISTRATION, CONFIGURATION } from './administration.ts';
import type { Environment } from './evaluation.ts';

/** All that AWS asks permission for in one call: each of them must be allowed. */
type Call = readonly Request[];

const ID = '20261121T020000Z-full-9f86d081';
const SEGMENT = '7123456789/00000001/000000010000000000000003.zst';
const record = (source: string, action: string): string =>
  `runs/${source}/2026-11-21/20261121T020000Z-${action}-9f86d081.json`;

/** As the agent writes: only where nothing is. */
const NEW = { 's3:if-none-match': '*', 's3:ObjectCreationOperation': 'true' };

const REPLACING = { 's3:ObjectCreationOperation': 'true' };

/**
 * Everything that somebody may want to do to the backups of `orders`, told from the region of one side, by what it is called in
 * the tables of who may.
 */
export function everyCall(
  environment: Environment,
  compiled: CompiledPlan,
  side: Side,
): Map<string, Call> {
  const here = locationOf(compiled, side).bucketArn;
  const there = locationOf(compiled, otherSide(side)).bucketArn;
  const evidence = evidenceOf(compiled, side).bucketArn;
  const velero = veleroOf(compiled, side).bucketArn;
  const call =
    (...actions: string[]) =>
    (key: string, context: Record<string, string> = {}, bucket = here): Call =>
      actions.map((action) => ({ action, resource: key ? `${bucket}/${key}` : bucket, context }));
  const read = call('s3:GetObject');
  const put = call('s3:PutObject');
  const add = (key: string, context = {}, bucket = here): Call =>
    put(key, { ...NEW, ...context }, bucket);
  const remove = call('s3:DeleteObjectVersion');
  const removeLocked = call('s3:DeleteObjectVersion', 's3:BypassGovernanceRetention');
  const mode = compiled.lock === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE';
  const otherMode = mode === 'COMPLIANCE' ? 'GOVERNANCE' : 'COMPLIANCE';
  const locked = (days: number, how = mode): Record<string, string> => ({
    's3:object-lock-mode': how,
    's3:object-lock-remaining-retention-days': `${days}`,
  });
  const addLocked = (days: number, how = mode): Call =>
    call('s3:PutObject', 's3:PutObjectRetention')(data(), { ...NEW, ...locked(days, how) });
  const data = (source = 'orders', retention = '30d'): string =>
    `data/${retention}/${source}/${ID}/base.tar.zst`;
  const manifest = (source = 'orders'): string => `catalog/30d/${source}/${ID}.json`;
  const key = environment.keyOf(here);
  return new Map<string, Call>([
    ['reads a manifest', read(manifest())],
    ['reads data', read(data())],
    ['reads data that an older plan kept', read(data('orders', '14d'))],
    ['reads the log', read(`wal/7d/orders/${SEGMENT}`)],
    ['reads what was done', read(record('orders', 'backup'))],
    ['reads hidden data', call('s3:GetObjectVersion')(data())],
    ['lists manifests', call('s3:ListBucket')('', { 's3:prefix': 'catalog/30d/orders/' })],
    [
      'lists hidden ones',
      call('s3:ListBucketVersions')('', { 's3:prefix': 'catalog/30d/orders/' }),
    ],
    ['reads data in the other region', read(data(), {}, there)],
    ['reads data of another source', read(data('wal'))],
    ['reads a manifest of another source', read(manifest('wal'))],
    ['reads what was done with another source', read(record('wal', 'backup'))],
    ['reads without TLS', read(manifest(), { 'aws:SecureTransport': 'false' })],
    ['reads through an old TLS', read(manifest(), { 's3:TlsVersion': '1.1' })],
    ['thaws data', call('s3:RestoreObject')(data('orders', '2557d-archive'))],
    ['thaws data of another source', call('s3:RestoreObject')(data('wal', '2557d-archive'))],
    ['adds a manifest', add(manifest())],
    ['adds data', add(data())],
    ['adds to the log', add(`wal/7d/orders/${SEGMENT}`)],
    ['records a backup', add(record('orders', 'backup'))],
    ['records a verification', add(record('orders', 'verify'))],
    ['records a drill', add(record('orders', 'drill'))],
    ['records a restore', add(record('orders', 'restore'))],
    [
      'records a verification in the folder of a backup',
      add('runs/orders/2026-11-21/20261121T020000Z-backup-a/20261121T020000Z-verify-9f86d081.json'),
    ],
    ['records a backup of another source', add(record('wal', 'backup'))],
    ['records a verification of another source', add(record('wal', 'verify'))],
    ['adds data to another source', add(data('wal'))],
    ['adds data that nobody promised', add(data('orders', 'forever'))],
    ['adds data in the other region', add(data(), {}, there)],
    ['adds to landing', add('landing/orders/x')],
    ['replaces data', put(data(), REPLACING)],
    ['adds with another key', add(data(), encrypted('aws:kms', 'arn:aws:kms:::key/other'))],
    ['adds with a key of the service', add(data(), encrypted('AES256'))],
    ['adds with a key of its own', add(data(), { [CUSTOMER_KEY]: 'AES256' })],
    ['locks what it adds for its class', addLocked(30)],
    ['locks what it adds for a day', addLocked(1)],
    ['locks what it adds for ever', addLocked(36_500)],
    ['locks what it adds in the other mode', addLocked(30, otherMode)],
    ['lengthens a lock', call('s3:PutObjectRetention')(data(), locked(30))],
    [
      'shortens a lock',
      call('s3:PutObjectRetention', 's3:BypassGovernanceRetention')(data(), locked(1)),
    ],
    ['holds', call('s3:PutObjectLegalHold')(data(), { 's3:object-lock-legal-hold': 'ON' })],
    ['releases', call('s3:PutObjectLegalHold')(data(), { 's3:object-lock-legal-hold': 'OFF' })],
    ['hides data', call('s3:DeleteObject')(data())],
    ['hides what was done', call('s3:DeleteObject')(record('orders', 'backup'))],
    ['removes data', remove(data())],
    ['removes what was done', remove(record('orders', 'backup'))],
    ['removes locked data', removeLocked(data())],
    ['removes a locked record', removeLocked(record('orders', 'backup'))],
    ['reads evidence', read(record('orders', 'verify'), {}, evidence)],
    ['adds evidence of a verification', add(record('orders', 'verify'), {}, evidence)],
    ['adds evidence of a backup', add(record('orders', 'backup'), {}, evidence)],
    ['adds evidence about another source', add(record('wal', 'verify'), {}, evidence)],
    ['replaces evidence', put(record('orders', 'verify'), REPLACING, evidence)],
    ['removes evidence', remove(record('orders', 'verify'), {}, evidence)],
    ['removes locked evidence', removeLocked(record('orders', 'verify'), {}, evidence)],
    ['reads Velero', read('backups/x', {}, velero)],
    ['adds to Velero', add('backups/x', {}, velero)],
    ...CONFIGURATION.map((action): [string, Call] => [action, call(action)('')]),
    ...ADMINISTRATION.map((action): [string, Call] => [action, [{ action, resource: key }]]),
    ['kms:Decrypt by itself', [{ action: 'kms:Decrypt', resource: key }]],
    ...ACCOUNT.map((action): [string, Call] => [
      action,
      [{ action, resource: `arn:aws:iam::${compiled.account}:role/administrator` }],
    ]),
  ]);
}

const CUSTOMER_KEY = 's3:x-amz-server-side-encryption-customer-algorithm';
const encrypted = (how: string, key?: string): Record<string, string> => ({
  's3:x-amz-server-side-encryption': how,
  ...(key !== undefined && { 's3:x-amz-server-side-encryption-aws-kms-key-id': key }),
});
