import { auditSchema } from '../../../../lib/audit/model.ts';
import { oscalText } from '../../../../lib/report/audit/oscal.ts';
import { controlToken, uuidOf } from '../../../../lib/report/audit/oscal-names.ts';
import { FAILED, KEPT } from './example.ts';
import { oscalSchema } from './oscal-structure.ts';

const AT = new Date('2026-11-21T10:00:00.000Z');

const documentOf = (audit: typeof KEPT) =>
  oscalSchema.parse(JSON.parse(oscalText(audit, AT)))['assessment-results'];

const resultOf = (audit: typeof KEPT) => {
  const [result] = documentOf(audit).results;
  if (!result) throw new Error('there is no result');
  return result;
};

test.each([
  ['kept', KEPT],
  ['broken', FAILED],
  [
    'of a plan with a title in two lines and no drill',
    { ...KEPT, drills: [], title: 'a shop\nfor tea' },
  ],
  [
    'without resources',
    { ...KEPT, controls: KEPT.controls.map((c) => ({ ...c, resources: [] })), drills: [] },
  ],
])('an audit that is %s has the structure that NIST documents', (_, audit) => {
  expect(
    oscalSchema.safeParse(JSON.parse(oscalText(auditSchema.parse(audit), AT))).error,
  ).toBeUndefined();
});

test('every control is reviewed and has one finding', () => {
  const result = resultOf(KEPT);
  const reviewed = result['reviewed-controls']['control-selections'].flatMap((selection) =>
    selection['include-controls'].map((control) => control['control-id']),
  );
  expect(result.findings.map(({ target }) => target['target-id'])).toEqual(
    reviewed.map((id) => `${id}_smt`),
  );
  expect(reviewed).toHaveLength(KEPT.controls.length);
});

test('what is partly kept is not satisfied, and says what is missing', () => {
  for (const [index, { target }] of resultOf(KEPT).findings.entries()) {
    const control = KEPT.controls[index];
    expect(target.status.state).toBe(
      control?.status === 'satisfied' ? 'satisfied' : 'not-satisfied',
    );
    for (const missing of control?.missing ?? []) expect(target.status.remarks).toContain(missing);
  }
});

test('every reference leads to something in the document, also where a file is missing', () => {
  const place = { file: 'k8s/lost.yaml', line: 1, resource: '' };
  const lost = { place, message: 'k8s/lost.yaml is missing', remedy: 'synthesise again' };
  const audit = { ...FAILED, problems: [...FAILED.problems, lost] };
  const document = documentOf(audit);
  const result = resultOf(audit);
  const observed = new Set(result.observations?.map(({ uuid }) => uuid));
  const items = new Set(result['local-definitions']?.['inventory-items'].map(({ uuid }) => uuid));
  const resources = new Set(document['back-matter'].resources.map(({ uuid }) => `#${uuid}`));
  const related = result.findings.flatMap((finding) => finding['related-observations'] ?? []);
  const subjects = result.observations?.flatMap(({ subjects }) => subjects ?? []) ?? [];
  const evidence = result.observations?.flatMap((one) => one['relevant-evidence'] ?? []) ?? [];
  expect(related.length * subjects.length * evidence.length).toBeGreaterThan(0);
  expect(related.filter((one) => !observed.has(one['observation-uuid']))).toEqual([]);
  expect(subjects.filter((one) => !items.has(one['subject-uuid']))).toEqual([]);
  expect(evidence.filter(({ href }) => !resources.has(href))).toEqual([]);
  expect(resources).toContain(document['import-ap'].href);
});

test('no two things have the same UUID, exceptions of the same place neither', () => {
  const twice = FAILED.findings.flatMap((one) => [one, { ...one, message: `${one.message} too` }]);
  const defined: string[] = [];
  const collect = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'uuid') defined.push(String(value));
      collect(value);
    }
  };
  collect(documentOf({ ...FAILED, findings: twice }));
  expect(defined.length).toBeGreaterThan(20);
  expect(new Set(defined).size).toBe(defined.length);
});

test('problems, drills and accepted deviations are told', () => {
  const text = oscalText(FAILED, AT);
  for (const { message } of FAILED.problems)
    expect(text).toContain(JSON.stringify(message).slice(1, -1));
  const { observations = [], risks = [] } = resultOf(FAILED);
  expect(observations.filter(({ methods }) => methods.includes('TEST'))).toHaveLength(
    FAILED.drills.length,
  );
  expect(risks.map(({ statement }) => statement)).toEqual(
    FAILED.findings.filter(({ severity }) => severity === 'exempt').map(({ reason }) => reason),
  );
});

test('the same audit of the same moment gives the same bytes, another one another document', () => {
  expect(oscalText(KEPT, AT)).toBe(oscalText(structuredClone(KEPT), AT));
  const { uuid } = documentOf(KEPT);
  expect(documentOf(FAILED).uuid).not.toBe(uuid);
  const later = oscalText(KEPT, new Date('2026-11-22T10:00:00.000Z'));
  expect(later).not.toContain(uuid);
});

test('a finding keeps its UUID from one document to the next', () => {
  expect(resultOf(FAILED).findings.map(({ uuid }) => uuid)).toEqual(
    resultOf(KEPT).findings.map(({ uuid }) => uuid),
  );
});

test('names of which every part counts', () => {
  expect(uuidOf('a', 'b')).toMatch(
    /^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
  );
  expect(uuidOf('a', 'b')).not.toBe(uuidOf('a,b'));
  expect(uuidOf('ab', 'c')).not.toBe(uuidOf('a', 'bc'));
});

test.each([
  ['nist-800-53', 'CP-9(8)', 'cp-9.8'],
  ['nist-800-53', 'CP-4', 'cp-4'],
  ['hipaa', '164.308(a)(7)(ii)(A)', 'hipaa-164.308.a.7.ii.a'],
  ['soc2', 'A1.2', 'soc2-a1.2'],
])('%s %s is %s', (framework, id, token) => {
  expect(controlToken(framework, id)).toBe(token);
});
