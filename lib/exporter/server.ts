import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TEXT_FORMAT } from './text-format.ts';

export const METRICS_PATH = '/metrics';
export const HEALTH_PATH = '/healthz';

/** Where to listen; without a host at every address of the machine, of IPv4 and IPv6. */
export interface ListenAddress {
  readonly host?: string;
  /** 0 = one that is free. */
  readonly port: number;
}

export interface ServeOptions {
  readonly listen: ListenAddress;
  readonly metrics: () => string;
  /** Undefined where all is well, else what is wrong. */
  readonly unhealthy: () => string | undefined;
}

export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Answers who scrapes and who probes, and nobody else. @throws where the address cannot be had */
export async function serve(options: ServeOptions): Promise<MetricsServer> {
  const server = createServer((request, response) => answer(request, response, options));
  server.listen({ ...options.listen });
  await once(server, 'listening');
  return { port: portOf(server), close: () => close(server) };
}

function answer(
  { method = '', url = '' }: IncomingMessage,
  response: ServerResponse,
  { metrics, unhealthy }: ServeOptions,
): void {
  const send = (status: number, text: string, headers: Record<string, string> = {}): void => {
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
    response.end(method === 'HEAD' ? undefined : text);
  };
  if (method !== 'GET' && method !== 'HEAD') {
    send(405, 'only GET is answered\n', { allow: 'GET, HEAD' });
    return;
  }
  switch (url.split('?')[0]) {
    case METRICS_PATH:
      send(200, metrics(), { 'content-type': TEXT_FORMAT });
      return;
    case HEALTH_PATH: {
      const wrong = unhealthy();
      send(wrong === undefined ? 200 : 503, `${wrong ?? 'ok'}\n`);
      return;
    }
    default:
      send(404, `nothing is here; ask for ${METRICS_PATH} or ${HEALTH_PATH}\n`);
  }
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('not a TCP server');
  return address.port;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
