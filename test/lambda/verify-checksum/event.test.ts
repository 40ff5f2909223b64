import { parseEvent } from '../../../lambda/verify-checksum/event.ts';

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

  test.each([
    {},
    { source: 'orders' },
    { id: '1', time: '2026-11-23T06:30:00Z', detail: { object: { key: 'data/x' } } },
  ])('of other kinds are refused', (event) => {
    expect(() => parseEvent(event)).toThrow();
  });
});
