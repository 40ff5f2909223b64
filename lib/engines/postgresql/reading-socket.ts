import { Socket } from 'node:net';

const READ_BYTES = 64 * 1024;

/**
 * A TCP socket that reads into one buffer of its own. Node otherwise allocates 64 KiB for every read, and at a
 * gigabyte a second the garbage collector lets several times the memory pile up that is in use.
 */
export class ReadingSocket extends Socket {
  /** Chunks of `data` are views of the buffer, for the time of the event only; while false they are copies. */
  lendsMemory = false;

  constructor() {
    const self: { socket?: ReadingSocket } = {};
    super({
      onread: {
        buffer: Buffer.allocUnsafeSlow(READ_BYTES),
        callback: (bytes, buffer) => {
          const chunk = Buffer.from(buffer.buffer, buffer.byteOffset, bytes);
          self.socket?.emit('data', self.socket.lendsMemory ? chunk : Buffer.from(chunk));
          return true;
        },
      },
    });
    self.socket = this;
  }
}
