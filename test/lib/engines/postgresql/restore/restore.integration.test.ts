import { mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatLsn, parseLsn } from '../../../../../lib/engines/postgresql/lsn.ts';
import { flipByte } from '../../../../support/flip-byte.ts';
import { filesOf, type History, makeHistory, momentOf, ROWS } from './history.ts';

async function fileLike(store: string, pattern: RegExp): Promise<string> {
  const found = (await filesOf(store)).findLast((path) => pattern.test(path));
  if (found === undefined) throw new Error(`the store has no file like ${pattern}`);
  return join(store, found);
}

const TAR = /^data\/.*\/base\.tar/;
const TABLESPACE_TAR = /^data\/.*\/\d+\.tar/;
const BACKUP_MANIFEST = /^data\/.*\/backup_manifest/;
const OWN_WAL = /^data\/.*\/wal\/[0-9A-F]{24}/;
const SEGMENT = /^wal\/.*\/[0-9A-F]{24}\.zst$/;
const PARTIAL = /^wal\/.*\.partial-/;
const MANIFEST = /^catalog\//;

describe.each([15, 18] as const)('restore of PostgreSQL %i', (version) => {
  let history: History;
  beforeAll(async () => {
    history = await makeHistory(version);
  });
  afterAll(() => history?.dispose());

  test('to the latest state brings everything that was stored', async () => {
    const target = history.newTarget();
    const result = await history.restore(history.store, { target });
    expect(result).toMatchObject({ target, timeline: 2 });
    expect(result.lastCommitAt?.getTime()).toBeLessThanOrEqual(history.quiet.getTime());
    const server = await history.start(target);
    try {
      expect(await server.sql(`SELECT to_regclass('t') AS t, count(*)::int FROM far`)).toEqual([
        { t: null, count: 1004 },
      ]);
    } finally {
      await server.dispose();
    }
  });

  test('to a moment before a DROP TABLE brings every row back, and nothing of the recovery stays', async () => {
    const target = history.newTarget();
    const result = await history.restore(history.store, { target, to: history.beforeDrop });
    expect(result.lastCommitAt?.getTime()).toBeLessThanOrEqual(history.beforeDrop.getTime());
    expect(await readdir(target)).not.toEqual(
      expect.arrayContaining(['TIDEMARK-INCOMPLETE', 'recovery.signal', 'postmaster.opts']),
    );
    await expect(stat(`${target}.recovery`)).rejects.toThrow(/ENOENT/);
    const settings = await readFile(join(target, 'postgresql.auto.conf'), 'utf8');
    expect(settings).toContain('archive_command');
    expect(settings).not.toMatch(/restore_command|recovery_target/);
    expect((await stat(target)).mode & 0o777).toBe(0o700);
    const server = await history.start(target);
    try {
      expect(await server.sql(ROWS)).toEqual([history.rows]);
      const [position] = await server.sql(
        `SELECT pg_is_in_recovery() AS recovering, current_setting('restore_command') AS command,
           pg_current_wal_lsn()::text AS lsn`,
      );
      expect(position).toMatchObject({ recovering: false, command: '' });
      expect(parseLsn(String(position?.lsn))).toBeGreaterThan(parseLsn(result.lsn));
      expect(formatLsn(parseLsn(result.lsn))).toBe(result.lsn);
    } finally {
      await server.dispose();
    }
  });

  test('to a restore point brings the state in which it was created', async () => {
    const target = history.newTarget();
    history.events.length = 0;
    const result = await history.restore(history.store, {
      target,
      to: { restorePoint: history.point.name },
    });
    expect(parseLsn(result.lsn)).toBe(history.point.end);
    const told = history.events.map(({ message }) => message).join('\n');
    expect(told).toContain(`restore point ${JSON.stringify(history.point.name)} is 0/`);
    expect(history.events.filter(({ level }) => level === 'warning')).toEqual([]);
    const server = await history.start(target);
    try {
      expect(await server.sql(ROWS)).toEqual([history.rows]);
    } finally {
      await server.dispose();
    }
  });

  test('to a restore point that nobody created names those that there are', async () => {
    const target = history.newTarget();
    await expect(
      history.restore(history.store, { target, to: { restorePoint: 'no such' } }),
    ).rejects.toThrow(`it has ${JSON.stringify(history.point.name)}`);
    await expect(stat(target)).rejects.toThrow(/ENOENT/);
  });

  test('to a position goes to it, with what begins there or without', async () => {
    // The DROP TABLE begins where the restore point ends.
    const to = { lsn: history.point.end };
    const target = history.newTarget();
    const without = await history.restore(history.store, { target, to, exclusive: true });
    expect(parseLsn(without.lsn)).toBe(to.lsn);
    const server = await history.start(target);
    try {
      expect(await server.sql(ROWS)).toEqual([history.rows]);
    } finally {
      await server.dispose();
    }
    const inclusive = await history.restore(history.store, { to });
    expect(parseLsn(inclusive.lsn)).toBeGreaterThan(to.lsn);
  });

  test('to the position at which the WAL ends is the latest state, to one behind it is refused', async () => {
    const { lsn } = await history.restore(history.store, {});
    const target = history.newTarget();
    const result = await history.restore(history.store, { target, to: { lsn: parseLsn(lsn) } });
    expect(result.lsn).toBe(lsn);
    await expect(
      history.restore(history.store, { to: { lsn: parseLsn(lsn) + 0x1000000n } }),
    ).rejects.toThrow(/cannot be restored; what is stored leads to 0\/\w+ … 0\/\w+ of timeline 1/);
    await expect(history.restore(history.store, { to: { lsn: 0x1000n } })).rejects.toMatchObject({
      name: 'RestoreWindowError',
    });
  });

  test('puts tablespaces beside the target', async () => {
    const target = history.newTarget();
    await history.restore(history.store, { target, to: history.beforeDrop });
    const [oid = ''] = await readdir(`${target}_tablespaces`);
    const server = await history.start(target);
    try {
      const [row] = await server.sql(
        `SELECT pg_tablespace_location(oid) AS location, (SELECT count(*)::int FROM far) AS rows
         FROM pg_tablespace WHERE spcname = 'elsewhere'`,
      );
      expect(row).toEqual({ location: join(`${target}_tablespaces`, oid), rows: 1000 });
    } finally {
      await server.dispose();
    }
  });

  test('to a moment after the last commit, where PostgreSQL itself would give up', async () => {
    const target = history.newTarget();
    const result = await history.restore(history.store, { target, to: history.quiet });
    const server = await history.start(target);
    try {
      expect(await server.sql('SELECT count(*)::int AS rows FROM far')).toEqual([{ rows: 1004 }]);
      expect(result.timeline).toBe(2);
    } finally {
      await server.dispose();
    }
  });

  test('of a base backup whose WAL class has expired uses the WAL that it carries', async () => {
    const store = await history.copyStore();
    await rm(join(store, 'wal'), { recursive: true });
    const target = history.newTarget();
    await history.restore(store, { target });
    const server = await history.start(target);
    try {
      expect(await server.sql('SELECT count(*)::int AS rows FROM t')).toEqual([{ rows: 5000 }]);
    } finally {
      await server.dispose();
    }
    await expect(history.restore(store, { to: history.beforeDrop })).rejects.toThrow(
      /cannot be restored; what is stored leads to/,
    );
  });

  test.each<[string, RegExp]>([
    ['the archive of the data directory', TAR],
    ['the archive of a tablespace', TABLESPACE_TAR],
    ["PostgreSQL's manifest", BACKUP_MANIFEST],
    ['an archived segment', SEGMENT],
    ['the unfinished segment', PARTIAL],
  ])('refuses one flipped byte in %s, and marks the target', async (_, pattern) => {
    const store = await history.copyStore();
    await flipByte(await fileLike(store, pattern));
    const target = history.newTarget();
    await expect(history.restore(store, { target })).rejects.toMatchObject({
      name: 'DamagedError',
    });
    expect(await readdir(target)).toContain('TIDEMARK-INCOMPLETE');
    await expect(stat(`${target}.recovery`)).rejects.toThrow(/ENOENT/);
    await expect(history.restore(history.store, { target })).rejects.toThrow(/did not finish/);
  });

  test('refuses one flipped byte in the WAL that a base backup carries', async () => {
    const store = await history.copyStore();
    await rm(join(store, 'wal'), { recursive: true });
    await flipByte(await fileLike(store, OWN_WAL));
    await expect(history.restore(store, {})).rejects.toMatchObject({ name: 'DamagedError' });
  });

  test.each([TAR, SEGMENT, PARTIAL])('refuses a file that was cut: %s', async (pattern) => {
    const store = await history.copyStore();
    const path = await fileLike(store, pattern);
    await truncate(path, (await stat(path)).size - 10);
    await expect(history.restore(store, {})).rejects.toMatchObject({ name: 'DamagedError' });
  });

  test('refuses a manifest that was altered', async () => {
    const store = await history.copyStore();
    const path = await fileLike(store, MANIFEST);
    const text = await readFile(path, 'utf8');
    for (const [what, replacement] of [
      [/"sha256": "/, '"sha256": "0'],
      // Of a file that every restore reads; what archives hold is compared with the digests in this one.
      [/("name": "backup_manifest[^}]*?"logicalSha256": ")[0-9a-f]{4}/, '$10000'],
      [/"endLsn": "0\/[0-9A-F]+"/, '"endLsn": "0/2000200"'],
      [/^\{/, '['],
    ] as const) {
      await writeFile(path, text.replace(what, replacement));
      await expect(history.restore(store, {})).rejects.toMatchObject({ name: 'DamagedError' });
    }
  });

  test('refuses a manifest of a newer format', async () => {
    const store = await history.copyStore();
    const path = await fileLike(store, MANIFEST);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"format": 1', '"format": 2'));
    await expect(history.restore(store, {})).rejects.toMatchObject({ name: 'NewerFormatError' });
  });

  test('follows the timeline of a restored server that went on', async () => {
    const store = await history.copyStore();
    const first = history.newTarget();
    await history.restore(store, { target: first, to: history.beforeDrop });
    const server = await history.start(first);
    const streaming = await history.stream(store, server);
    try {
      await server.sql(`INSERT INTO t VALUES (1000000, 'on the second timeline')`);
      await streaming.failsWith(streaming.provenUpTo(await momentOf(server)));
    } finally {
      await streaming.stop();
      await server.dispose();
    }
    const second = history.newTarget();
    const result = await history.restore(store, { target: second });
    expect(result.timeline).toBe(3);
    const again = await history.start(second);
    try {
      expect(await again.sql('SELECT text FROM t WHERE id = 1000000')).toHaveLength(1);
      expect(await again.sql('SELECT count(*)::int AS rows FROM t')).toEqual([
        { rows: history.rows.rows + 1 },
      ]);
    } finally {
      await again.dispose();
    }

    const third = history.newTarget();
    const abandoned = await history.restore(store, { target: third, timeline: 1 });
    // The number that the second timeline has is taken.
    expect(abandoned.timeline).toBe(3);
    const before = await history.start(third);
    try {
      expect(await before.sql(`SELECT to_regclass('t') AS t, count(*)::int FROM far`)).toEqual([
        { t: null, count: 1004 },
      ]);
    } finally {
      await before.dispose();
    }
    await expect(history.restore(store, { timeline: 7 })).rejects.toThrow(
      'no base backup leads to timeline 7; what is stored leads to 1, 2',
    );
  });

  test('refuses to begin when a segment is missing, and says which one', async () => {
    const store = await history.copyStore();
    const segments = (await filesOf(store)).filter((path) => SEGMENT.test(path));
    const missing = segments.at(-2) ?? '';
    await rm(join(store, missing));
    const target = history.newTarget();
    const name = /[0-9A-F]{24}(?=\.zst$)/.exec(missing)?.[0] ?? 'none';
    await expect(history.restore(store, { target })).rejects.toThrow(
      new RegExp(`WAL is missing from segment ${name} on`),
    );
    await expect(stat(target)).rejects.toThrow(/ENOENT/);
  });

  test('refuses a moment outside of the window, and says which window there is', async () => {
    const target = history.newTarget();
    for (const to of [new Date('2001-01-01T00:00:00Z'), new Date('2999-01-01T00:00:00Z')]) {
      await expect(history.restore(history.store, { target, to })).rejects.toThrow(
        /cannot be restored; what is stored leads to \S+Z … \S+Z/,
      );
    }
    await expect(stat(target)).rejects.toThrow(/ENOENT/);
  });

  test('refuses a target that holds anything', async () => {
    const target = history.newTarget();
    await mkdir(target);
    await writeFile(join(target, 'precious'), 'data');
    await expect(history.restore(history.store, { target })).rejects.toThrow(/is not empty/);
    expect(await readdir(target)).toEqual(['precious']);
  });

  test('refuses programs of another major version', async () => {
    await expect(history.restore(history.store, { binDir: '/nowhere' })).rejects.toThrow(
      new RegExp(`programs of PostgreSQL ${version}, which are not in /nowhere`),
    );
  });
});
