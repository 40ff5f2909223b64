import { audited, type Case, PRIMARY, testEdits } from './edit-cases.ts';
import { insert, removeLine, replace } from './edits.ts';

/** What no promise of the plan says, but what differs all the same. */
const DIFFERENT: readonly Case[] = [
  [
    'a right that nobody needs',
    PRIMARY,
    insert(['"AWS::IAM::Role"', '"Action": ['], ['"s3:DeleteObject",']),
    /line \d+ is not derived from the plan: "s3:DeleteObject"/,
  ],
  [
    'a right that is missing',
    PRIMARY,
    removeLine(['"AWS::IAM::Role"', '"s3:GetObjectRetention"']),
    /a line is missing that the plan derives: "s3:GetObjectRetention"/,
  ],
  [
    'another image',
    '50-database-wal',
    replace(['image:'], 'ghcr.io', 'registry.example.com'),
    /found image: registry\.example\.com.*derived image: ghcr\.io/,
  ],
  [
    'a file that nobody applies',
    'kustomization',
    removeLine(['60-database-base-backup']),
    /missing that the plan derives: - 60-database-base-backup.yaml/,
  ],
];

const environment = audited();
testEdits(environment, DIFFERENT, { breaking: false });

test('files as they are synthesised keep every promise', () => {
  const { problems, retention } = environment.audit(environment.files());
  expect(problems).toEqual([]);
  expect(retention.filter(({ kept, notDerived }) => !kept && notDerived === null)).toEqual([]);
});

test('converted line ends are told as such, once for each file', () => {
  const { templates, manifests } = environment.files();
  const converted = templates.map(({ file, text }) => ({
    file,
    text: text.replaceAll('\n', '\r\n'),
  }));
  const { problems } = environment.audit({ templates: converted, manifests });
  expect(problems.map(({ message }) => message)).toEqual(
    templates.map(() => expect.stringMatching(/CR LF.*nothing else differs.*core\.autocrlf/)),
  );
});
