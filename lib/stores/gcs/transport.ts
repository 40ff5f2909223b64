import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import type { Socket } from 'node:net';
import { GcsFailure } from './errors.ts';

const CONNECT_WITHIN_MS = 5_000;
/** What is read of an answer that says what went wrong. */
const LONGEST_COMPLAINT = 64 * 1024;

export interface GcsRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** In pieces, so that nothing has to be copied together. */
  readonly body?: readonly Uint8Array[];
  /** Status codes that are an answer beside 2xx. */
  readonly accept?: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

export interface GcsAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: http.IncomingMessage;
}

/** Connections that are kept, and ended when nothing moves on them. */
export class Transport {
  readonly #http = new http.Agent({ keepAlive: true });
  readonly #https = new https.Agent({ keepAlive: true });
  readonly #idleMs: number;

  /** @param idleMs milliseconds without a byte after which a connection counts as dead */
  constructor(idleMs: number) {
    this.#idleMs = idleMs;
  }

  /**
   * One request, once. The body of the answer is the caller's to read to its end.
   * @throws GcsFailure for an answer that was not asked for, or none
   */
  async send(request: GcsRequest): Promise<GcsAnswer> {
    const { signal, accept = [] } = request;
    signal?.throwIfAborted();
    let body: http.IncomingMessage;
    try {
      body = await this.#exchange(request);
    } catch (error) {
      signal?.throwIfAborted();
      throw unreachable(error);
    }
    const { statusCode: status = 0, headers } = body;
    if ((status >= 200 && status < 300) || accept.includes(status)) {
      return { status, headers, body };
    }
    throw await complaint(request.url, status, body);
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  async #exchange(request: GcsRequest): Promise<http.IncomingMessage> {
    const { method, url, headers, body = [], signal } = request;
    const length = body.reduce((sum, piece) => sum + piece.byteLength, 0);
    const secure = url.protocol === 'https:';
    const outgoing = (secure ? https : http).request(url, {
      method,
      agent: secure ? this.#https : this.#http,
      headers: { ...headers, ...(method === 'GET' ? {} : { 'content-length': String(length) }) },
      timeout: this.#idleMs,
      ...(signal && { signal }),
    });
    outgoing.on('timeout', () => outgoing.destroy(timedOut(`nothing came in ${this.#idleMs} ms`)));
    outgoing.on('socket', (socket: Socket) => connectSoon(socket, outgoing));
    // Nobody listens any more once the answer is there: what breaks it is told by its body.
    const answered = once(outgoing, 'response');
    outgoing.on('error', () => {});
    for (const piece of body) outgoing.write(piece);
    outgoing.end();
    const [response]: http.IncomingMessage[] = await answered;
    if (response === undefined) throw new TypeError('an answer is missing');
    return response;
  }
}

function connectSoon(socket: Socket, request: http.ClientRequest): void {
  if (!socket.connecting) return;
  const timer = setTimeout(
    () => request.destroy(timedOut(`no connection in ${CONNECT_WITHIN_MS} ms`)),
    CONNECT_WITHIN_MS,
  );
  socket.once('connect', () => clearTimeout(timer));
  socket.once('close', () => clearTimeout(timer));
}

const timedOut = (message: string): Error =>
  Object.assign(new Error(message), { code: 'ETIMEDOUT' });

/** Node says with a code of the system why there is no answer. */
export function unreachable(error: unknown): GcsFailure {
  if (error instanceof GcsFailure) return error;
  const { code, message }: { code?: unknown; message?: unknown } =
    typeof error === 'object' && error !== null ? error : {};
  const reason = typeof code === 'string' ? code : 'unknown';
  // An attempt at several addresses has no message of its own.
  const said = typeof message === 'string' && message !== '' ? message : reason;
  return new GcsFailure(said, undefined, reason, { cause: error });
}

async function complaint(
  { pathname, search }: URL,
  status: number,
  body: http.IncomingMessage,
): Promise<GcsFailure> {
  const text = await textOf(body, LONGEST_COMPLAINT).catch(() => '');
  const { error } = parsed(text);
  const { message, errors } = typeof error === 'object' && error !== null ? error : {};
  const [first] = errors ?? [];
  const reason = first?.reason ?? http.STATUS_CODES[status] ?? `status ${status}`;
  const said = message ?? (text.trim().slice(0, 200) || reason);
  return new GcsFailure(said, status, reason, { path: pathname + search });
}

interface Complaint {
  readonly error?:
    | { readonly message?: string; readonly errors?: readonly { readonly reason?: string }[] }
    | string;
}

function parsed(text: string): Complaint {
  try {
    const json: Complaint | null = JSON.parse(text);
    return json ?? {};
  } catch {
    return {};
  }
}

/**
 * @param longest bytes that are kept; the rest is read and dropped, so that the connection can be used again
 * @throws GcsFailure where the answer breaks in the middle
 */
export async function textOf(
  body: http.IncomingMessage,
  longest = Number.POSITIVE_INFINITY,
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      if (size < longest) chunks.push(chunk);
      size += chunk.byteLength;
    }
  } catch (error) {
    throw unreachable(error);
  }
  return Buffer.concat(chunks).toString('utf8');
}
