import type { CheckedPlan, CheckedSource } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { valueAt } from '../issues.ts';
import { isRecord } from '../merge.ts';

const LOOPBACK = /^(localhost|ip6-localhost|127(\.\d+){3}|0\.0\.0\.0)\.?$/i;

/** What can be said about a server without asking it. */
export const checkServers = ({ sources }: CheckedPlan): Finding[] => [
  ...sources.flatMap((source) => [...loopback(source), ...tls(source)]),
  ...twice(sources),
];

/** Engines differ in what else they need; those with a server of their own say where it is in the same words. */
const serverOf = ({ config }: CheckedSource) => ('server' in config ? config.server : undefined);

function loopback(source: CheckedSource): Finding[] {
  const service = serverOf(source)?.service;
  if (service === undefined || !LOOPBACK.test(service)) return [];
  return [
    {
      code: 'TM602',
      severity: 'warning',
      path: source.pathOf('server', 'service'),
      message: `${service} is the pod of the backup itself, where no server runs`,
      value: service,
      remedy: `name the server's Kubernetes service and its namespace, such as '${source.name}.shop'`,
    },
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
    const server = serverOf(source);
    if (!server) return [];
    const address = `${server.service.toLowerCase()}:${server.port}`;
    const other = first.get(address);
    if (!other) first.set(address, source);
    if (!other || other.config.engine !== source.config.engine) return [];
    if (choiceOf(other) !== choiceOf(source)) return [];
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
