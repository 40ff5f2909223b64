import { hbaLines } from '../../../lib/engines/postgresql/setup/hba.ts';
import { setupOf } from '../../../lib/engines/postgresql/setup/of-source.ts';
import { ROLE_VARIABLES, roleSql } from '../../../lib/engines/postgresql/setup/role-sql.ts';
import { serverSettings } from '../../../lib/engines/postgresql/setup/settings.ts';
import type { CompiledPlan, SourceOf } from '../../../lib/plan/compiled.ts';
import { serverNamespace } from '../../charts/server-location.ts';
import type { Origin } from '../../render.ts';
import { heading, type ServerFiles, settingLines } from '../server-files.ts';
import { bitnamiValues } from './bitnami.ts';
import { cloudNativePg } from './cloudnative-pg.ts';
import { podPatch } from './pod-patch.ts';
import { zalando } from './zalando.ts';

/** Everything that a PostgreSQL server is told: for any server as lines and SQL, and in the form of what runs it. */
export function postgresqlFiles(
  origin: Origin,
  compiled: CompiledPlan,
  source: SourceOf<'postgresql'>,
): ServerFiles {
  const own = inTheFormOf(origin, compiled, source);
  return { ...own, files: new Map([...plain(origin, source), ...(own?.files ?? [])]) };
}

function inTheFormOf(
  origin: Origin,
  compiled: CompiledPlan,
  source: SourceOf<'postgresql'>,
): ServerFiles | undefined {
  switch (setupOf(source).deployedBy) {
    case 'bitnami':
      return bitnamiValues(origin, compiled, source);
    case 'cloudnative-pg':
      return cloudNativePg(origin, compiled, source);
    case 'zalando':
      return zalando(origin, compiled, source);
    case undefined:
      return serverNamespace(compiled, source) === undefined
        ? undefined
        : podPatch(origin, compiled, source);
  }
}

function plain(origin: Origin, source: SourceOf<'postgresql'>): [string, string][] {
  const { name, settings } = source;
  const lines = serverSettings(source);
  const conf = `${heading(origin, 'conf', [
    'At the beginning of postgresql.conf, or included there: what your own lines say goes before. The server is started again.',
  ])}${settingLines(lines, (key, value) => `${key} = ${value}`)}`;
  const hba = `${heading(origin, 'conf', [
    'In pg_hba.conf, before every other line that fits; from PostgreSQL 16 on, include takes this file.',
  ])}${hbaLines(source).join('\n')}\n`;
  const sql = `${heading(origin, 'sql', [
    `Run by a superuser, and again whenever the password changes, with those of the Secret ${settings.server.credentials}:`,
    `  ${ROLE_VARIABLES.user}=... ${ROLE_VARIABLES.password}=... psql --no-psqlrc --file ${name}.sql`,
  ])}${roleSql(source)}`;
  return [
    ...(lines.length > 0 ? [[`${name}.conf`, conf] satisfies [string, string]] : []),
    [`${name}.hba.conf`, hba],
    [`${name}.sql`, sql],
  ];
}
