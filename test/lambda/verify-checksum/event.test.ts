import { parseEvent, runOf } from '../../../lambda/verify-checksum/event.ts';

describe('events', () => {
  test('of S3 name the backup whose manifest was written', () => {
    const event = {
      version: '0',
      id: '17793124-05d4-b198-2fde-7ededc63b103',
      'detail-type': 'Object Created',
      source: 'aws.s3',
      account: '123456789012',
      time: '2026-11-21T03:12:22Z',
      region: 'eu-central-1',
      resources: ['arn:aws:s3:::shop-backups-eu-central-1'],
      detail: {
        version: '0',
        bucket: { name: 'shop-backups-eu-central-1' },
        object: { key: 'catalog/366d-cold/orders/20261121T030000Z-full-9f86d081.json', size: 5 },
        reason: 'PutObject',
      },
    };
    expect(parseEvent(event)).toEqual({
      task: {
        kind: 'backup',
        source: 'orders',
        class: '366d-cold',
        id: '20261121T030000Z-full-9f86d081',
      },
      eventId: event.id,
      eventTime: new Date(event.time),
    });
  });

  test('of the schedule name a source', () => {
    expect(
      parseEvent({ source: 'orders', id: 'run-1', time: '2026-11-23T06:30:00Z' }),
    ).toMatchObject({ task: { kind: 'source', source: 'orders' }, eventId: 'run-1' });
  });

  test('come as messages of a queue, too', () => {
    const event = { source: 'orders', id: 'run-1', time: '2026-11-23T06:30:00Z' };
    expect(parseEvent([{ messageId: '1', body: JSON.stringify(event) }])).toEqual(
      parseEvent(event),
    );
    expect(() => parseEvent([{ messageId: '1', body: '{' }])).toThrow(SyntaxError);
  });

  test('of a report name the run that asked for it', () => {
    const key = 'orders/20261121T063000Z-verify-9f86d081/report/job-7/manifest.json';
    const event = { id: '1', time: '2026-11-23T06:30:00Z', detail: { object: { key } } };
    expect(parseEvent(event).task).toEqual({
      kind: 'report',
      source: 'orders',
      key,
      asked: { source: 'orders', id: '20261121T063000Z-verify-9f86d081' },
    });
  });

  test('lead to one run each, however often they are delivered', () => {
    const one = parseEvent({ source: 'orders', id: 'run-1', time: '2026-11-23T06:30:00Z' });
    expect(runOf(one)).toEqual(runOf({ ...one }));
    expect(runOf(one).id).toMatch(/^20261123T063000Z-verify-[0-9a-f]{8}$/);
    expect(runOf({ ...one, eventId: 'run-2' })).not.toEqual(runOf(one));
  });

  test.each([
    {},
    { source: 'orders' },
    { id: '1', time: '2026-11-23T06:30:00Z', detail: { object: { key: 'data/x' } } },
  ])('of other kinds are refused', (event) => {
    expect(() => parseEvent(event)).toThrow();
  });
});
