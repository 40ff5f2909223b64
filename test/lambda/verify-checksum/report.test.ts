import { findingsOf, rowsOf } from '../../../lambda/verify-checksum/report.ts';
import type { Manifest } from '../../../lib/catalog/manifest.ts';

const sha256 = (letter: string): string => letter.repeat(64);

const backup = (id: string): Manifest =>
  ({
    id,
    class: '366d-archive',
    source: 'orders',
    storedBytes: 7,
    files: [
      {
        objects: [
          { name: 'base.tar', size: 4, sha256: sha256('a') },
          { name: 'base.tar.0001', size: 3, sha256: sha256('b') },
        ],
      },
    ],
  }) as unknown as Manifest;

const key = (id: string, name: string): string => `data/366d-archive/orders/${id}/${name}`;

describe('what S3 computed', () => {
  test('verifies a backup whose every digest is the one in its manifest', () => {
    const digests = new Map([
      [key('one', 'base.tar'), sha256('a')],
      [key('one', 'base.tar.0001'), sha256('b')],
    ]);
    expect(findingsOf([backup('one')], digests)).toEqual({
      backups: [{ id: 'one', class: '366d-archive', bytes: 7, problems: [] }],
      wal: null,
      error: null,
    });
  });

  test('tells damage, also of a backup of which something is missing, and verifies no such backup', () => {
    const digests = new Map<string, string | Error>([
      [key('one', 'base.tar'), sha256('c')],
      [key('two', 'base.tar'), sha256('a')],
      [key('two', 'base.tar.0001'), new Error('S3 says AccessDenied: no')],
    ]);
    expect(findingsOf([backup('one'), backup('two')], digests)).toEqual({
      backups: [
        {
          id: 'one',
          class: '366d-archive',
          bytes: 0,
          problems: [
            `${key('one', 'base.tar')} was altered (its SHA-256 is ${sha256('c')} instead of ${sha256('a')}, as S3 computed it); this backup must not be used`,
          ],
        },
      ],
      wal: null,
      error: `S3 computed no digest of ${key('one', 'base.tar.0001')}; ${key('two', 'base.tar.0001')}: S3 says AccessDenied: no`,
    });
  });
});

test('rows of a report may hold JSON, whose quotes are doubled', () => {
  expect(
    rowsOf('b,k,,succeeded,,200,"{""a"":""x,y""}"\r\nb,k2,v,failed,403,403,denied\n\n'),
  ).toEqual([
    ['b', 'k', '', 'succeeded', '', '200', '{"a":"x,y"}'],
    ['b', 'k2', 'v', 'failed', '403', '403', 'denied'],
  ]);
});
