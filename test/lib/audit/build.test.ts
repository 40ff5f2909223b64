import { type AuditInput, buildAudit } from '../../../lib/audit/build.ts';
import { auditSchema } from '../../../lib/audit/model.ts';
import type { Synthesised } from '../../../lib/audit/read/environment.ts';
import { synthesisedNow } from '../../../lib/commands/synthesised.ts';
import { derivedSources } from '../../../lib/plan/compiled.ts';
import { edited, remove, replace } from './edits.ts';
import { type AuditedEnvironment, auditedEnvironment } from './environment.ts';

let environment: AuditedEnvironment;
beforeAll(async () => {
  environment = await auditedEnvironment();
});

const PRIMARY = 'us-east-1.template.json';
const REPLICA = 'us-west-2.template.json';

const audit = (files: Synthesised, changes: Partial<AuditInput> = {}) =>
  buildAudit({ ...environment, ...files, fresh: environment.files, drills: [], ...changes });

/** What the matrix says of each row, told by kind and tier. */
const rows = ({ retention }: ReturnType<typeof audit>) =>
  new Map(retention.map((row) => [`${row.kind} ${row.tier ?? ''}`.trim(), row]));

describe('an audit', () => {
  test('has the form that it promises', () => {
    expect(auditSchema.safeParse(audit(environment.files)).error).toBeUndefined();
  });

  test('names every file with its digest', () => {
    const { files } = audit(environment.files);
    expect(files).toHaveLength(2 + environment.files.manifests.length);
    for (const { sha256 } of files) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('the matrix', () => {
  test('says what both templates keep of a daily backup, with the lines', () => {
    const row = rows(audit(environment.files)).get('full daily');
    expect(row).toMatchObject({
      source: 'database',
      schedule: { cron: '0 3 * * *', timezone: 'Etc/UTC' },
      everySeconds: 86_400,
      promisedDays: 30,
      class: '30d',
      kept: true,
      replication: { toRegion: 'us-west-2', withinMinutes: 15 },
      job: { file: 'k8s/60-database-base-backup.yaml', line: 2 },
    });
    expect(row?.stored).toMatchObject(
      (['primary', 'replica'] as const).map((role) => ({
        role,
        visibleDays: 30,
        // Its data may only go after the manifest: a day for the longest job, and one as a noncurrent version.
        deletableDays: 32,
        coldAfterDays: null,
        lock: { mode: 'governance', days: 7 },
        encryption: { algorithm: 'aws:kms', key: expect.stringMatching(/^alias\/tidemark-/) },
        versioned: true,
      })),
    );
    const line = row?.stored[0]?.place?.line ?? 0;
    const template = environment.files.templates.find(({ file }) => file.endsWith(PRIMARY));
    expect(
      template?.text
        .split('\n')
        .slice(line - 1, line + 8)
        .join(''),
    ).toContain('catalog/30d/');
  });

  test('says what moves to a cold class', () => {
    const row = rows(audit(environment.files)).get('full monthly');
    expect(row?.stored).toMatchObject([
      { storageClass: 'GLACIER_IR', coldAfterDays: 30 },
      { storageClass: 'GLACIER_IR', coldAfterDays: 30 },
    ]);
  });

  test('says why nothing is derived for a row, and does not call it kept', () => {
    expect(rows(audit(environment.files)).get('incremental hourly')).toMatchObject({
      kept: false,
      notDerived: expect.stringContaining('PostgreSQL 16 cannot take incremental base backups'),
      stored: [],
      job: null,
    });
  });

  test('shows what an edited template says, and breaks only the rows that need it', () => {
    const edit = replace(['"LifecycleConfiguration"', '"ExpirationInDays": 30'], '30', '20');
    const matrix = rows(audit(edited(environment.files, REPLICA, edit).files));
    expect(matrix.get('full daily')?.stored.map(({ visibleDays }) => visibleDays)).toEqual([
      30, 20,
    ]);
    expect([...matrix].filter(([, { kept }]) => kept).map(([name]) => name)).toEqual([
      'wal',
      'full weekly',
      'full monthly',
    ]);
  });

  test('shows what is left when a bucket is gone', () => {
    const edit = replace(['"BucketName"'], 'insightdesk', 'otherdesk');
    const { retention } = audit(edited(environment.files, REPLICA, edit).files);
    expect(retention.every(({ kept }) => !kept)).toBe(true);
    expect(retention[0]?.stored[1]).toMatchObject({
      visibleDays: null,
      encryption: null,
      place: null,
    });
  });
});

describe('objectives', () => {
  test('are proven as long as the files run what proves them', () => {
    expect(audit(environment.files).objectives).toMatchObject([
      { source: 'database', rpoSeconds: 300, rpoProven: true, measuredRtoSeconds: null },
    ]);
    const stopped = edited(environment.files, '50-database-wal', replace(['replicas:'], '1', '0'));
    expect(audit(stopped.files).objectives).toMatchObject([{ rpoProven: false }]);
  });

  test('are measured by the newest drill that succeeded', () => {
    const drill = (at: string, outcome: 'succeeded' | 'failed', rtoSeconds: number | null) => ({
      ...{ source: 'database', at, outcome, rpoSeconds: null, rtoSeconds },
    });
    const drills = [
      drill('2026-11-03T06:30:00Z', 'failed', null),
      drill('2026-10-03T06:30:00Z', 'succeeded', 1200),
      drill('2026-09-03T06:30:00Z', 'succeeded', 900),
    ];
    expect(audit(environment.files, { drills }).objectives).toMatchObject([
      { measuredRtoSeconds: 1200 },
    ]);
  });
});

describe('alerts', () => {
  test('say in words what fires them, and whom they tell', () => {
    const { alerts } = audit(environment.files);
    expect(alerts.find(({ name }) => name.includes('/database/backup-missing'))).toMatchObject({
      source: 'database',
      condition: 'maximum of AgeSeconds above 1 d 6 h for 30 min, or no data',
      severity: 'critical',
      tells: [expect.stringMatching(/^Alerts.*: oncall@insightdesk.example$/)],
      runbook: 'docs/runbook.md#backup-missing',
    });
  });

  test('that a promise needs are missed, also where none is derived', () => {
    const { files } = edited(environment.files, PRIMARY, remove(['/database/wal-behind ['], 4));
    const { problems } = audit(files, { fresh: files });
    expect(problems).toEqual([
      {
        place: null,
        message: 'no alarm watches database: WalLagSeconds above 5 min must be told',
        remedy: expect.any(String),
      },
    ]);
  });
});

describe('problems', () => {
  test('are one for each edit', () => {
    const once = edited(
      environment.files,
      PRIMARY,
      replace(['"LifecycleConfiguration"', '"ExpirationInDays": 30'], '30', '20'),
    );
    const twice = edited(once.files, 'base-backup', replace(['  schedule:'], '0 3', '0 4'));
    expect(audit(twice.files).problems.map(({ place }) => place)).toMatchObject([
      { file: once.file, line: once.line },
      { file: twice.file, line: twice.line },
    ]);
  });

  test('tell what an edit means where nothing is compared line by line', () => {
    const { files, file, line } = edited(
      environment.files,
      PRIMARY,
      replace(['"LifecycleConfiguration"', '"ExpirationInDays": 30'], '30', '20'),
    );
    expect(audit(files, { fresh: undefined }).problems).toMatchObject([{ place: { file, line } }]);
  });

  test('of a plan that was changed since are not told again for every name that follows', async () => {
    const { compiled } = environment;
    const changed = { ...compiled, weekStartsOn: 'monday' as const };
    expect(compiled.weekStartsOn).toBe('sunday');
    const { problems } = audit(environment.files, {
      compiled: changed,
      fresh: await synthesisedNow(changed),
    });
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^the Lambda that re-reads the backups .* has another package/),
      expect.stringMatching(/^the Lambda that re-reads one part .* has another package/),
      expect.stringMatching(/^the Lambda that measures .* has another package/),
      ...derivedSources(compiled).map(() =>
        expect.stringMatching(
          /^pods read another plan: weekStartsOn is "sunday"; the plan needs "monday"$/,
        ),
      ),
    ]);
  });

  test('name a file that is missing, and what it would do', () => {
    const manifests = environment.files.manifests.filter(
      ({ file }) => !file.includes('base-backup'),
    );
    const { problems } = audit({ ...environment.files, manifests });
    expect(problems).toMatchObject([
      {
        place: { file: 'k8s/60-database-base-backup.yaml', line: 1 },
        message: 'no CronJob takes the full backups of database',
      },
    ]);
  });

  test('name a file that nothing derives', () => {
    const file = { file: 'k8s/99-extra.yaml', text: 'kind: Secret\nmetadata:\n  name: extra\n' };
    const { problems } = audit({
      ...environment.files,
      manifests: [...environment.files.manifests, file],
    });
    expect(problems).toMatchObject([{ place: { file: file.file, line: 1 } }]);
  });
});
