import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { role, SIDES, shop, VAULT, vaultArn } from './shop.ts';

const both = shop();

interface Rule {
  readonly Description: string;
  readonly EventPattern: unknown;
  readonly Targets: readonly { readonly InputTransformer: { readonly InputTemplate: string } }[];
}

interface Statement {
  readonly Principal: { readonly Service?: string };
  readonly Action: string | string[];
}

/** Enough of EventBridge's matching for these patterns: values, `anything-but`, and what is below a key. */
function matches(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) {
    return pattern.some((wanted) => {
      if (typeof wanted !== 'object') return wanted === event;
      return event !== undefined && !wanted['anything-but'].includes(event);
    });
  }
  const fields = event as Record<string, unknown> | undefined;
  return Object.entries(pattern as object).every(([key, below]) => matches(below, fields?.[key]));
}

const job = (state: string, detail: object = {}) => ({
  source: 'aws.backup',
  'detail-type': 'Backup Job State Change',
  detail: {
    state,
    backupVaultName: VAULT,
    resourceArn: 'arn:aws:rds:eu-central-1:111111111111:db:orders',
    ...detail,
  },
});
const copy = (state: string, from = vaultArn('primary')) => ({
  source: 'aws.backup',
  'detail-type': 'Copy Job State Change',
  detail: {
    state,
    sourceBackupVaultArn: from,
    destinationBackupVaultArn: vaultArn('replica'),
  },
});
const restore = (status: string, as = `${VAULT}-aws-restore-eu-central-1`) => ({
  source: 'aws.backup',
  'detail-type': 'Restore Job State Change',
  detail: { status, iamRoleArn: role(as) },
});
const call = (eventName: string, backupVaultName = VAULT) => ({
  source: 'aws.backup',
  'detail-type': 'AWS API Call via CloudTrail',
  detail: {
    eventSource: 'backup.amazonaws.com',
    eventName,
    requestParameters: { backupVaultName },
    userIdentity: { arn: role('admin') },
  },
});

describe.each(SIDES)('in the %s region', (side) => {
  const template = both[side];
  const rules: Rule[] = Object.values(template.findResources('AWS::Events::Rule')).map(
    ({ Properties }) => Properties,
  );
  const ringing = (event: object) =>
    rules
      .filter(({ EventPattern }) => matches(EventPattern, event))
      .map(({ Description }) => Description.split('#').at(-1));

  test.each([
    ['a job that failed', job('FAILED'), ['backup-job-failed']],
    ['a job that was ended', job('ABORTED'), ['backup-job-failed']],
    ['a job that did not start', job('EXPIRED'), ['backup-job-failed']],
    ['a job that saved a part', job('PARTIAL'), ['backup-job-failed']],
    ['a job that is done', job('COMPLETED'), []],
    ['a job that is done, without a word', job('COMPLETED', { statusMessage: '' }), []],
    [
      'a job that is done, with a word',
      job('COMPLETED', { statusMessage: 'could not read 3 objects' }),
      ['backup-job-with-issues'],
    ],
    ['a job that runs', job('RUNNING', { statusMessage: 'slowly' }), []],
    ['a job of another vault', job('FAILED', { backupVaultName: 'Default' }), []],
    ['a copy that failed', copy('FAILED'), ['copy-job-failed']],
    ['a copy that was not whole', copy('PARTIAL'), ['copy-job-failed']],
    ['a copy that is done', copy('COMPLETED'), []],
    ['a copy from another vault', copy('FAILED', 'arn:aws:backup:…:Default'), []],
    ['a restore that failed', restore('FAILED'), ['restore-job-failed']],
    ['a restore that is done', restore('COMPLETED'), []],
    ["a restore of another's", restore('FAILED', 'somebody'), []],
    ['a deleted recovery point', call('DeleteRecoveryPoint'), ['vault-tampered']],
    ['a lock taken away', call('DeleteBackupVaultLockConfiguration'), ['vault-tampered']],
    ['a new policy', call('PutBackupVaultAccessPolicy'), ['vault-tampered']],
    ['a look at the vault', call('DescribeBackupVault'), []],
    ['another vault', call('DeleteRecoveryPoint', 'Default'), []],
  ])('%s', (_, event, expected) => {
    expect(ringing(event)).toEqual(expected);
  });

  test('every alert goes to the topic, which EventBridge may write to, with a severity and a section that exists', () => {
    const runbook = readFileSync(
      resolve(import.meta.dirname, '../../../docs/aws-backup.md'),
      'utf8',
    );
    const sections = [...runbook.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
      title.toLowerCase().replaceAll(' ', '-'),
    );
    const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'));
    expect(rules).toHaveLength(5);
    for (const { Description, Targets } of rules) {
      expect(Description).toMatch(/^(critical|warning): /);
      expect(sections).toContain(Description.split('#').at(-1));
      expect(Targets).toEqual([expect.objectContaining({ Arn: { Ref: topic } })]);
      expect(Targets[0]?.InputTransformer.InputTemplate).toMatch(/: shop production: .*<detail-/);
    }
    const allowed = (type: string, document: string) =>
      Object.values(template.findResources(type))
        .flatMap(({ Properties }): Statement[] => Properties[document].Statement)
        .filter(({ Principal }) => Principal.Service === 'events.amazonaws.com')
        .flatMap(({ Action }) => Action);
    expect(allowed('AWS::SNS::TopicPolicy', 'PolicyDocument')).toContain('sns:Publish');
    expect(allowed('AWS::KMS::Key', 'KeyPolicy')).toEqual(
      expect.arrayContaining(['kms:Decrypt', 'kms:GenerateDataKey*']),
    );
  });
});
