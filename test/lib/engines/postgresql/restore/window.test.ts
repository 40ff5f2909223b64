import type { PhysicalManifest } from '../../../../../lib/catalog/manifest.ts';
import type { WalRun } from '../../../../../lib/catalog/run-record.ts';
import type { Coverage } from '../../../../../lib/engines/postgresql/restore/coverage.ts';
import { RestoreWindowError } from '../../../../../lib/engines/postgresql/restore/errors.ts';
import { parseHistory } from '../../../../../lib/engines/postgresql/restore/timelines.ts';
import {
  neededUpTo,
  type Route,
  route,
  routeTo,
  routeToLatest,
} from '../../../../../lib/engines/postgresql/restore/window.ts';

const SYSTEM = '7574910382134569123';

function base(consistentAt: string, id = 'a'): PhysicalManifest {
  return {
    format: 1,
    id,
    plan: 'shop',
    environment: 'development',
    source: 'database',
    engine: 'postgresql',
    serverVersion: '15.18',
    kind: 'full',
    tier: 'daily',
    class: '7d',
    startedAt: consistentAt,
    completedAt: consistentAt,
    consistentAt,
    parent: null,
    position: {
      engine: 'postgresql',
      systemId: SYSTEM,
      timeline: 1,
      startLsn: '0/3000028',
      endLsn: '0/3000100',
      walSegmentSize: 16_777_216,
      tablespaces: [],
    },
    files: [],
    storedBytes: 0,
    logicalBytes: 0,
    counts: {},
    encryption: null,
    signature: null,
    tool: 'tidemark 0.1.0',
  };
}

function proof(serverTime: string | null, durable: string, changes: Partial<WalRun> = {}): WalRun {
  return {
    format: 1,
    id: 'x',
    plan: 'shop',
    environment: 'development',
    source: 'database',
    startedAt: '2026-11-21T02:00:00Z',
    endedAt: '2026-11-21T02:00:00Z',
    outcome: 'succeeded',
    error: null,
    action: 'wal',
    systemId: SYSTEM,
    timeline: 1,
    from: '0/3000000',
    durable,
    serverTime,
    segments: [],
    gap: null,
    ...changes,
  };
}

function coverage(end: bigint, more: Partial<Coverage<string>> = {}): Coverage<string> {
  const history = [{ timeline: 1, from: 0n, to: undefined }];
  return { history, pieces: [], end, gap: undefined, ...more };
}

const at = (time: string) => new Date(`2026-11-21T${time}Z`);
const text = (time: string) => `2026-11-21T${time}Z`;

describe('the window of a base backup', () => {
  const a = base(text('02:00:00'));

  test('goes from its end to the newest moment that is proven to be stored', () => {
    const runs = [proof(text('02:10:00'), '0/4000000'), proof(text('02:20:00'), '0/5000000')];
    const { from, to } = route(a, coverage(0x5000000n), runs);
    expect([from, to]).toEqual([at('02:00:00'), at('02:20:00')]);
  });

  test.each<[string, WalRun]>([
    ['WAL that cannot be reached', proof(text('02:10:00'), '0/5000001')],
    ['another cluster', proof(text('02:10:00'), '0/4000000', { systemId: '1' })],
    ['a timeline that is not followed', proof(text('02:10:00'), '0/4000000', { timeline: 2 })],
    ['a record without the server clock', proof(null, '0/4000000')],
  ])('is not widened by %s', (_, run) => {
    expect(route(a, coverage(0x5000000n), [run]).to).toEqual(at('02:00:00'));
  });

  test('does not count an ancestor that went on after the branch, or stood still there', () => {
    const history = parseHistory(2, '1\t0/4000000\tx\n');
    const runs = [
      proof(text('02:05:00'), '0/3FFFFF8'),
      proof(text('02:10:00'), '0/4000100'),
      proof(text('02:15:00'), '0/4000000'),
    ];
    expect(route(a, coverage(0x6000000n, { history }), runs).to).toEqual(at('02:05:00'));
  });
});

describe('the way to a moment', () => {
  const runs = [
    proof(text('02:10:00'), '0/4000000'),
    proof(text('02:20:00'), '0/5000000'),
    proof(text('02:30:00'), '0/6000000'),
  ];
  const routes: Route<string>[] = [
    route(base(text('02:00:00'), 'old'), coverage(0x6000000n), runs),
    route(base(text('02:15:00'), 'new'), coverage(0x6000000n), runs),
  ];

  test('begins with the newest base before it', () => {
    expect(routeTo(routes, at('02:15:00.001')).base.id).toBe('new');
    expect(routeTo(routes, at('02:15:00')).base.id).toBe('old');
  });

  test('needs WAL only up to the first proof that is not older', () => {
    const [old] = routes;
    if (!old) throw new Error('no route');
    expect(neededUpTo(old, at('02:15:00'), runs)).toBe(0x5000000n);
    expect(neededUpTo(old, at('02:20:00'), runs)).toBe(0x5000000n);
    expect(neededUpTo(old, at('02:31:00'), runs)).toBeUndefined();
  });

  test.each([
    ['before the first base', at('02:00:00')],
    ['after the last proof', at('02:30:00.001')],
  ])('is refused %s, with the window that there is', (_, moment) => {
    expect(() => routeTo(routes, moment)).toThrow(RestoreWindowError);
    expect(() => routeTo(routes, moment)).toThrow(
      '2026-11-21T02:00:00.000Z … 2026-11-21T02:30:00.000Z',
    );
  });

  test('windows with a hole between them are told apart', () => {
    const [old] = routes;
    if (!old) throw new Error('no route');
    const later = route(base(text('04:00:00'), 'later'), coverage(0x9000000n), []);
    expect(() => routeTo([later, old], at('03:00:00'))).toThrow(
      '2026-11-21T02:00:00.000Z … 2026-11-21T02:30:00.000Z and 2026-11-21T04:00:00.000Z … 2026-11-21T04:00:00.000Z',
    );
  });

  test('to the latest state begins with the newest base', () => {
    expect(routeToLatest(routes).base.id).toBe('new');
  });

  test('to the latest state is refused when WAL behind a gap is stored', () => {
    const gap = { missing: '000000010000000000000006', next: '000000010000000000000008' };
    const broken = route(base(text('05:00:00')), coverage(0x6000000n, { gap }), runs);
    expect(() => routeToLatest([...routes, broken])).toThrow(
      /000000010000000000000006 on, and goes on with 000000010000000000000008/,
    );
  });
});
