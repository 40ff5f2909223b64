import { readManifest, readTemplate, readValue } from '../../../lib/audit/template.ts';

const TEMPLATE = `{
  "Resources": {
    "Backups": {
      "Type": "AWS::S3::Bucket",
      "Properties": {
        "Rules": [
          { "Days": 7 },
          {
            "Days": 30
          }
        ]
      },
      "DeletionPolicy": "Retain"
    }
  }
}
`;

describe('a template', () => {
  const { resources } = readTemplate({ file: 'aws/shop.template.json', text: TEMPLATE });
  const [bucket] = resources;

  test('has its resources with their types', () => {
    expect(resources.map(({ id, type }) => [id, type])).toEqual([['Backups', 'AWS::S3::Bucket']]);
  });

  test.each([
    [['Rules'], 6],
    [['Rules', 0], 7],
    [['Rules', 0, 'Days'], 7],
    [['Rules', 1], 8],
    [['Rules', 1, 'Days'], 9],
  ])('knows the line of %j', (path, line) => {
    expect(bucket?.body.get(...path)?.place).toEqual({
      file: 'aws/shop.template.json',
      line,
      resource: 'Backups',
    });
  });

  test('knows where a resource begins and ends', () => {
    expect([bucket?.whole.place.line, bucket?.whole.lastLine]).toEqual([3, 14]);
  });

  test('says nothing where the file says nothing', () => {
    expect(bucket?.body.get('Rules', 2, 'Days')).toBeUndefined();
    expect(bucket?.body.get('Rules', 'Days')).toBeUndefined();
    expect(bucket?.body.text('Rules')).toBeUndefined();
  });

  test.each([
    ['a key twice', '{ "Resources": {\n "A": {}, "A": {} } }', 2, /unique/],
    ['an end too early', '{ "Resources": {\n "A": {}', 2, /not JSON \(Expected ','/],
    ['no value', '{ "Resources": {\n\n "A": , } }', 3, /not JSON \(Unexpected token ','\)/],
    [
      'a comma too many',
      '{ "Resources": {\n "A": {},\n} }',
      3,
      /not JSON \(Expected double-quoted/,
    ],
    ['a comma too many in a list', '{\n "A": [\n1,\n] }', 1, /not JSON/],
    ['no quotes', '{\n "Resources": none }', 2, /not JSON/],
  ])('with %s is unreadable, with the line', (_, text, line, message) => {
    const read = readTemplate({ file: 'aws/shop.template.json', text });
    expect(read).toEqual({
      resources: [],
      unreadable: [
        {
          place: { file: 'aws/shop.template.json', line, resource: '' },
          message: expect.stringMatching(message),
        },
      ],
    });
  });
});

describe('a manifest', () => {
  const MANIFEST = `# two objects
kind: ConfigMap
metadata:
  name: plan
data:
  plan.json: |
    {
      "format": 1,
      "classes": ["7d", "30d"]
    }
---
kind: CronJob
metadata:
  name: nightly
spec:
  schedule: 0 3 * * *
`;
  const { resources, unreadable } = readManifest({ file: 'k8s/all.yaml', text: MANIFEST });

  test('has every object, with lines of the file', () => {
    expect(unreadable).toEqual([]);
    expect(resources.map(({ id }) => id)).toEqual(['ConfigMap/plan', 'CronJob/nightly']);
    expect(resources[1]?.body.get('spec', 'schedule')?.place).toEqual({
      file: 'k8s/all.yaml',
      line: 16,
      resource: 'CronJob/nightly',
    });
  });

  test('has lines within a text, too', () => {
    const data = resources[0]?.body.get('data', 'plan.json');
    const plan = data && readValue(data);
    expect(plan?.get('format')?.place.line).toBe(8);
    expect(plan?.get('classes', 1)?.place.line).toBe(9);
  });

  test('that does not parse is unreadable, with the line', () => {
    const read = readManifest({ file: 'k8s/all.yaml', text: 'kind: CronJob\nspec: [\n' });
    expect(read.resources).toEqual([]);
    expect(read.unreadable[0]?.place.line).toBeGreaterThanOrEqual(2);
  });
});
