import { once } from 'node:events';
import { createServer, connect as open, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Upstream {
  readonly host: string;
  readonly port: number;
}

/** Stands between a client and a server on 127.0.0.1 and makes the network as bad as a test needs. */
export class TcpProxy {
  /** Bytes that passed from clients to the server. */
  sent = 0;
  /** Bytes that passed from the server to clients. */
  received = 0;
  readonly host = '127.0.0.1';
  readonly port: number;
  private upstream: Upstream;
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private bytesPerSecond: number | undefined;
  private nextFree = 0;
  private stalled: PromiseWithResolvers<void> | undefined;
  private cutAt: { sent: number; done: () => void } | undefined;
  private loss: { text: string; done: () => void } | undefined;

  private constructor(upstream: Upstream, server: Server) {
    this.upstream = upstream;
    this.server = server;
    this.port = portOf(server);
    server.on('connection', (client) => this.accept(client));
  }

  static async start(upstream: Upstream): Promise<TcpProxy> {
    const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TcpProxy(upstream, server);
  }

  /** Limits what passes in both directions together, over all connections; undefined lifts the limit. */
  throttle(bytesPerSecond: number | undefined): void {
    this.bytesPerSecond = bytesPerSecond;
    this.nextFree = 0;
  }

  /** Nothing passes any more, while every connection stays open and new ones are still taken. */
  stall(): void {
    this.stalled ??= Promise.withResolvers<void>();
  }

  /** New connections lead to another server, as after a failover; open ones are reset. */
  redirect(upstream: Upstream): void {
    this.upstream = upstream;
    this.cut();
  }

  /** Ends a stall; what was held back passes. */
  resume(): void {
    this.stalled?.resolve();
    this.stalled = undefined;
  }

  /** Resets every open connection; new ones are taken. */
  cut(): void {
    for (const socket of this.sockets) reset(socket);
  }

  /** Resets every connection once, after `bytes` more have passed to the server; resolves when it has happened. */
  cutAfter(bytes: number): Promise<void> {
    return new Promise((done) => {
      this.cutAt = { sent: this.sent + bytes, done };
    });
  }

  /**
   * Once: lets a request that contains `text` through to the server, but resets the connection instead of
   * delivering the answer. Resolves when it has happened. The text must arrive in one piece.
   */
  loseAnswerTo(text: string): Promise<void> {
    return new Promise((done) => {
      this.loss = { text, done };
    });
  }

  /** Refuses new connections (ECONNREFUSED) until `listen`; open ones go on. */
  refuse(): void {
    this.server?.close();
    this.server = undefined;
  }

  /** Takes connections again after `refuse`. */
  async listen(): Promise<void> {
    if (this.server) return;
    this.server = createServer({ allowHalfOpen: true }).listen(this.port, this.host);
    this.server.on('connection', (client) => this.accept(client));
    await once(this.server, 'listening');
  }

  stop(): void {
    this.refuse();
    this.resume();
    this.cut();
  }

  private accept(client: Socket): void {
    const server = open({ ...this.upstream, allowHalfOpen: true });
    let losing: (() => void) | undefined;
    const resetBoth = () => {
      reset(client);
      reset(server);
    };
    for (const socket of [client, server]) {
      this.sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', resetBoth);
      socket.on('close', () => this.sockets.delete(socket));
    }
    const sending = this.pump(client, server, (chunk) => {
      this.sent += chunk.length;
      if (this.loss && chunk.includes(this.loss.text)) {
        losing = this.loss.done;
        this.loss = undefined;
      }
      if (!this.cutAt || this.sent < this.cutAt.sent) return;
      this.cutAt.done();
      this.cutAt = undefined;
      this.cut();
    });
    const receiving = this.pump(server, client, (chunk) => {
      this.received += chunk.length;
      // An interim answer only asks the client to go on with its request.
      if (!losing || chunk.subarray(0, 12).toString('latin1') === 'HTTP/1.1 100') return;
      resetBoth();
      losing();
    });
    Promise.all([sending, receiving]).catch(resetBoth);
  }

  private async pump(from: Socket, to: Socket, see: (chunk: Buffer) => void): Promise<void> {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      await this.pass(chunk.length);
      see(chunk);
      if (to.destroyed) return;
      // Called when it was sent, and also when the connection ends instead.
      await new Promise((done) => to.write(chunk, done));
    }
    to.end();
  }

  private async pass(bytes: number): Promise<void> {
    await this.stalled?.promise;
    if (this.bytesPerSecond === undefined) return;
    const now = performance.now();
    this.nextFree = Math.max(now, this.nextFree) + (bytes / this.bytesPerSecond) * 1000;
    await sleep(this.nextFree - now);
  }
}

/**
 * Resets a connection at once. A socket whose end is on its way cannot be reset: libuv refuses it, and Node.js then
 * never closes the handle, for which the process waits at its own end.
 */
function reset(socket: Socket): void {
  if (!socket.writableEnded || socket.writableFinished) socket.resetAndDestroy();
  // Now, before the end that a reset brings with it is on its way.
  socket.destroy();
}

export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP port');
  return address.port;
}
