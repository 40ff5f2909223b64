/** Only part of the socket's name: the server listens on no address. */
export const SOCKET_PORT = 5432;

export interface PrivateFolders {
  readonly socket: string;
  /** Empty file: nobody is mapped. */
  readonly ident: string;
  readonly hba: string;
}

/**
 * What every server of ours on restored data is configured with, in a file of its own outside of the data directory: what
 * was restored may name certificates, libraries and folders that only the original machine has. It is reached through
 * its socket alone, and reaches nobody.
 */
export function privateSettings(folders: PrivateFolders): Readonly<Record<string, string>> {
  return {
    // Transactions that were prepared when the WAL ends have to find room.
    max_prepared_transactions: '1000',
    archive_mode: 'off',
    autovacuum: 'off',
    // A copy that subscribes would take from the publisher what the original still has to get.
    max_logical_replication_workers: '0',
    listen_addresses: '',
    port: String(SOCKET_PORT),
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
  };
}

export function settingsText(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${quoteSetting(value)}\n`)
    .join('');
}

function quoteSetting(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
