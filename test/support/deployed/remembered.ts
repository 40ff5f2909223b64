/** Parts of buckets that Moto keeps less of than S3: it is answered as it was put. */
const PARTS = ['encryption', 'notification', 'object-lock', 'replication'];
const FUNCTIONS = '/2015-03-31/functions';

/** What was put and Moto forgets a part of. */
export class Remembered {
  readonly #parts = new Map<string, string>();
  readonly #inventories = new Map<string, Map<string, string>>();
  readonly #functions = new Map<string, object>();

  /** Called with every request that succeeded. */
  remember(service: string, method: string, url: URL, body: string): void {
    if (service === 's3') this.#rememberBucket(method, url, body);
    if (service === 'lambda') this.#rememberFunction(method, url, body);
  }

  /** The answer that S3 would give; undefined where Moto's own is right. */
  bucketPart(url: URL): string | undefined {
    const inventories = this.#inventories.get(url.pathname);
    if (url.searchParams.has('inventory') && inventories) {
      const all = [...inventories.values()].join('');
      return `<ListInventoryConfigurationsResult>${all}<IsTruncated>false</IsTruncated></ListInventoryConfigurationsResult>`;
    }
    const part = PARTS.find((name) => url.searchParams.has(name));
    return part === undefined ? undefined : this.#parts.get(`${url.pathname}?${part}`);
  }

  /** Of a function, from Moto's answer about it. */
  completed(answer: string): string {
    const found: { FunctionName?: string } = JSON.parse(answer);
    return JSON.stringify({ ...found, ...this.#functions.get(found.FunctionName ?? '') });
  }

  #rememberFunction(method: string, url: URL, body: string): void {
    const changed = new RegExp(`^${FUNCTIONS}/([^/]+)/configuration$`).exec(url.pathname)?.[1];
    const created = method === 'POST' && url.pathname === FUNCTIONS;
    if (!created && (method !== 'PUT' || changed === undefined)) return;
    const { FunctionName = changed, DeadLetterConfig, LoggingConfig } = JSON.parse(body);
    this.#functions.set(FunctionName, {
      ...this.#functions.get(FunctionName),
      ...(DeadLetterConfig && { DeadLetterConfig }),
      ...(LoggingConfig && { LoggingConfig }),
    });
  }

  #rememberBucket(method: string, url: URL, body: string): void {
    const part = PARTS.find((name) => url.searchParams.has(name));
    if (part !== undefined) {
      const key = `${url.pathname}?${part}`;
      if (method === 'PUT') this.#parts.set(key, body);
      if (method === 'DELETE') this.#parts.delete(key);
    }
    const id = url.searchParams.get('id');
    if (!url.searchParams.has('inventory') || id === null) return;
    const inventories = this.#inventories.get(url.pathname) ?? new Map<string, string>();
    if (method === 'PUT') inventories.set(id, body.replace(/^<\?xml[^>]*\?>/, ''));
    if (method === 'DELETE') inventories.delete(id);
    this.#inventories.set(url.pathname, inventories);
  }
}
