import { PassThrough } from 'node:stream';
import type { BucketRow } from '../../../../lib/audit/buckets/model.ts';
import type { Audit } from '../../../../lib/audit/model.ts';
import { htmlText } from '../../../../lib/report/audit/html/html.ts';
import { auditText } from '../../../../lib/report/audit/table.ts';
import { KEPT } from './example.ts';
import { PRIMARY, REGIONS } from './example-rows.ts';

const bucket = (purpose: BucketRow['purpose'], changes: Partial<BucketRow> = {}): BucketRow => ({
  purpose,
  role: 'primary',
  region: REGIONS.primary,
  name: `shop-${purpose}`,
  versioned: true,
  encryption: { algorithm: 'aws:kms', key: `alias/shop-${purpose}` },
  lock: null,
  takesHolds: false,
  expiresAfterDays: null,
  hiddenForDays: null,
  copiedTo: `shop-${purpose}-copy`,
  place: { file: PRIMARY, line: 2500, resource: 'Bucket' },
  kept: true,
  ...changes,
});

const WITH: Audit = {
  ...KEPT,
  buckets: [
    bucket('backups', { takesHolds: true }),
    bucket('evidence', {
      lock: { mode: 'compliance', days: 2557 },
      takesHolds: true,
      expiresAfterDays: 2557,
      hiddenForDays: 1,
      kept: false,
    }),
    bucket('velero', { hiddenForDays: 30, copiedTo: null, versioned: false }),
    bucket('velero', { name: 'shop-gone', place: null, kept: false }),
  ],
};

const section = (audit: Audit) =>
  htmlText(audit)
    .split('<section ')
    .find((part) => part.includes('<h2 id="matrix">')) ?? '';

test('the table tells what is beside the buckets of the backups', () => {
  const text = auditText(WITH, new PassThrough());
  expect(text).toContain(
    [
      '    evidence  eu-central-1  primary  s3://shop-evidence',
      '      versioned; aws:kms with alias/shop-evidence; locked for 2557 d in compliance mode; kept for 2557 d; then for 1 d as a hidden version; copied to shop-evidence-copy',
    ].join('\n'),
  );
  expect(text).toMatch(
    /s3:\/\/shop-velero\n +NOT VERSIONED; .*; kept until it is removed; then for 30 d/,
  );
  expect(text).toMatch(/s3:\/\/shop-gone\n +NO SUCH BUCKET IN THE FILES/);
  expect(text).not.toContain('s3://shop-backups\n');
});

test('the report has a row for each bucket, with what protects it', () => {
  const text = section(WITH);
  const rows = text.match(/<th role="rowheader" scope="row">/g) ?? [];
  expect(rows).toHaveLength(WITH.retention.length + WITH.buckets.length);
  expect(text).toContain('compliance, 2557 days<span class="small">legal holds are taken');
  expect(text).toContain('until it is removed, then 30 days hidden');
  expect(text).toContain('no bucket in the files');
  expect(text).toMatch(/What verifications and drills found.*shop-evidence.*not kept/s);
});
