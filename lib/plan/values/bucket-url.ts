/** What a URL of one kind may say. */
interface Kind {
  readonly bucket: RegExp;
  readonly endpoint: RegExp;
  /** What an endpoint is that fits. */
  readonly means: string;
  readonly parameters: readonly string[];
}

const KINDS: ReadonlyMap<string, Kind> = new Map([
  [
    's3:',
    {
      bucket: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      endpoint: /^https?:\/\//,
      means: 'an http or https URL',
      parameters: ['region', 'endpoint', 'partSize'],
    },
  ],
  [
    'gs:',
    {
      bucket: /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/,
      endpoint: /^https?:\/\/[^/]+\/?$/,
      means: 'an http or https URL without a path',
      parameters: ['endpoint', 'partSize'],
    },
  ],
]);

/** What is wrong with the URL of a bucket, whoever reads it: a plan, or the store itself. Undefined: nothing. */
export function bucketUrlProblem(url: URL): string | undefined {
  const kind = KINDS.get(url.protocol);
  if (!kind) return `${JSON.stringify(url.protocol)} is no kind of bucket`;
  if (!kind.bucket.test(url.host)) return `${JSON.stringify(url.host)} is not the name of a bucket`;
  const unknown = [...url.searchParams.keys()].find((name) => !kind.parameters.includes(name));
  if (unknown !== undefined) return `unknown parameter ${JSON.stringify(unknown)}`;
  const { region, endpoint } = Object.fromEntries(url.searchParams);
  if (region !== undefined && !/^[a-z0-9-]+$/.test(region)) {
    return `${JSON.stringify(region)} is not a region`;
  }
  if (endpoint !== undefined && !(URL.canParse(endpoint) && kind.endpoint.test(endpoint))) {
    return `the endpoint ${JSON.stringify(endpoint)} is not ${kind.means}`;
  }
  return undefined;
}
