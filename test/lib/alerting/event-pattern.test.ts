import { matches } from './event-pattern.ts';

const EVENT = {
  source: 'aws.ec2',
  resources: ['arn:aws:ec2:us-east-1:123456789012:instance/i-1', 'arn:aws:ec2:other'],
  detail: {
    state: 'terminated',
    empty: '',
    nothing: null,
    count: 15,
    tags: [
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
    ],
    nested: { name: 'Alice' },
  },
};
const detail = (pattern: object) => matches({ detail: pattern }, EVENT);

test.each([
  ['every field', { source: ['aws.ec2'], detail: { state: ['terminated'] } }, true],
  ['one field that differs', { source: ['aws.ec2'], detail: { state: ['running'] } }, false],
  ['one of several values', { detail: { state: ['running', 'terminated'] } }, true],
  ['a field that is not there', { detail: { other: ['x'] } }, false],
  ['a field below one that is not there', { other: { below: ['x'] } }, false],
  ['a list that shares a value', { resources: ['arn:aws:ec2:other'] }, true],
  ['a list that shares none', { resources: ['arn:aws:ec2:none'] }, false],
  ['case', { detail: { state: ['Terminated'] } }, false],
  ['a number that is a text', { detail: { count: ['15'] } }, false],
])('%s', (_, pattern, expected) => {
  expect(matches(pattern, EVENT)).toBe(expected);
});

test.each([
  ['empty', { empty: [''] }, true],
  ['null', { nothing: [null] }, true],
  ['null where there is nothing', { other: [null] }, false],
  ['prefix', { state: [{ prefix: 'term' }] }, true],
  ['prefix of something else', { state: [{ prefix: 'run' }] }, false],
  ['prefix of a number', { count: [{ prefix: '1' }] }, false],
  ['prefix without case', { state: [{ prefix: { 'equals-ignore-case': 'TERM' } }] }, true],
  ['suffix', { state: [{ suffix: 'ted' }] }, true],
  ['without case', { state: [{ 'equals-ignore-case': 'TERMINATED' }] }, true],
  ['wildcard', { state: [{ wildcard: 't*ted' }] }, true],
  ['wildcard as a whole', { state: [{ wildcard: 't*t' }] }, false],
  ['numeric', { count: [{ numeric: ['>', 10, '<=', 15] }] }, true],
  ['numeric beyond', { count: [{ numeric: ['<', 15] }] }, false],
  ['exists', { state: [{ exists: true }] }, true],
  ['exists as an object', { nested: [{ exists: true }] }, false],
  ['does not exist', { other: [{ exists: false }] }, true],
  ['anything but a value', { state: [{ 'anything-but': 'running' }] }, true],
  ['anything but this value', { state: [{ 'anything-but': ['running', 'terminated'] }] }, false],
  ['anything but, of nothing', { other: [{ 'anything-but': ['running'] }] }, false],
  ['anything but a prefix', { state: [{ 'anything-but': { prefix: 'term' } }] }, false],
  ['anything but prefixes', { state: [{ 'anything-but': { prefix: ['run', 'stop'] } }] }, true],
  ['a list of objects', { tags: { key: ['b'] } }, true],
  ['a list of objects without it', { tags: { key: ['c'] } }, false],
  ['or', { $or: [{ state: ['running'] }, { count: [15] }] }, true],
  ['or with neither', { $or: [{ state: ['running'] }, { count: [16] }] }, false],
  ['or beside a field that differs', { $or: [{ count: [15] }], state: ['running'] }, false],
])('%s', (_, pattern, expected) => {
  expect(detail(pattern)).toBe(expected);
});

test('what is not known is refused', () => {
  expect(() => detail({ state: [{ regex: 't' }] })).toThrow('knows no regex');
  expect(() => detail({ state: [{ prefix: 't', suffix: 'd' }] })).toThrow('more than one');
  expect(() => detail({ count: [{ numeric: ['!', 1] }] })).toThrow('numeric knows no !');
});
