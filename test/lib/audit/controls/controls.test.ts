import type { Audit } from '../../../../lib/audit/model.ts';
import insightdesk from '../../../../plans/insightdesk.ts';
import { EDITS, PRIMARY, type Status } from './edits.ts';
import {
  audited,
  drop,
  type Files,
  synthesised,
  withManifests,
  withTemplates,
} from './environment.ts';

/** Synthesis takes seconds, and longer beside other tests. */
const PATIENCE = 60_000;

let files: Files;
let base: Audit;

beforeAll(async () => {
  files = await synthesised(insightdesk, 'production');
  base = audited(files);
}, PATIENCE);

const statuses = ({ controls }: Audit): Record<string, Status> =>
  Object.fromEntries(controls.map(({ id, status }) => [id, status]));

/** Controls whose status is another one than before. */
function changed(audit: Audit): Record<string, Status> {
  const before = statuses(base);
  return Object.fromEntries(
    Object.entries(statuses(audit)).filter(([id, status]) => before[id] !== status),
  );
}

function control({ controls }: Audit, id: string): Audit['controls'][number] {
  const found = controls.find((one) => one.id === id);
  if (!found) throw new Error(`there is no control ${id}`);
  return found;
}

test('an environment without a lock and without drills', () => {
  expect(statuses(base)).toEqual({
    'CP-4': 'not-satisfied',
    'CP-6': 'satisfied',
    'CP-6(1)': 'satisfied',
    'CP-9': 'satisfied',
    'CP-9(1)': 'satisfied',
    'CP-9(5)': 'partly',
    'CP-9(8)': 'satisfied',
    'CP-10(2)': 'satisfied',
    '164.308(a)(7)(i)': 'partly',
    '164.308(a)(7)(ii)(A)': 'satisfied',
    '164.308(a)(7)(ii)(B)': 'satisfied',
    '164.308(a)(7)(ii)(D)': 'not-satisfied',
    '11.2': 'satisfied',
    '11.3': 'satisfied',
    '11.4': 'partly',
    '11.5': 'not-satisfied',
    'A1.2': 'satisfied',
    'A1.3': 'not-satisfied',
    'A.8.13': 'partly',
  });
});

test('roles in a stack of sources, as large plans have it, count for its region only', () => {
  const ofRoles = ({ Type }: { Type: string }): boolean =>
    Type === 'AWS::IAM::Role' || Type === 'AWS::EKS::PodIdentityAssociation';
  const rest = withTemplates(files, (resources) => drop(resources, ofRoles));
  const roles = withTemplates(files, (resources) => drop(resources, (one) => !ofRoles(one)));
  const beside = (ending: string): Files => ({
    ...files,
    templates: [
      ...rest.templates,
      ...roles.templates.map(({ file, text }) => ({
        file: file.replace('.template.json', ending),
        text,
      })),
    ],
  });
  expect(changed(audited(beside('-sources-1.template.json')))).toEqual({});
  expect(control(audited(beside('-elsewhere.template.json')), 'CP-6').status).toBe('not-satisfied');
});

test(
  'IAM roles for service accounts restore as well as those of Pod Identity, unless they are for another service account',
  async () => {
    const issuer = (region: string): string => `oidc.eks.${region}.amazonaws.com/id/${region}`;
    const identity = { issuer: issuer('us-east-1'), replicaIssuer: issuer('us-west-2') };
    const { kubernetes } = insightdesk;
    const withIssuers = await synthesised(
      { ...insightdesk, kubernetes: { ...kubernetes, identity } },
      'production',
    );
    expect(changed(audited(withIssuers))).toEqual({});
    const elsewhere = withTemplates(withIssuers, (resources) => {
      for (const { Type, Properties } of Object.values(resources)) {
        if (Type !== 'AWS::IAM::Role') continue;
        const trust = JSON.stringify(Properties.AssumeRolePolicyDocument);
        Properties.AssumeRolePolicyDocument = JSON.parse(trust.replaceAll('-restore"', '-other"'));
      }
    });
    expect(control(audited(elsewhere), 'CP-6').status).toBe('not-satisfied');
  },
  PATIENCE,
);

test('what is not satisfied says what is missing, and nothing else does', () => {
  for (const { status, missing } of base.controls) {
    expect(missing.length > 0).toBe(status !== 'satisfied');
  }
});

