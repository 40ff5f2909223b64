import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  request as open,
  type Server,
  type ServerResponse,
} from 'node:http';

/** What happens to a request instead of passing. */
export type GcsFault =
  /** It never reaches the server. */
  | 'cut'
  /** The server does it, and its answer is lost. */
  | 'lose'
  /** Of a piece of an upload the server keeps so many bytes. */
  | { readonly keep: number }
  /** The server does it, and answers after this. */
  | { readonly after: Promise<unknown> }
  /** The server refuses it. */
  | { readonly status: number };

/** A request as faults see it. */
export interface Seen {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Of all requests since the start, from 1. */
  readonly count: number;
}

interface Session {
  readonly name: string;
  stored: number;
  /** The object as it was told when it was complete. */
  done?: Buffer;
}

/**
 * Stands in front of fake-gcs-server, which forgets how far an upload is as soon as it is asked for it, never ends one
 * that is given up, and knows no holds; and makes the network as bad as a test needs.
 */
export class GcsFront {
  fault: (request: Seen) => GcsFault | undefined = () => undefined;
  /** Method, path and query of every request. */
  readonly seen: Seen[] = [];
  readonly #server: Server;
  readonly #sessions = new Map<string, Session>();
  readonly #held = new Set<string>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(upstream: { readonly host: string; readonly port: number }) {
    const server = createServer();
    const front = new GcsFront(server);
    server.on('request', (incoming, response) => {
      front.#handle(incoming, response, upstream).catch(() => response.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return front;
  }

  get endpoint(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('not a TCP port');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Bytes that uploads of this key hold which are neither complete nor given up. */
  unfinished(key: string): number {
    return [...this.#sessions.values()]
      .filter(({ name, done }) => name === key && done === undefined)
      .reduce((sum, { stored }) => sum + stored + 1, 0);
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(
    incoming: IncomingMessage,
    response: ServerResponse,
    upstream: { readonly host: string; readonly port: number },
  ): Promise<void> {
    const { method = '', headers } = incoming;
    const url = new URL(incoming.url ?? '', this.endpoint);
    const body = await bytesOf(incoming);
    const seen = { method, url, headers, body, count: this.seen.length + 1 };
    this.seen.push(seen);
    const fault = this.fault(seen);
    if (fault === 'cut') return void response.destroy();
    if (typeof fault === 'object' && 'status' in fault) {
      const error = { error: { message: `refused with ${fault.status}`, errors: [] } };
      return void response.writeHead(fault.status).end(JSON.stringify(error));
    }
    const answer = await this.#answer(seen, upstream, fault);
    if (typeof fault === 'object' && 'after' in fault) await fault.after;
    if (fault === 'lose') response.destroy();
    else response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  async #answer(
    seen: Seen,
    upstream: { readonly host: string; readonly port: number },
    fault: GcsFault | undefined,
  ): Promise<Answer> {
    const session = this.#sessions.get(seen.url.searchParams.get('upload_id') ?? '');
    if (session) return this.#upload(session, seen, upstream, fault);
    if (seen.method === 'PATCH') this.#hold(seen);
    const answer = await pass(seen, upstream, seen.body);
    const id = URL.parse(String(answer.headers.location))?.searchParams.get('upload_id');
    if (id && answer.status === 200) {
      this.#sessions.set(id, { name: JSON.parse(seen.body.toString()).name, stored: 0 });
    }
    return this.#withHold(seen, answer);
  }

  async #upload(
    session: Session,
    seen: Seen,
    upstream: { readonly host: string; readonly port: number },
    fault: GcsFault | undefined,
  ): Promise<Answer> {
    if (seen.method === 'DELETE') {
      this.#sessions.delete(seen.url.searchParams.get('upload_id') ?? '');
      return { status: 499, headers: {}, body: Buffer.alloc(0) };
    }
    const range = /^bytes (\*|(\d+)-(\d+))\/(\*|\d+)$/.exec(seen.headers['content-range'] ?? '');
    if (!range) throw new Error(`a piece without a range: ${seen.headers['content-range']}`);
    if (range[1] === '*') return this.#progress(session);
    if (Number(range[2]) !== session.stored)
      return { status: 400, headers: {}, body: Buffer.alloc(0) };
    if (typeof fault === 'object' && 'keep' in fault) {
      const some = seen.body.subarray(0, fault.keep);
      const last = session.stored + some.byteLength - 1;
      const headers = { ...seen.headers, 'content-range': `bytes ${range[2]}-${last}/*` };
      await pass({ ...seen, headers }, upstream, some);
      session.stored += some.byteLength;
      return this.#progress(session);
    }
    const answer = await pass(seen, upstream, seen.body);
    if (answer.status === 308 || answer.status === 200) session.stored += seen.body.byteLength;
    if (answer.status === 200) session.done = answer.body;
    if (answer.status === 412) this.#sessions.delete(seen.url.searchParams.get('upload_id') ?? '');
    return answer;
  }

  #progress({ stored, done }: Session): Answer {
    if (done) return { status: 200, headers: {}, body: done };
    const headers = stored === 0 ? {} : { range: `bytes=0-${stored - 1}` };
    return { status: 308, headers, body: Buffer.alloc(0) };
  }

  #hold({ url, body }: Seen): void {
    const { temporaryHold } = JSON.parse(body.toString());
    if (temporaryHold) this.#held.add(url.pathname);
    else this.#held.delete(url.pathname);
  }

  #withHold({ url }: Seen, answer: Answer): Answer {
    const isJson = String(answer.headers['content-type']).startsWith('application/json');
    if (!isJson || answer.status !== 200 || !this.#held.has(url.pathname)) return answer;
    const body = Buffer.from(
      JSON.stringify({ ...JSON.parse(answer.body.toString()), temporaryHold: true }),
    );
    return { ...answer, headers: { ...answer.headers, 'content-length': `${body.length}` }, body };
  }
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

async function pass(
  { method, url, headers }: Pick<Seen, 'method' | 'url' | 'headers'>,
  { host, port }: { readonly host: string; readonly port: number },
  body: Buffer,
): Promise<Answer> {
  const onward = open({
    host,
    port,
    method,
    path: url.pathname + url.search,
    headers: { ...headers, 'content-length': `${body.byteLength}` },
  });
  onward.end(body);
  const [response]: IncomingMessage[] = await once(onward, 'response');
  if (!response) throw new Error('no answer');
  const bytes = await bytesOf(response);
  const { 'transfer-encoding': _chunked, ...rest } = response.headers;
  return { status: response.statusCode ?? 0, headers: rest, body: bytes };
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
