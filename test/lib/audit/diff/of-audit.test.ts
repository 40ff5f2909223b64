import { comparableAuditSchema } from '../../../../lib/audit/diff/comparable-audit.ts';
import { diffAudits } from '../../../../lib/audit/diff/diff.ts';
import type { Audit } from '../../../../lib/audit/model.ts';
import { KEPT } from '../../report/audit/example.ts';
import { told } from './versions.ts';

type Row = Audit['retention'][number];
type Stored = Row['stored'][number];

/** Whose every class has an end, so that all of it is locked. */
const LOCKED: Audit = {
  ...KEPT,
  retention: KEPT.retention.filter(({ promisedDays }) => promisedDays !== null),
};

const withRows = (change: (row: Row) => Partial<Row>): Audit => ({
  ...LOCKED,
  retention: LOCKED.retention.map((row) => ({ ...row, ...change(row) })),
});

const withCopies = (change: (copy: Stored) => Partial<Stored>): Audit =>
  withRows((row) => ({ stored: row.stored.map((copy) => ({ ...copy, ...change(copy) })) }));

const diff = (before: Audit, after: Audit): string[] => told(diffAudits(before, after));

test('an audit does not differ from itself, nor from one with fields of a later version', () => {
  expect(diff(KEPT, KEPT)).toEqual([]);
  const later = comparableAuditSchema.parse({ ...KEPT, signature: 'of a later version' });
  expect(told(diffAudits(later, KEPT))).toEqual([]);
});

test('encryption', () => {
  const plain = withCopies(({ role }) => (role === 'replica' ? { encryption: null } : {}));
  expect(diff(LOCKED, plain)).toEqual([
    'shrinks: new objects in the replica region are no longer encrypted with aws:kms and a key of our own',
  ]);
  expect(diff(plain, LOCKED)).toEqual([
    'grows: new objects in the replica region are encrypted with aws:kms and a key of our own',
  ]);
  const other = withCopies(({ role }) =>
    role === 'primary' ? { encryption: { algorithm: 'aws:kms', key: 'alias/other' } } : {},
  );
  expect(diff(LOCKED, other)).toEqual([
    'changes: new objects in the primary region are encrypted with the key alias/other instead of alias/shop-production-backups-eu-central-1',
  ]);
});

test('the lock is as weak as that of the weakest class', () => {
  const open = withCopies(() => ({ lock: null }));
  expect(diff(LOCKED, open)).toEqual([
    expect.stringMatching(/^shrinks: new backups are no longer locked/),
  ]);
  const one = withRows((row) =>
    row.source === 'cache' ? { stored: row.stored.map((copy) => ({ ...copy, lock: null })) } : {},
  );
  expect(diff(LOCKED, one)).toEqual(diff(LOCKED, open));
});

test('the copy in the second region', () => {
  const uncopied = withRows((row) => (row.kind === 'oplog' ? { replication: null } : {}));
  expect(diff(LOCKED, uncopied)).toEqual([
    'shrinks: documents, oplog: no longer copied to the second region',
  ]);
});

test('retention, by the rows of a kind together', () => {
  const shorter = withRows((row) =>
    row.source === 'documents' && row.kind === 'full' ? { class: '7d', promisedDays: 7 } : {},
  );
  expect(diff(LOCKED, shorter)).toEqual([
    'shrinks: documents: recovery points older than 7 days will no longer exist, 30 days from now; until now they were kept up to 30 days',
    'shrinks: documents, daily full backups: kept 7 days instead of 30 from now on; what is stored already keeps its 30 days: 30 days from now nothing older than 7 days exists',
  ]);
});

test('alerts, and who is told', () => {
  const [first, ...others] = LOCKED.alerts;
  expect(diff(LOCKED, { ...LOCKED, alerts: others })).toEqual([
    `shrinks: ${first?.source}: alert ${first?.name} removed; it fired when ${first?.condition}`,
  ]);
  const mute = { ...LOCKED, alerts: LOCKED.alerts.map((alert) => ({ ...alert, tells: [] })) };
  expect(diff(LOCKED, mute)).toEqual([
    'shrinks: nobody is told any more when a backup fails or is missing',
  ]);
});

test('a check that people run now', () => {
  const automated = LOCKED.verification.find((check) => check.automated);
  const byHand: Audit = {
    ...LOCKED,
    verification: LOCKED.verification.map((check) =>
      check === automated ? { ...check, automated: false } : check,
    ),
  };
  expect(diff(LOCKED, byHand)).toEqual([
    `shrinks: ${automated?.source}: ${JSON.stringify(automated?.check)} left to people: nothing runs it any more`,
  ]);
});

test('an endpoint that alerts are sent to', () => {
  const called: Audit = {
    ...KEPT,
    alerts: KEPT.alerts.map((alert) => ({
      ...alert,
      tells: [...alert.tells, 'Calls: https://events.example.com/backups'],
    })),
  };
  expect(diff(called, KEPT)).toEqual([
    'shrinks: https://events.example.com/… is no longer told when a backup fails or is missing',
  ]);
});

test('a class that is retired keeps its rules; audits of earlier versions retire nothing', () => {
  const longer = withRows(() => ({ class: '400d', promisedDays: 400 }));
  const classes = [...new Set(LOCKED.retention.map((row) => row.class))];
  const left = (after: Audit): string[] =>
    diff(LOCKED, after).filter((sentence) => sentence.includes('nothing removes'));
  expect(left(longer)).not.toEqual([]);
  expect(left({ ...longer, retired: classes })).toEqual([]);
  const { retired: _, ...earlier } = LOCKED;
  expect(comparableAuditSchema.parse(earlier).retired).toEqual([]);
});
