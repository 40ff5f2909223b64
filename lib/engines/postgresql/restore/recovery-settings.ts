/** Where a recovery ends: after everything, or before the first commit after this moment. */
export type RecoveryGoal = Date | 'end';

/** Only part of the socket's name: the server listens on no address. */
export const RECOVERY_PORT = 5432;

interface RecoveryFolders {
  /** Holds WAL segments and history files under their plain names. */
  readonly wal: string;
  readonly socket: string;
  /** Empty file: nobody is mapped. */
  readonly ident: string;
  readonly hba: string;
}

/**
 * The whole configuration of the server that recovers, in a file of its own outside of the data directory: what
 * was restored may name certificates, libraries and folders that only the original machine has, and nothing
 * of the recovery may stay behind.
 *
 * @param timeline to follow; named, because the server stops looking at the first number that is missing
 */
export function recoverySettings(
  folders: RecoveryFolders,
  timeline: number | 'current',
  goal: RecoveryGoal,
): string {
  const settings: Record<string, string> = {
    restore_command: restoreCommand(folders.wal),
    recovery_target_timeline: String(timeline),
    ...(goal === 'end'
      ? {}
      : { recovery_target_time: goal.toISOString().replace('T', ' ').replace('Z', '+00') }),
    recovery_target_action: 'promote',
    // Nobody reads before the end, so the original's max_connections and the like need not be matched.
    hot_standby: 'off',
    // Transactions that were prepared when the WAL ends have to find room.
    max_prepared_transactions: '1000',
    archive_mode: 'off',
    autovacuum: 'off',
    listen_addresses: '',
    port: String(RECOVERY_PORT),
    unix_socket_directories: folders.socket,
    unix_socket_permissions: '0700',
    hba_file: folders.hba,
    ident_file: folders.ident,
    ssl: 'off',
    logging_collector: 'off',
    log_destination: 'stderr',
    log_line_prefix: '',
    log_timezone: 'UTC',
    timezone: 'UTC',
    lc_messages: 'C',
    max_wal_size: '1GB',
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${quoteSetting(value)}\n`)
    .join('');
}

/** Trusted because only the owner can enter the socket's folder. */
export const RECOVERY_HBA = 'local all all trust\n';

/**
 * A plain copy. 1 tells the server that there is no such file, which ends the recovery; a copy that fails
 * has to end in more than 125, which stops the server instead of promoting it without the rest.
 */
function restoreCommand(wal: string): string {
  // `%` introduces the server's placeholders.
  const source = quoteShell(`${wal}/`).replaceAll('%', '%%');
  return `test -e ${source}%f || exit 1; cp ${source}%f "%p" || exit 200`;
}

function quoteShell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function quoteSetting(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
