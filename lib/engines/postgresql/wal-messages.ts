import type { Lsn } from './lsn.ts';

/** What the server sends while it streams WAL. */
export type WalMessage = WalData | WalKeepalive;

export interface WalData {
  readonly type: 'wal';
  /** Position of the first byte of `data`. */
  readonly start: Lsn;
  /** End of the server's WAL when it was sent. */
  readonly walEnd: Lsn;
  /** By the server's clock. */
  readonly sentAt: Date;
  readonly data: Buffer;
}

export interface WalKeepalive {
  readonly type: 'keepalive';
  readonly walEnd: Lsn;
  readonly sentAt: Date;
  /** The stream has answered by itself with the last status. */
  readonly replyRequested: boolean;
}

/** How far the receiver is. The server may remove everything before `flushed`. */
export interface WalStatus {
  readonly written: Lsn;
  readonly flushed: Lsn;
  readonly applied: Lsn;
}

// Times on the wire are microseconds since 2000-01-01 UTC.
const EPOCH_MS = Date.UTC(2000, 0, 1);

const WAL_HEADER_BYTES = 25;
const KEEPALIVE_BYTES = 18;
const STATUS_BYTES = 34;

/**
 * Decodes one CopyData message; the data is copied, since the message's memory is used again.
 * @throws Error on a message of another kind
 */
export function decodeWalMessage(chunk: Buffer): WalMessage {
  const kind = chunk[0];
  if (kind === 0x77 /* w */ && chunk.length >= WAL_HEADER_BYTES) {
    return {
      type: 'wal',
      start: chunk.readBigUInt64BE(1),
      walEnd: chunk.readBigUInt64BE(9),
      sentAt: readTime(chunk, 17),
      data: Buffer.from(chunk.subarray(WAL_HEADER_BYTES)),
    };
  }
  if (kind === 0x6b /* k */ && chunk.length >= KEEPALIVE_BYTES) {
    return {
      type: 'keepalive',
      walEnd: chunk.readBigUInt64BE(1),
      sentAt: readTime(chunk, 9),
      replyRequested: chunk[17] === 1,
    };
  }
  throw new Error(
    `the server sent an unknown message while streaming WAL: kind ${kind}, ${chunk.length} bytes`,
  );
}

/** A whole CopyData message with a standby status update. */
export function encodeStatus(status: WalStatus, at: Date, replyNow: boolean): Buffer {
  const message = Buffer.alloc(5 + STATUS_BYTES);
  message.write('d', 0);
  message.writeUInt32BE(4 + STATUS_BYTES, 1);
  message.write('r', 5);
  message.writeBigUInt64BE(status.written, 6);
  message.writeBigUInt64BE(status.flushed, 14);
  message.writeBigUInt64BE(status.applied, 22);
  message.writeBigInt64BE(BigInt(at.getTime() - EPOCH_MS) * 1000n, 30);
  message.writeUInt8(replyNow ? 1 : 0, 38);
  return message;
}

/** A whole CopyDone message. */
export const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4]);

function readTime(chunk: Buffer, offset: number): Date {
  return new Date(EPOCH_MS + Number(chunk.readBigInt64BE(offset) / 1000n));
}
