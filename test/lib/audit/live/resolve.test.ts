import { UNKNOWN } from '../../../../lib/audit/live/properties.ts';
import { partitionOf, resolve } from '../../../../lib/audit/live/resolve.ts';

const WHERE = { account: '111111111111', region: 'eu-west-1', partition: 'aws', stack: 'shop' };
const MADE = new Map([
  ['Key', { type: 'AWS::KMS::Key', physicalId: 'abc' }],
  ['Queue', { type: 'AWS::SQS::Queue', physicalId: 'https://sqs.eu-west-1.amazonaws.com/1/jobs' }],
  ['Topic', { type: 'AWS::SNS::Topic', physicalId: 'arn:aws:sns:eu-west-1:111111111111:alerts' }],
  ['Logs', { type: 'AWS::Logs::LogGroup', physicalId: '/aws/x' }],
  ['Role', { type: 'AWS::IAM::Role', physicalId: 'reader' }],
]);
const of = (value: unknown) => resolve(value, MADE, WHERE);
const attribute = (id: string, name: string) => of({ 'Fn::GetAtt': [id, name] });

test('references are what CloudFormation made', () => {
  expect(of({ a: [{ Ref: 'Key' }, { Ref: 'AWS::Region' }] })).toEqual({ a: ['abc', 'eu-west-1'] });
});

test('attributes follow from the physical id', () => {
  expect(attribute('Key', 'Arn')).toBe('arn:aws:kms:eu-west-1:111111111111:key/abc');
  expect(attribute('Queue', 'Arn')).toBe('arn:aws:sqs:eu-west-1:111111111111:jobs');
  expect(attribute('Queue', 'QueueName')).toBe('jobs');
  expect(attribute('Topic', 'TopicName')).toBe('alerts');
  expect(attribute('Logs', 'Arn')).toBe('arn:aws:logs:eu-west-1:111111111111:log-group:/aws/x:*');
  expect(attribute('Role', 'Arn')).toBe('arn:aws:iam::111111111111:role/reader');
  expect(of({ 'Fn::GetAtt': 'Key.Arn' })).toBe('arn:aws:kms:eu-west-1:111111111111:key/abc');
});

test('parts are joined', () => {
  const parts = ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root'];
  expect(of({ 'Fn::Join': ['', parts] })).toBe('arn:aws:iam::111111111111:root');
});

test('what is not there, and what the templates do not use, is unknown', () => {
  expect(of({ Ref: 'Nothing' })).toBe(UNKNOWN);
  expect(attribute('Nothing', 'Arn')).toBe(UNKNOWN);
  expect(attribute('Key', 'Colour')).toBe(UNKNOWN);
  expect(of({ 'Fn::Join': ['', ['a', { Ref: 'Nothing' }]] })).toBe(UNKNOWN);
  expect(of({ 'Fn::If': ['Yes', 1, 2] })).toBe(UNKNOWN);
});

test('a mapping that only looks like a function is none', () => {
  const pattern = { Ref: 'Key', other: 1 };
  expect(of(pattern)).toEqual(pattern);
});

test.each([
  ['eu-west-1', 'aws'],
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
])('the partition of %s is %s', (region, partition) => {
  expect(partitionOf(region)).toBe(partition);
});
