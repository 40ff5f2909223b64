import type { CheckedPlan, CheckedSource } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { valueAt } from '../issues.ts';
import { isRecord } from '../merge.ts';

const LOOPBACK = /^(localhost|ip6-localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1\])\.?$/i;

/** What can be said about servers without asking them. */
export const checkServers = ({ sources }: CheckedPlan): Finding[] => [
  ...sources.flatMap((source) => [...loopback(source), ...tls(source)]),
  ...twice(sources),
];

/** Of every part of a source that names a server: its own, a replica, a store. */
function loopback(source: CheckedSource): Finding[] {
  return Object.entries(source.config).flatMap(([part, settings]) =>
    (isRecord(settings) ? hostsOf(settings) : [])
      .filter(({ host }) => LOOPBACK.test(host))
      .map(({ host, keys }) => ({
        code: 'TM602',
        severity: 'warning' as const,
        path: source.pathOf(part, ...keys),
        message: `${host} is the pod of the backup itself, where no server runs`,
        value: valueAt(settings, keys),
        remedy: `name the server's Kubernetes service and its namespace, such as '${source.name}.shop'`,
      })),
  );
}

interface Host {
  readonly host: string;
  readonly keys: readonly (string | number)[];
}

/** Engines differ in what else they need, and say where a server is in the same words. */
function hostsOf({ service, endpoint, members, brokers }: Record<string, unknown>): Host[] {
  const lists = Object.entries({ members, brokers });
  return [
    ...(typeof service === 'string' ? [{ host: service, keys: ['service'] }] : []),
    ...(typeof endpoint === 'string' && URL.canParse(endpoint)
      ? [{ host: new URL(endpoint).hostname, keys: ['endpoint'] }]
      : []),
    ...lists.flatMap(([key, hosts]) =>
      Array.isArray(hosts) ? hosts.map((host, index) => ({ host, keys: [key, index] })) : [],
    ),
  ];
}

/** Of every part of a source that names a server: its own, a mirror, a store. */
function tls(source: CheckedSource): Finding[] {
  return Object.entries(source.config).flatMap(([part, settings]) => {
    const key = isRecord(settings) ? openKey(settings) : undefined;
    if (key === undefined) return [];
    return [
      {
        code: 'TM603',
        severity: 'warning' as const,
        path: source.pathOf(part, key),
        message: `the connection to ${source.name} is not encrypted: its data and what proves who asks for it cross the network readable`,
        value: valueAt(settings, [key]),
        remedy:
          key === 'tls'
            ? "write tls: 'verify-full' (or 'require'), and turn on TLS on the server"
            : 'write https://, and turn on TLS on the server',
      },
    ];
  });
}

/** The key that leaves a connection open. */
function openKey({ tls, endpoint }: Record<string, unknown>): string | undefined {
  if (tls === 'disable') return 'tls';
  return typeof endpoint === 'string' && endpoint.startsWith('http://') ? 'endpoint' : undefined;
}

/** What of its server a source chooses: databases, topics, collections. Two different choices may be two sources. */
function choiceOf({ config }: CheckedSource): string {
  const common = ['engine', 'server', 'protect', 'verify', 'objectives', 'restore'];
  return JSON.stringify(Object.entries(config).filter(([key]) => !common.includes(key)));
}

function twice(sources: readonly CheckedSource[]): Finding[] {
  const first = new Map<string, CheckedSource>();
  return sources.flatMap((source) => {
    if (!('server' in source.config)) return [];
    const { engine, server } = source.config;
    const address = `${server.service.toLowerCase()}:${server.port}`;
    const key = `${engine} ${address} ${choiceOf(source)}`;
    const other = first.get(key);
    if (!other) first.set(key, source);
    if (!other) return [];
    return [
      {
        code: 'TM604',
        severity: 'warning' as const,
        path: source.pathOf('server', 'service'),
        message: `${other.name} and ${source.name} are on the same server ${address}: their backups hold the same, so each is stored twice`,
        value: server.service,
        remedy: 'remove one of the two sources',
      },
    ];
  });
}
