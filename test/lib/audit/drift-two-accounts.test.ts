import { htmlText } from '../../../lib/report/audit/html/html.ts';
import { oscalText } from '../../../lib/report/audit/oscal.ts';
import { audited, type Case, REPLICA, testEdits } from './edit-cases.ts';
import { remove, replace } from './edits.ts';

const SECOND = '444444444444';
const environment = audited({ replicaAccount: SECOND });

const POLICY = '"BackupsBucketPolicy';
const COPIES = [POLICY, '"s3:ReplicateObject"'];

const EDITS: readonly Case[] = [
  [
    'a bucket that takes no copies from the other account',
    REPLICA,
    replace(COPIES, 's3:ReplicateObject', 's3:ReplicateDelete'),
    /takes no copies from account 333333333333/,
  ],
  [
    'a bucket that takes them from another role',
    REPLICA,
    replace([...COPIES, '"aws:PrincipalArn"', 'role/'], 'insightdesk', 'otherdesk'),
    /takes no copies from account 333333333333/,
  ],
  [
    'a bucket that takes them from another account',
    REPLICA,
    replace([...COPIES, '"Principal"', '333333333333'], '333333333333', '555555555555'),
    /takes no copies from account 333333333333/,
  ],
  [
    'a bucket that refuses them',
    REPLICA,
    replace([...COPIES, '"Effect"'], 'Allow', 'Deny'),
    /takes no copies from account 333333333333/,
  ],
  [
    'a bucket whose policy says nothing of them',
    REPLICA,
    remove(COPIES, 12),
    /takes no copies from account 333333333333/,
  ],
];

describe('of a replica in another account', () => {
  testEdits(environment, EDITS, { breaking: true });

  test('nothing is missing as it is synthesised, and the stack that watches is a file of it', () => {
    const { problems, files, account, replicaAccount } = environment.audit(environment.files());
    expect([problems, account, replicaAccount]).toEqual([[], '333333333333', SECOND]);
    expect(files.map(({ file }) => file)).toContainEqual(
      expect.stringMatching(/us-west-2-replication\.template\.json$/),
    );
  });

  test('controls say what a second account is worth, and what it is not', () => {
    const { controls } = environment.audit(environment.files());
    const statement = (wanted: string): string | undefined =>
      controls.find(({ id }) => id === wanted)?.statement;
    expect(statement('CP-6(1)')).toMatch(
      /Each is in an AWS account of its own\. Replication writes/,
    );
    expect(statement('11.4')).toMatch(
      /an account of its own.* what keeps the copies then is the object lock/,
    );
  });

  test('reports name both accounts', () => {
    const audit = environment.audit(environment.files());
    expect(htmlText(audit)).toContain(`333333333333, copied to ${SECOND}`);
    expect(oscalText(audit, new Date(0))).toContain(
      `replica region us-west-2 in account ${SECOND}.`,
    );
  });
});
