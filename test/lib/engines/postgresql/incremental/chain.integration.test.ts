import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PhysicalManifest } from '../../../../../lib/catalog/manifest.ts';
import { type ChainVersion, Cluster } from './cluster.ts';

jest.setTimeout(180_000);

/** One line for each table: how many rows, and a digest of all of them. */
const ROWS = `
  SELECT 't' AS name, count(*)::int AS rows, md5(string_agg(t::text, ',' ORDER BY id)) AS digest FROM t
  UNION ALL
  SELECT 'far', count(*)::int, md5(string_agg(far::text, ',' ORDER BY id)) FROM far
  UNION ALL
  SELECT 'farther', count(*)::int, md5(string_agg(farther::text, ',' ORDER BY id)) FROM farther
  ORDER BY name`;

/** Each one is kept longer than the next, which therefore builds on it. */
const CLASSES = ['90d', '30d', '1d'];

describe.each<ChainVersion>([17, 18])('incremental backups of PostgreSQL %i', (version) => {
  let cluster: Cluster;
  let full: PhysicalManifest;
  const children: { manifest: PhysicalManifest; rows: Record<string, unknown>[] }[] = [];
  const places: string[] = [];
  const fullRows: Record<string, unknown>[] = [];

  beforeAll(async () => {
    cluster = await Cluster.start(version);
    const { server } = cluster;
    for (const name of ['a place', 'b=c']) {
      places.push(await cluster.place(name));
      await server.sql(`CREATE TABLESPACE "${name}" LOCATION '${places.at(-1)}'`);
    }
    await server.sql('CREATE TABLE t (id int PRIMARY KEY, text text)');
    await server.sql(`INSERT INTO t SELECT n, 'vor Ø ' || n FROM generate_series(1, 200000) n`);
    await server.sql('CREATE TABLE far (id int PRIMARY KEY, n int) TABLESPACE "a place"');
    await server.sql('INSERT INTO far SELECT n, n FROM generate_series(1, 50000) n');
    await server.sql('CREATE TABLE farther (id int PRIMARY KEY) TABLESPACE "b=c"');
    full = await cluster.full();
    fullRows.push(...(await server.sql(ROWS)));
    for (const [index, name] of CLASSES.entries()) {
      const step = index + 1;
      await server.sql(`UPDATE t SET text = 'nach ${step}' WHERE id % 1000 = ${step}`);
      await server.sql(`DELETE FROM far WHERE id BETWEEN ${step * 100} AND ${step * 100 + 50}`);
      await server.sql(
        `INSERT INTO farther SELECT n FROM generate_series(${step}000, ${step}999) n`,
      );
      await server.sql(`CREATE TABLE new_${step} AS SELECT generate_series(1, 1000) AS n`);
      const manifest = await cluster.incremental({ tiers: [{ tier: 'hourly', class: name }] });
      children.push({ manifest, rows: await server.sql(ROWS) });
    }
  });
  afterAll(() => cluster?.dispose());

  test('each holds what has changed since the newest one that outlives it', () => {
    const [first, second, third] = children.map(({ manifest }) => manifest);
    expect(full).toMatchObject({ kind: 'full', parent: null });
    expect(first).toMatchObject({ kind: 'incremental', parent: full.id, class: '90d' });
    expect(second).toMatchObject({ kind: 'incremental', parent: first?.id, class: '30d' });
    expect(third).toMatchObject({ kind: 'incremental', parent: second?.id, class: '1d' });
    expect(first?.id).toMatch(/-incremental-/);
    const baseBytes = (manifest: PhysicalManifest | undefined) =>
      manifest?.files.find(({ name }) => name.startsWith('base.tar'))?.logicalSize ?? 0;
    expect(baseBytes(third)).toBeLessThan(baseBytes(full) / 4);
    expect(cluster.warnings()).toEqual([]);
  });

  test('the full backup comes back without them, into a folder with a space', async () => {
    const target = join(cluster.folder, 'full ba=ckup');
    await cluster.restore({ to: 'latest', backup: full.id }, target);
    expect(await cluster.ask(target, ROWS)).toEqual(fullRows);
  });

  test.each([0, 1])('what is above link %i of the chain stays out of its state', async (index) => {
    const { manifest, rows } = children[index] as (typeof children)[number];
    const target = cluster.newTarget();
    const result = await cluster.restore({ to: 'latest', backup: manifest.id }, target);
    expect(result.backup).toBe(manifest.id);
    expect(await readdir(target)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^TIDEMARK|^backup_manifest$/)]),
    );
    expect(await cluster.ask(target, ROWS)).toEqual(rows);
  });

  test('the whole chain brings every row back, with its tablespaces beside the target', async () => {
    const target = join(await cluster.place('new = place'), 'da ta');
    const [newest] = children.toReversed();
    await cluster.restore({ to: 'latest' }, target);
    const [{ rows, places: found } = {}] = await cluster.ask(
      target,
      `SELECT (SELECT json_agg(r) FROM (${ROWS}) r) AS rows,
         (SELECT json_agg(p) FROM (SELECT spcname AS name, pg_tablespace_location(oid) AS location
           FROM pg_tablespace WHERE spcname !~ '^pg_' ORDER BY 1) p) AS places`,
    );
    expect(rows).toEqual(newest?.rows);
    expect(found).toEqual(
      newest?.manifest.position.tablespaces
        .map(({ oid, location }) => ({
          name: location.slice(location.lastIndexOf('/') + 1),
          location: join(`${target}_tablespaces`, oid),
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    );
    expect((await stat(target)).mode & 0o777).toBe(0o700);
  });
});
