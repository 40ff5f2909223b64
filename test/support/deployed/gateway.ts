import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { MotoServer } from '../moto.ts';
import { portOf } from '../tcp-proxy.ts';
import { CloudFormationFake } from './cloudformation.ts';
import { Remembered } from './remembered.ts';

/** A request as the SDK signed it. */
interface Asked {
  readonly service: string;
  readonly region: string;
  /** `DescribeAlarms`, or method and path where the service has no names for its operations. */
  readonly operation: string;
  readonly body: string;
}

export interface Fault {
  readonly service: string;
  readonly operation: RegExp;
  readonly region?: string;
  readonly status: number;
  readonly code: string;
  /** @default always */
  times?: number;
}

/** Services whose errors are XML. */
const XML = ['s3', 'iam', 'sts', 'sns', 'cloudformation', 'monitoring'];
/** What Moto has none of, by service and path. */
const FAKED = [
  /^eks /,
  /^backup \/backup-vaults\/[^/]+\/(access-policy|notification-configuration)/,
  /^backup \/backup\/plans\/[^/]+\/selections/,
  /^backup \/(audit\/frameworks|restore-testing)\//,
];

/**
 * AWS as one address: Moto, with faults on demand, and with answers of our own where Moto has nothing to say. Those are no
 * more than what was put there: CloudFormation's list of what a stack made, associations of EKS, composite alarms, and of
 * AWS Backup policies, notifications, selections, frameworks and restore tests.
 */
export class Gateway {
  readonly cloudFormation = new CloudFormationFake();
  readonly endpoint: string;
  /** Of faked operations, by region, service and path with its sorted query. */
  readonly answers = new Map<string, unknown>();
  /** By region and name. */
  readonly compositeAlarms = new Map<string, Readonly<Record<string, unknown>>>();
  /** Addresses that have not confirmed their subscription; in Moto all have. */
  readonly unconfirmed = new Set<string>();
  faults: Fault[] = [];
  /** Everything that was asked: `service operation`. */
  readonly asked: string[] = [];
  readonly #remembered = new Remembered();
  readonly #server: ReturnType<typeof createServer>;

  private constructor(server: ReturnType<typeof createServer>, moto: MotoServer) {
    this.#server = server;
    this.endpoint = `http://127.0.0.1:${portOf(server)}`;
    server.on('request', (incoming, answer) => {
      void this.#serve(incoming, answer, moto);
    });
  }

  static async start(moto: MotoServer): Promise<Gateway> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Gateway(server, moto);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(incoming: IncomingMessage, answer: ServerResponse, moto: MotoServer): Promise<void> {
    const bytes = await buffer(incoming);
    const asked = askedOf(incoming, bytes.toString('latin1'));
    this.asked.push(`${asked.service} ${asked.operation}`);
    const fault = this.faults.find(
      ({ service, operation, region, times }) =>
        times !== 0 &&
        service === asked.service &&
        operation.test(asked.operation) &&
        (region === undefined || region === asked.region),
    );
    if (fault) {
      if (fault.times !== undefined) fault.times--;
      return sendError(answer, asked.service, fault.status, fault.code);
    }
    if (asked.service === 'cloudformation') {
      const { status, body } = this.cloudFormation.answer(asked.region, asked.body);
      answer.writeHead(status, { 'content-type': 'text/xml' }).end(body);
      return;
    }
    const url = new URL(incoming.url ?? '/', this.endpoint);
    if (FAKED.some((pattern) => pattern.test(`${asked.service} ${url.pathname}`))) {
      url.searchParams.sort();
      const key = `${asked.region} ${asked.service} ${decodeURIComponent(url.pathname)}${url.search}`;
      const found = this.answers.get(key);
      if (found === undefined) {
        return sendError(answer, asked.service, 404, 'ResourceNotFoundException');
      }
      answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(found));
      return;
    }
    // Moto would delete the bucket.
    if (incoming.method === 'DELETE' && url.searchParams.has('inventory')) {
      this.#remembered.remember('s3', 'DELETE', url, '');
      answer.writeHead(204).end();
      return;
    }
    const { status, headers, text } = await forward(incoming, bytes, moto);
    if (status < 300) {
      this.#remembered.remember(asked.service, incoming.method ?? '', url, bytes.toString());
    }
    answer.writeHead(status, headers).end(this.#amended(asked, incoming, url, text));
  }

  /** Moto's answer, with what it leaves out. */
  #amended(
    { service, region, operation, body }: Asked,
    { method }: IncomingMessage,
    url: URL,
    text: string,
  ): string {
    if (operation === 'DescribeAlarms') {
      const names: string[] = JSON.parse(body).AlarmNames;
      const CompositeAlarms = names.flatMap(
        (name) => this.compositeAlarms.get(`${region} ${name}`) ?? [],
      );
      return JSON.stringify({ ...JSON.parse(text), CompositeAlarms });
    }
    if (operation === 'ListSubscriptionsByTopic') {
      return text.replaceAll(/<member>.*?<\/member>/gs, (one) =>
        [...this.unconfirmed].some((address) => one.includes(`<Endpoint>${address}</Endpoint>`))
          ? one.replace(/(<SubscriptionArn>).*?(<\/SubscriptionArn>)/, '$1PendingConfirmation$2')
          : one,
      );
    }
    if (method !== 'GET') return text;
    if (service === 's3') return this.#remembered.bucketPart(url) ?? text;
    if (service === 'lambda' && url.pathname.endsWith('/configuration')) {
      return this.#remembered.completed(text);
    }
    return text;
  }
}

async function forward(
  { method, url: path, headers }: IncomingMessage,
  bytes: Buffer,
  { host, port }: MotoServer,
): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> {
  const forwarded = request({ host, port, method, path, headers });
  const answered = once(forwarded, 'response');
  forwarded.end(bytes);
  const [response]: IncomingMessage[] = await answered;
  if (!response) throw new Error('Moto did not answer');
  // Its length may change.
  const { 'content-length': _, 'transfer-encoding': __, ...others } = response.headers;
  const text = (await buffer(response)).toString();
  return { status: response.statusCode ?? 502, headers: others, text };
}

function askedOf({ headers, method, url }: IncomingMessage, body: string): Asked {
  const [, region = '', service = ''] =
    /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  const target = headers['x-amz-target'];
  const operation =
    (typeof target === 'string' ? target.split('.').at(-1) : undefined) ??
    /\/operation\/(\w+)$/.exec(url ?? '')?.[1] ??
    new URLSearchParams(body).get('Action') ??
    `${method} ${url}`;
  return { service, region, operation, body };
}

function sendError(answer: ServerResponse, service: string, status: number, code: string): void {
  const message = `${code} on purpose`;
  if (XML.includes(service)) {
    const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
    const body = service === 's3' ? error : `<ErrorResponse>${error}</ErrorResponse>`;
    answer.writeHead(status, { 'content-type': 'text/xml' }).end(body);
    return;
  }
  answer
    .writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': code })
    .end(JSON.stringify({ __type: code, message }));
}
