import { compare } from '../../../../lib/audit/live/compare.ts';
import { canonicalPolicy } from '../../../../lib/audit/live/policy.ts';

const statement = (changes: object) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Deny',
      Principal: '*',
      Action: ['s3:PutObject', 's3:GetObject'],
      Resource: 'arn:aws:s3:::a/*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      ...changes,
    },
  ],
});
const differ = (changes: object) =>
  compare(canonicalPolicy(statement({})), canonicalPolicy(statement(changes)), 'Policy').length > 0;

test.each([
  ['the order of actions', { Action: ['s3:GetObject', 's3:PutObject'] }],
  ['a list of one resource', { Resource: ['arn:aws:s3:::a/*'] }],
  ['everybody written as a mapping', { Principal: { AWS: '*' } }],
  [
    'a value of a condition that is no text',
    { Condition: { Bool: { 'aws:SecureTransport': [false] } } },
  ],
])('%s makes no difference', (_, changes) => {
  expect(differ(changes)).toBe(false);
});

test.each([
  ['the effect', { Effect: 'Allow' }],
  ['an action less', { Action: 's3:PutObject' }],
  ['an action more', { Action: ['s3:PutObject', 's3:GetObject', 's3:DeleteObject'] }],
  ['another principal', { Principal: { AWS: 'arn:aws:iam::1:root' } }],
  ['another kind of principal', { Principal: { Service: '*' } }],
  ['everything but these', { Principal: undefined, NotPrincipal: '*' }],
  ['another resource', { Resource: 'arn:aws:s3:::a/b/*' }],
  ['another condition', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
  ['no condition', { Condition: undefined }],
])('%s is a difference', (_, changes) => {
  expect(differ(changes)).toBe(true);
});

test('one statement and a list of it are the same; the id is a label', () => {
  const { Statement } = statement({});
  const alone = { Version: '2012-10-17', Id: 'label', Statement: Statement[0] };
  expect(compare(canonicalPolicy(statement({})), canonicalPolicy(alone), 'Policy')).toEqual([]);
});
