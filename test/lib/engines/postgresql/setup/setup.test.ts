import { hbaLines, wholeHba } from '../../../../../lib/engines/postgresql/setup/hba.ts';
import { roleSql } from '../../../../../lib/engines/postgresql/setup/role-sql.ts';
import { serverSettings } from '../../../../../lib/engines/postgresql/setup/settings.ts';
import type { SourceOf } from '../../../../../lib/plan/compiled.ts';
import { compiledSource, withDumps } from '../../../../k8s/compiled-plan.ts';

type Source = SourceOf<'postgresql'>;
type Setup = NonNullable<Source['settings']['setup']>;
const { settings, protections } = compiledSource();

const withSetup = (setup: Partial<Setup>): Source =>
  compiledSource({
    settings: { ...settings, setup: { container: 'postgres', role: 'tidemark', ...setup } },
  });
const withServer = (server: Partial<Source['settings']['server']>): Source =>
  compiledSource({ settings: { ...settings, server: { ...settings.server, ...server } } });
const onlyDumps = (): Source => ({
  ...withDumps(false),
  protections: withDumps(false).protections.filter(({ kind }) => kind === 'logical'),
});
const incremental = (longestGapSeconds: number): Source => {
  const [log, full] = protections;
  if (!log || !full) throw new Error('the fixture has both');
  return compiledSource({
    protections: [log, { ...full, longestGapSeconds }, { ...full, kind: 'incremental' }],
  });
};
const value = (source: Source, name: string) =>
  serverSettings(source).find((setting) => setting.name === name)?.value;

describe('settings of the server', () => {
  test.each<[string, Source, string]>([
    ['what the plan states', withSetup({ slotKeep: '1.5GiB' }), '1536MB'],
    ['a day of the log', compiledSource({ size: { full: 0, perDay: 3 * 1024 ** 3 } }), '12288MB'],
    [
      'no less than a base backup takes',
      compiledSource({ size: { full: 0, perDay: 1 } }),
      '4096MB',
    ],
    ['a stated number where nothing is known', compiledSource(), '16384MB'],
  ])('the slot may hold %s', (_name, source, expected) => {
    expect(value(source, 'max_slot_wal_keep_size')).toBe(expected);
  });

  test('there is no slot to bound where no log is kept', () => {
    const source = compiledSource({
      protections: protections.filter(({ kind }) => kind === 'full'),
    });
    expect(value(source, 'max_slot_wal_keep_size')).toBeUndefined();
    expect(value(source, 'wal_level')).toBe('replica');
  });

  test('summaries are kept until the full backup after the next', () => {
    expect(value(compiledSource(), 'summarize_wal')).toBeUndefined();
    expect(value(incremental(86_400), 'wal_summary_keep_time')).toBe('10d');
    expect(value(incremental(31 * 86_400), 'wal_summary_keep_time')).toBe('63d');
  });

  test('dumps need none', () => {
    expect(serverSettings(onlyDumps())).toEqual([]);
  });
});

describe('lines of pg_hba.conf', () => {
  test('let the role in for replication and for the database of the plan, encrypted', () => {
    expect(hbaLines(compiledSource())).toEqual([
      'hostssl replication tidemark all scram-sha-256',
      'hostssl orders tidemark all scram-sha-256',
    ]);
  });

  test('name every range and the role of the plan', () => {
    const source = withSetup({ role: 'backup', clients: ['10.0.0.0/8', 'fd00::/8'] });
    expect(hbaLines(source)).toContain('hostssl replication backup fd00::/8 scram-sha-256');
    expect(hbaLines(source)).toHaveLength(4);
  });

  test('let dumps into every database, and not into replication', () => {
    expect(hbaLines(onlyDumps())).toEqual(['hostssl all tidemark all scram-sha-256']);
  });

  test.each([
    ['all', '"all"'],
    ['Shop "1"', '"Shop ""1"""'],
  ])('take the database %s for its name', (database, written) => {
    expect(hbaLines(withServer({ database }))[1]).toBe(
      `hostssl ${written} tidemark all scram-sha-256`,
    );
  });

  test('ask for no encryption where the plan does not', () => {
    expect(hbaLines(withServer({ tls: 'disable' }))[0]).toMatch(/^host replication/);
  });

  test('stand before what images of PostgreSQL have', () => {
    expect(wholeHba(compiledSource()).slice(0, 2)).toEqual(hbaLines(compiledSource()));
    expect(wholeHba(compiledSource()).at(-1)).toBe('host all all all scram-sha-256');
  });
});

describe('the SQL of the role', () => {
  const grants = (source: Source) => roleSql(source).match(/^GRANT .*$/gm) ?? [];
  const attributes = (source: Source) => /ALTER ROLE \w+ (.*) PASSWORD/.exec(roleSql(source))?.[1];

  test('gives base backups and the log what they need', () => {
    expect(attributes(compiledSource())).toBe('LOGIN REPLICATION');
    expect(grants(compiledSource())).toEqual([
      'GRANT EXECUTE ON FUNCTION pg_catalog.pg_switch_wal() TO tidemark;',
    ]);
  });

  test('gives dumps what they need, and no replication', () => {
    expect(attributes(onlyDumps())).toBe('LOGIN BYPASSRLS');
    expect(grants(onlyDumps())).toEqual(['GRANT pg_read_all_data TO tidemark;']);
  });

  test('lets a standby see what its primary sends', () => {
    expect(grants(withServer({ role: 'standby' }))).toContain(
      'GRANT pg_read_all_stats TO tidemark;',
    );
  });

  test('is run in the database of the plan, whatever it is called', () => {
    expect(roleSql(withServer({ database: `it's \\ here` }))).toContain(
      `\\connect -reuse-previous=on 'it''s \\\\ here'`,
    );
  });
});
