import type { CheckedPlan, CheckedSource } from '../compile.ts';
import type { Finding } from '../findings.ts';

/** Endings of the host names of managed servers, which do not speak the physical replication protocol. */
const MANAGED = /\.rds\.amazonaws\.com(\.cn)?$|\.database\.azure\.com$|\.neon\.tech$/i;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+)$/i;

/** What can be said about a server without asking it. */
export function checkServers({ sources }: CheckedPlan): Finding[] {
  return [...sources.flatMap((source) => [...service(source), ...tls(source)]), ...twice(sources)];
}

function service(source: CheckedSource): Finding[] {
  const host = source.config.server.service;
  const found = { path: source.pathOf('server', 'service'), value: host };
  if (MANAGED.test(host)) {
    return [
      {
        code: 'TM601',
        severity: 'error',
        ...found,
        message: `${host} is a managed server: those offer no physical replication protocol, so no base backup can be taken`,
        remedy: 'use the backups of its provider for this server, and leave it out of the plan',
      },
    ];
  }
  if (!LOOPBACK.test(host)) return [];
  return [
    {
      code: 'TM602',
      severity: 'warning',
      ...found,
      message: `${host} is the pod of the backup itself, where no server runs`,
      remedy: "name the server's Kubernetes service and its namespace, such as 'postgres.shop'",
    },
  ];
}

function tls(source: CheckedSource): Finding[] {
  if (source.config.server.tls !== 'disable') return [];
  return [
    {
      code: 'TM603',
      severity: 'warning',
      path: source.pathOf('server', 'tls'),
      message: `the connection to ${source.name} is not encrypted: every row and the password's proof cross the network readable`,
      value: 'disable',
      remedy: "write tls: 'verify-full' (or 'require'), and turn on ssl on the server",
    },
  ];
}

function twice(sources: readonly CheckedSource[]): Finding[] {
  const address = ({ config: { server } }: CheckedSource): string =>
    `${server.service.toLowerCase()}:${server.port}`;
  return sources.flatMap((source, index) => {
    const other = sources.slice(0, index).find((earlier) => address(earlier) === address(source));
    if (!other) return [];
    return [
      {
        code: 'TM604',
        severity: 'warning' as const,
        path: source.pathOf('server', 'service'),
        message: `${other.name} and ${source.name} are on the same server ${address(source)}: a physical backup holds all of its databases, so each is stored twice`,
        value: source.config.server.service,
        remedy: 'remove one of the two sources',
      },
    ];
  });
}
