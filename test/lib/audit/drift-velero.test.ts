import { buildAudit } from '../../../lib/audit/build.ts';
import type { Synthesised } from '../../../lib/audit/read/environment.ts';
import { synthesisedNow } from '../../../lib/commands/synthesised.ts';
import { compile } from '../../../lib/plan/compile.ts';
import bud from '../../../plans/bud.ts';

const { compiled, findings } = compile(bud, 'production');
if (!compiled) throw new Error('the plan of bud compiles');

let files: Synthesised;
beforeAll(async () => {
  files = await synthesisedNow(compiled);
});

const SCHEDULES = 'k8s/80-velero.yaml';

const auditOf = (edit: (text: string) => string) =>
  buildAudit({
    compiled,
    findings,
    // What lines mean is enough here; that they are compared is no matter of Velero's.
    fresh: undefined,
    templates: files.templates,
    manifests: files.manifests.map(({ file, text }) => ({
      file,
      text: file === SCHEDULES ? edit(text) : text,
    })),
    drills: [],
  });

const rowOf = ({ retention }: ReturnType<typeof auditOf>) =>
  retention.find(({ source }) => source === 'kubernetes');

test('the Schedule of Velero keeps what the plan promises of a cluster', () => {
  expect(rowOf(auditOf((text) => text))).toMatchObject({
    notDerived: null,
    kept: true,
    job: { file: SCHEDULES, resource: 'Schedule/tidemark-bud-production-kubernetes-daily' },
  });
});

test('nothing else is expected of its backups: no alarm of AWS, no function that reads them', () => {
  const { problems, verification } = auditOf((text) => text);
  expect(problems.filter(({ message }) => /kubernetes|[Vv]elero/.test(message))).toEqual([]);
  expect(
    verification.filter(({ source, automated }) => source === 'kubernetes' && automated),
  ).toEqual([]);
});

test.each([
  ['another start', /schedule: 0 5/, 'schedule: 0 9', /starts at '0 9 \* \* \*'; the plan needs/],
  ['a shorter life', /720h0m0s/, '24h0m0s', /keeps its backups for 24h0m0s; the plan needs 720h/],
  ['a pause', /paused: false/, 'paused: true', /is paused, so it takes no backups/],
  [
    'backups that go with it',
    /useOwnerReferencesInBackup: false/,
    'useOwnerReferencesInBackup: true',
    /whoever deletes it deletes all of them/,
  ],
  ['another bucket', /bucket: \S+/, 'bucket: another', /keeps its backups in the bucket another/],
  [
    'a location that is not there',
    /storageLocation: \S+/,
    'storageLocation: elsewhere',
    /in a location that is not in the files/,
  ],
  [
    'another name',
    /name: tidemark-bud-production-kubernetes-daily/,
    'name: mine',
    /no Schedule of Velero takes the daily backups of kubernetes/,
  ],
])('%s is told, and the row is not kept', (_what, pattern, replacement, message) => {
  const audit = auditOf((text) => text.replace(pattern, replacement));
  expect(audit.problems).toContainEqual(
    expect.objectContaining({ message: expect.stringMatching(message) }),
  );
  expect(rowOf(audit)?.kept).toBe(false);
});
