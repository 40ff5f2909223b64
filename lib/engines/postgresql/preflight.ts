import { connectSql, type ServerAddress } from './connection.ts';
import { checkLineage } from './lineage.ts';
import { SERVER_VERSIONS } from './plan.ts';
import { isStandby, PreflightError } from './preflight-error.ts';
import type { PostgresqlRun } from './run.ts';

/** What a run needs to know of the server before it starts. */
export interface ServerFacts {
  /** As the server reports it, such as `15.18`. */
  readonly serverVersion: string;
  /** Decimal. */
  readonly systemId: string;
  /** Bytes. */
  readonly walSegmentSize: number;
}

interface PreflightOptions {
  readonly address: ServerAddress;
  /** System identifier of another cluster that deliberately takes the place of the one in the store. */
  readonly acceptSystemId?: string;
}

/** A segment is held in memory while it is assembled. */
const MAX_SEGMENT_BYTES = 64 * 1024 * 1024;
/** One sends the base, one its WAL. */
const SENDERS_OF_A_BACKUP = 2;

interface ServerRow {
  readonly version: string;
  readonly version_number: number;
  readonly in_recovery: boolean;
  readonly wal_level: string;
  readonly segment_bytes: number;
  readonly senders: number;
  readonly senders_used: number;
  readonly slots: number;
  readonly slots_used: number;
  readonly role: string;
  readonly may_replicate: boolean;
  readonly may_switch: boolean;
  readonly system_id: string;
}

const QUESTION = `
  SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
         current_setting('server_version_num')::int AS version_number,
         pg_is_in_recovery() AS in_recovery,
         current_setting('wal_level') AS wal_level,
         (SELECT setting::int FROM pg_settings WHERE name = 'wal_segment_size') AS segment_bytes,
         current_setting('max_wal_senders')::int AS senders,
         (SELECT count(*)::int FROM pg_stat_replication) AS senders_used,
         current_setting('max_replication_slots')::int AS slots,
         (SELECT count(*)::int FROM pg_replication_slots) AS slots_used,
         current_user AS role,
         (SELECT rolreplication OR rolsuper FROM pg_roles WHERE rolname = current_user) AS may_replicate,
         has_function_privilege('pg_switch_wal()', 'execute') AS may_switch,
         (SELECT system_identifier::text FROM pg_control_system()) AS system_id`;

/**
 * Looks at the server before any byte is taken.
 * @throws PreflightError with the first thing that is in the way
 * @throws ServerConnectError
 */
export async function preflight(
  run: PostgresqlRun,
  options: PreflightOptions,
): Promise<ServerFacts> {
  const client = await connectSql(options.address, { signal: run.signal });
  let server: ServerRow | undefined;
  try {
    ({
      rows: [server],
    } = await client.query<ServerRow>(QUESTION));
  } finally {
    await client.end();
  }
  if (!server) throw new TypeError('the server did not say what it is');
  checkVersion(server, run.source.settings.server.version);
  checkServer(server, run.source.settings.server.role === 'standby');
  checkRole(server);
  await checkLineage(run, server.system_id, options.acceptSystemId);
  return {
    serverVersion: server.version,
    systemId: server.system_id,
    walSegmentSize: server.segment_bytes,
  };
}

/** @throws PreflightError unless the server has the major version that the plan names */
export function checkVersion(
  server: Pick<ServerRow, 'version' | 'version_number'>,
  planned: string,
): void {
  const major = String(Math.floor(server.version_number / 10_000));
  if (!SERVER_VERSIONS.some((version) => version === major)) {
    throw new PreflightError(
      `the server is PostgreSQL ${server.version}`,
      `versions ${SERVER_VERSIONS.join(', ')} can be backed up`,
    );
  }
  if (major !== planned) {
    throw new PreflightError(
      `the server is PostgreSQL ${server.version} and the plan says ${planned}`,
      `write version: '${major}' in the plan: a restore needs the programs of the same major`,
    );
  }
}

function checkServer(server: ServerRow, mayBeStandby: boolean): void {
  if (server.in_recovery && !mayBeStandby) throw isStandby();
  if (server.wal_level === 'minimal') {
    throw new PreflightError(
      'the server has wal_level = minimal',
      'set wal_level = replica and restart the server',
    );
  }
  if (server.segment_bytes > MAX_SEGMENT_BYTES) {
    throw new PreflightError(
      `the server has WAL segments of ${server.segment_bytes} bytes`,
      `segments of up to ${MAX_SEGMENT_BYTES} bytes (64 MiB) are supported; initdb and pg_resetwal set the size with --wal-segsize`,
    );
  }
  if (server.senders - server.senders_used < SENDERS_OF_A_BACKUP) {
    throw new PreflightError(
      `${server.senders_used} of max_wal_senders = ${server.senders} are in use`,
      `raise max_wal_senders: a backup needs ${SENDERS_OF_A_BACKUP}, the WAL stream one more`,
    );
  }
  if (server.slots <= server.slots_used) {
    throw new PreflightError(
      `${server.slots_used} of max_replication_slots = ${server.slots} are in use`,
      'raise max_replication_slots, or drop the slots that nobody uses: a backup needs one while it runs',
    );
  }
}

function checkRole(server: ServerRow): void {
  const role = `"${server.role.replaceAll('"', '""')}"`;
  if (!server.may_replicate) {
    throw new PreflightError(
      `the role ${role} may not replicate`,
      `run as superuser: ALTER ROLE ${role} REPLICATION;`,
    );
  }
  // A standby ends no segment, whoever asks.
  if (!server.may_switch && !server.in_recovery) {
    throw new PreflightError(
      `the role ${role} may not call pg_switch_wal()`,
      `run as superuser: GRANT EXECUTE ON FUNCTION pg_catalog.pg_switch_wal() TO ${role};`,
    );
  }
}