test('every resource is cited at a line that is about it', () => {
  const lines = new Map(
    [...files.templates, ...files.manifests].map(({ file, text }) => [file, text.split('\n')]),
  );
  const cited = control(base, 'CP-9(8)').resources.map(({ file, line }) =>
    lines.get(file)?.[line - 1]?.trim(),
  );
  expect(cited).toEqual([
    '"BucketEncryption": {',
    '"EnableKeyRotation": true,',
    '"BucketEncryption": {',
    '"EnableKeyRotation": true,',
    // The statements of both policies: one about TLS, three about keys.
    ...Array(8).fill('{'),
  ]);
  for (const { file, line } of base.controls.flatMap(({ resources }) => resources)) {
    expect(lines.get(file)?.length).toBeGreaterThanOrEqual(line);
  }
});

test('retention of audit logs is not claimed', () => {
  expect(JSON.stringify(base.controls)).not.toMatch(/PCI|10\.5\.1/);
});

test.each(EDITS)('lowered: $what', ({ edit, lowered }) => {
  expect(changed(audited(withTemplates(files, edit)))).toEqual(lowered);
});

test('without the template of the second region no second copy is claimed', () => {
  const half = {
    ...files,
    templates: files.templates.filter(({ file }) => file.includes(PRIMARY)),
  };
  expect(changed(audited(half))).toMatchObject({
    'CP-6': 'not-satisfied',
    'CP-6(1)': 'not-satisfied',
    '164.308(a)(7)(ii)(B)': 'not-satisfied',
    '11.4': 'not-satisfied',
  });
});

test('a suspended CronJob backs nothing up', () => {
  const suspended = withManifests(
    files,
    '  schedule: 0 3 * * *',
    '  schedule: 0 3 * * *\n  suspend: true',
  );
  expect(changed(audited(suspended))).toEqual({
    'CP-9': 'partly',
    '164.308(a)(7)(ii)(A)': 'partly',
    '11.2': 'partly',
    'A1.2': 'partly',
  });
});

test('without jobs there are no backups, and how well they would be protected is not claimed', () => {
  expect(changed(audited({ ...files, manifests: [] }))).toEqual({
    'CP-6': 'not-satisfied',
    'CP-6(1)': 'not-satisfied',
    'CP-9(1)': 'not-satisfied',
    'CP-9(5)': 'not-satisfied',
    'CP-9(8)': 'not-satisfied',
    '164.308(a)(7)(ii)(B)': 'not-satisfied',
    '11.3': 'not-satisfied',
    '11.4': 'not-satisfied',
    'CP-9': 'not-satisfied',
    'CP-10(2)': 'not-satisfied',
    '164.308(a)(7)(i)': 'not-satisfied',
    '164.308(a)(7)(ii)(A)': 'not-satisfied',
    '11.2': 'not-satisfied',
    'A1.2': 'not-satisfied',
    'A.8.13': 'not-satisfied',
  });
});

describe('drills', () => {
  const drill: Audit['drills'][number] = {
    source: 'database',
    at: '2026-11-01T04:00:00.000Z',
    outcome: 'succeeded',
    rpoSeconds: 40,
    rtoSeconds: 1200,
  };

  test('on record raise what asks for tested restores, as far as people are not needed', () => {
    expect(changed(audited(files, [drill]))).toEqual({
      'CP-4': 'partly',
      '164.308(a)(7)(ii)(D)': 'partly',
      '11.5': 'partly',
      'A1.3': 'satisfied',
      'A.8.13': 'satisfied',
    });
  });

  test.each<[string, Audit['drills']]>([
    ['failed after one that succeeded', [{ ...drill, outcome: 'failed' }, drill]],
    ['took longer than the objective', [{ ...drill, rtoSeconds: 3601 }]],
    ['was of another source', [{ ...drill, source: 'files' }]],
    ['was of a dump, beside base backups', [{ ...drill, ofDump: true }]],
    ['of a dump failed', [{ ...drill, ofDump: true, outcome: 'failed' }, drill]],
  ])('the last of which %s raise nothing', (_, drills) => {
    expect(changed(audited(files, drills))).toEqual({});
  });
});

test(
  'a lock isolates the second copy',
  async () => {
    const environments = { production: { account: '333333333333', lock: 'governance' } };
    const locked = await synthesised({ ...insightdesk, environments }, 'production');
    expect(changed(audited(locked))).toEqual({ '11.4': 'satisfied' });
  },
  PATIENCE,
);
