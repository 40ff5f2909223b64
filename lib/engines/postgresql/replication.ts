import type { Socket } from 'node:net';
import pg from 'pg';
import { BaseBackupStream } from './base-backup-stream.ts';
import { connect, type ServerAddress } from './connection.ts';
import { CopyCommand } from './copy-command.ts';
import { CopyInCommand } from './copy-in-command.ts';
import { CopyTap } from './copy-tap.ts';
import { formatLsn, type Lsn, parseLsn } from './lsn.ts';
import { ReplicationError } from './replication-error.ts';
import {
  AS_TEXT,
  parseMilliseconds,
  quoteName,
  quoteText,
  required,
} from './replication-values.ts';
import { WalStream } from './wal-stream.ts';

/** Where a physical slot stands; both undefined while it holds no WAL back. */
export interface SlotPosition {
  readonly restartLsn: Lsn | undefined;
  readonly restartTimeline: number | undefined;
}

const MAX_STATUS_INTERVAL_MS = 10_000;

/** A connection that speaks the replication protocol of PostgreSQL 15 and later. One command at a time. */
export class ReplicationConnection {
  readonly #client: pg.Client;
  readonly #socket: Socket;
  readonly #tap: CopyTap;
  readonly #signal: AbortSignal | undefined;
  #statusInterval = MAX_STATUS_INTERVAL_MS;

  private constructor(client: pg.Client, socket: Socket, signal: AbortSignal | undefined) {
    this.#client = client;
    this.#socket = socket;
    this.#tap = new CopyTap(client.connection.stream);
    this.#signal = signal;
  }

  /**
   * The connection is cut when the signal fires; what waits on it then fails with the signal's reason.
   * @throws ServerConnectError
   */
  static async connect(
    address: ServerAddress,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<ReplicationConnection> {
    const settings: pg.ClientConfig & { replication: string } = { replication: 'true' };
    const { client, socket } = await connect(address, settings, signal ? { signal } : {});
    const connection = new ReplicationConnection(client, socket, signal);
    try {
      const timeout = parseMilliseconds(await connection.show('wal_sender_timeout'));
      if (timeout > 0) {
        connection.#statusInterval = Math.min(MAX_STATUS_INTERVAL_MS, Math.ceil(timeout / 3));
      }
      return connection;
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  async identifySystem(): Promise<{ systemId: string; timeline: number; lsn: Lsn }> {
    const row = await this.#row('IDENTIFY_SYSTEM');
    return {
      systemId: required(row, 'systemid'),
      timeline: Number(required(row, 'timeline')),
      lsn: parseLsn(required(row, 'xlogpos')),
    };
  }

  /** A setting as the server prints it. */
  async show(name: string): Promise<string> {
    return required(await this.#row(`SHOW ${quoteName(name)}`), name);
  }

  /** Undefined if there is no such slot. */
  async readReplicationSlot(name: string): Promise<SlotPosition | undefined> {
    const row = await this.#row(`READ_REPLICATION_SLOT ${quoteName(name)}`);
    if (row.slot_type === null) return undefined;
    const { restart_lsn: lsn, restart_tli: timeline } = row;
    return {
      restartLsn: typeof lsn === 'string' ? parseLsn(lsn) : undefined,
      restartTimeline: typeof timeline === 'string' ? Number(timeline) : undefined,
    };
  }

  /** A slot that holds WAL back from now on and goes with this connection. */
  async createTemporarySlot(name: string): Promise<void> {
    await this.#row(
      `CREATE_REPLICATION_SLOT ${quoteName(name)} TEMPORARY PHYSICAL (RESERVE_WAL true)`,
    );
  }

  /** The history file of a timeline above 1. */
  async timelineHistory(timeline: number): Promise<{ name: string; content: Buffer }> {
    const row = await this.#row(`TIMELINE_HISTORY ${timeline}`);
    return {
      name: required(row, 'filename'),
      content: Buffer.from(required(row, 'content'), 'utf8'),
    };
  }

  /** Errors of the command come out of the iteration. */
  startReplication(options: {
    readonly slot?: string;
    readonly lsn: Lsn;
    readonly timeline: number;
  }): WalStream {
    const slot = options.slot === undefined ? '' : `SLOT ${quoteName(options.slot)} `;
    const stream = new WalStream({
      statusInterval: this.#statusInterval,
      cut: () => this.#cut(),
      explain: (error) => this.#explain('START_REPLICATION', error),
    });
    this.#client.query(
      new CopyCommand(
        `START_REPLICATION ${slot}PHYSICAL ${formatLsn(options.lsn)} TIMELINE ${options.timeline}`,
        stream,
        this.#tap,
      ),
    );
    return stream;
  }

  /**
   * Gives the server the `backup_manifest` that an incremental backup on this connection builds on (17 and later).
   * @throws ReplicationError; whatever the body throws
   */
  async uploadManifest(manifest: AsyncIterable<Uint8Array>): Promise<void> {
    const command = new CopyInCommand('UPLOAD_MANIFEST', manifest);
    this.#client.query(command);
    try {
      await command.done;
    } catch (error) {
      throw error instanceof pg.DatabaseError || this.#signal?.aborted || this.#socket.destroyed
        ? this.#explain(
            'UPLOAD_MANIFEST',
            error instanceof Error ? error : new Error(String(error)),
          )
        : error;
    }
  }

  /** Errors of the command come out of the iteration. */
  baseBackup(options: {
    readonly label: string;
    readonly checkpoint: 'fast' | 'spread';
    /** Only what has changed since the backup whose manifest was uploaded. @default false */
    readonly incremental?: boolean;
  }): BaseBackupStream {
    const stream = new BaseBackupStream({
      cut: () => this.#cut(),
      explain: (error) => this.#explain('BASE_BACKUP', error),
    });
    const incremental = options.incremental ? ', INCREMENTAL' : '';
    // Without WAIT false the command waits for the server's own archiving, which may be failing.
    this.#client.query(
      new CopyCommand(
        `BASE_BACKUP (LABEL ${quoteText(options.label)}, CHECKPOINT '${options.checkpoint}', WAL false, WAIT false, PROGRESS true, TABLESPACE_MAP true, MANIFEST 'yes', MANIFEST_CHECKSUMS 'SHA256'${incremental})`,
        stream,
        this.#tap,
      ),
    );
    return stream;
  }

  /** Ends the connection; what runs on it is cut. */
  async close(): Promise<void> {
    if (this.#socket.destroyed) return;
    const ended = new Promise<void>((resolve) => this.#client.once('end', resolve));
    this.#client.end().catch(() => undefined);
    // A server in the middle of a copy does not read our farewell.
    this.#socket.destroySoon();
    await ended;
  }

  async #row(command: string): Promise<Record<string, string | null>> {
    try {
      const { rows } = await this.#client.query<Record<string, string | null>>({
        text: command,
        types: AS_TEXT,
      });
      return rows[0] ?? {};
    } catch (error) {
      throw this.#explain(
        command.split(' ', 1).join(),
        error instanceof Error ? error : new Error(String(error)),
      );
    }
  }

  #cut(): void {
    this.#socket.destroy();
  }

  #explain(command: string, error: Error): unknown {
    if (this.#signal?.aborted) return this.#signal.reason;
    const code = error instanceof pg.DatabaseError ? error.code : undefined;
    return new ReplicationError(`${command}: ${error.message}`, code, { cause: error });
  }
}
