import { clientsOf, destroy } from '../../../../lib/audit/live/clients.ts';
import { expectedOf } from '../../../../lib/audit/live/expected.ts';
import { pruned } from '../../../../lib/audit/live/properties.ts';
import { READERS } from '../../../../lib/audit/live/readers/readers.ts';
import { partitionOf } from '../../../../lib/audit/live/resolve.ts';
import { readTemplate } from '../../../../lib/audit/template.ts';
import { stacks } from '../../stacks/all-resources.ts';

/** What nobody looks at, and why. */
const UNREAD: Readonly<Record<string, string>> = {
  'AWS::Chatbot::SlackChannelConfiguration':
    'the service answers in one region of its own; whether alerts arrive in Slack is seen there',
};

const clients = clientsOf({ region: 'eu-central-1' });
afterAll(() => destroy(clients));

const where = {
  ...{ account: '111111111111', region: 'eu-central-1' },
  ...{ partition: partitionOf('eu-central-1'), stack: 'shop' },
};
const located = stacks.flatMap(({ stackName, template }) => {
  const text = JSON.stringify(template);
  const { resources } = readTemplate({ file: `aws/${stackName}.template.json`, text });
  const made = new Map(resources.map(({ id, type }) => [id, { type, physicalId: `${id}-1` }]));
  return expectedOf(resources, made, where);
});
const all = located.map(({ expected }) => expected);

test('every type of the templates has a reader, or a reason why not', () => {
  const types = new Set(all.map(({ type }) => type));
  const unread = [...types].filter((type) => !READERS[type]);
  expect(unread.sort()).toEqual(Object.keys(UNREAD).sort());
});

test('every property of the templates is compared, or names the resource', () => {
  const left = all.flatMap((resource) => {
    const { type, physicalId: id = '', properties } = resource;
    const reading = READERS[type]?.({ resource, id, properties, where, clients, all });
    if (!reading) return [];
    return Object.entries(reading.expected ?? properties)
      .filter(([, value]) => pruned(value) !== undefined)
      .map(([property]) => property)
      .filter((property) => !(property in reading.found) && !reading.skipped.includes(property))
      .map((property) => `${type}.${property}`);
  });
  expect([...new Set(left)]).toEqual([]);
});

test('there is no reader for what no template has', () => {
  const types = new Set(all.map(({ type }) => type));
  expect(Object.keys(READERS).filter((type) => !types.has(type))).toEqual([]);
});
