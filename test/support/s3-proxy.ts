import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';

/** What S3 answers instead of the server behind; undefined lets the request through. */
export type Fault = (request: {
  readonly method: string;
  /** Without the bucket, as stores write it. */
  readonly key: string;
  /** What it asks for beside objects: `versions`, `legal-hold`. */
  readonly query: URLSearchParams;
  /** Requests of the same method and key so far, this one included. */
  readonly count: number;
}) => Answer | undefined;

export interface Answer {
  readonly status: number;
  /** Name of the error, as S3 calls it. */
  readonly code: string;
}

export const SLOW_DOWN: Answer = { status: 503, code: 'SlowDown' };
export const ACCESS_DENIED: Answer = { status: 403, code: 'AccessDenied' };

/** Stands in front of an S3 server, understands requests, and answers some of them as S3 does when something is wrong. */
export class S3Proxy {
  fault: Fault = () => undefined;
  /** Requests that were answered here. */
  answered = 0;
  readonly #server: Server;
  readonly #counts = new Map<string, number>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(upstream: { readonly host: string; readonly port: number }): Promise<S3Proxy> {
    const server = createServer();
    const proxy = new S3Proxy(server);
    server.on('request', (incoming, response) => proxy.#handle(incoming, response, upstream));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get endpoint(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('not a TCP port');
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #handle(
    incoming: IncomingMessage,
    response: ServerResponse,
    { host, port }: { readonly host: string; readonly port: number },
  ): void {
    const { method = '', url = '', headers } = incoming;
    const { pathname, searchParams: query } = new URL(url, this.endpoint);
    const key = decodeURIComponent(pathname).split('/').slice(2).join('/');
    const count = (this.#counts.get(`${method} ${key}`) ?? 0) + 1;
    this.#counts.set(`${method} ${key}`, count);
    const answer = this.fault({ method, key, query, count });
    if (answer) {
      this.answered++;
      incoming.resume();
      response.writeHead(answer.status, { 'content-type': 'application/xml' });
      const { code } = answer;
      response.end(
        method === 'HEAD' ? '' : `<Error><Code>${code}</Code><Message>${code}</Message></Error>`,
      );
      return;
    }
    // The signature covers the host that was asked.
    const onward = request({ host, port, method, path: url, headers }, (from) => {
      response.writeHead(from.statusCode ?? 502, from.headers);
      from.pipe(response);
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  }
}
