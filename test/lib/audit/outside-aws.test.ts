import { buildAudit } from '../../../lib/audit/build.ts';
import { comparablePlanSchema } from '../../../lib/audit/diff/comparable-plan.ts';
import { diffPromises } from '../../../lib/audit/diff/diff.ts';
import { promisesOfPlan } from '../../../lib/audit/diff/of-plan.ts';
import { synthesisedNow } from '../../../lib/commands/synthesised.ts';
import { compile } from '../../../lib/plan/compile.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { sentence } from '../../../lib/report/audit/diff/sentence.ts';
import { htmlText } from '../../../lib/report/audit/html/html.ts';
import { oscalText } from '../../../lib/report/audit/oscal.ts';
import { auditText } from '../../../lib/report/audit/table.ts';
import { plan } from '../plan/example.ts';

const { regions: _regions, ...rest } = plan();

function compiled(url: string): CompiledPlan {
  const of = compile(
    {
      ...rest,
      environments: { production: { store: { url, credentials: { secret: 'tidemark-store' } } } },
    },
    'production',
  );
  if (!of.compiled) throw new Error(JSON.stringify(of.findings));
  return of.compiled;
}

const MINIO = 's3://backups?endpoint=https%3A%2F%2Fminio.example.com';
const wanted = compiled(MINIO);
const files = synthesisedNow(wanted);
const auditOf = async (of: CompiledPlan) =>
  buildAudit({ ...(await files), compiled: of, findings: [], fresh: undefined, drills: [] });

test('no template is written, and the manifests alone keep the promises', async () => {
  expect((await files).templates).toEqual([]);
  const audit = await auditOf(wanted);
  expect(audit.problems).toEqual([]);
  // What functions do in AWS, jobs of the cluster do.
  expect(audit.verification.map(({ check, automated }) => [check, automated])).toEqual([
    ['every stored byte is read again', true],
    ['a restore is tried', true],
  ]);
  expect(audit.costs).toBeNull();
  expect(audit.buckets).toEqual([]);
  const text = auditText(audit, process.stdout);
  expect(text).toContain('outside of AWS: no file says how long it is kept');
  expect(text).toContain('the bucket backups is outside of AWS');
  expect(text).not.toContain('no template has the bucket');
});

test('pods that write to another store are told', async () => {
  const audit = await auditOf(compiled('s3://elsewhere?endpoint=https%3A%2F%2Fminio.example.com'));
  expect(audit.problems.map(({ message }) => message)).toContainEqual(
    expect.stringContaining(
      `writes to ${MINIO}; the plan needs s3://elsewhere?endpoint=https%3A%2F%2Fminio.example.com`,
    ),
  );
});

test('every form says where the backups are', async () => {
  const audit = await auditOf(wanted);
  expect(audit.store).toEqual({ url: MINIO });
  expect(htmlText(audit)).toContain(`<dt>Store</dt><dd>${MINIO}, not copied</dd>`);
  expect(oscalText(audit, new Date('2026-01-01T00:00:00Z'))).toContain(
    `Outside of AWS, in ${MINIO}, not copied.`,
  );
});

test('a plan that moves its backups to another store changes its promises', () => {
  const other = compiled('gs://elsewhere');
  const promises = (of: CompiledPlan) => promisesOfPlan(comparablePlanSchema.parse(of), []);
  const changes = diffPromises(promises(wanted), promises(other));
  expect(changes.map(sentence)).toContainEqual(
    expect.stringContaining(`primary moves from ${MINIO} to gs://elsewhere: backups begin anew`),
  );
});
