import type { CheckedPlan, CheckedSource } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { logBytes } from '../values/log-size.ts';
import { namespaceOfHost } from '../values/server-namespace.ts';
import { bytes } from '../values/size.ts';

/** Below this, an evening without the store costs the continuity of the log. */
const HOURS_OF_LOG = 6;

/** Whether what the plan says of how a server is told fits the server, and itself. */
export const checkSetup = ({ sources, kubernetes }: CheckedPlan): Finding[] =>
  sources.flatMap((source) => [
    ...elsewhere(source, kubernetes.namespace),
    ...argumentsOfOthers(source),
    ...archivedByOperator(source),
    ...ownSuperuser(source),
    ...shortSlot(source),
  ]);

function elsewhere({ config, pathOf }: CheckedSource, own: string): Finding[] {
  if (!('setup' in config) || config.setup?.deployedBy === undefined) return [];
  const { service } = config.server;
  if (namespaceOfHost(service, own) !== undefined) return [];
  return [
    {
      code: 'TM671',
      severity: 'error',
      path: pathOf('setup', 'deployedBy'),
      message: `${service} is no service of the cluster, so nothing in it deploys the server`,
      value: config.setup.deployedBy,
      remedy: "leave setup.deployedBy out, or name the server's Kubernetes service",
    },
  ];
}

function argumentsOfOthers({ config, pathOf }: CheckedSource): Finding[] {
  if (!('setup' in config) || !config.setup?.args || !config.setup.deployedBy) return [];
  return [
    {
      code: 'TM672',
      severity: 'error',
      path: pathOf('setup', 'args'),
      message: `${config.setup.deployedBy} says by itself what the container is started with`,
      value: config.setup.args,
      remedy: 'leave setup.args out, or setup.deployedBy where the pod is your own',
    },
  ];
}

function archivedByOperator({ config, pathOf }: CheckedSource): Finding[] {
  if (config.engine !== 'postgresql' || !config.archiving) return [];
  const by = config.setup?.deployedBy;
  if (by !== 'cloudnative-pg' && by !== 'zalando') return [];
  return [
    {
      code: 'TM673',
      severity: 'error',
      path: pathOf('archiving'),
      message: `the operator (${by}) makes the server's pod and sets archive_command by itself`,
      value: config.archiving,
      remedy: 'leave archiving out: the log is streamed, which needs nothing in the pod',
    },
  ];
}

function ownSuperuser({ config, pathOf }: CheckedSource): Finding[] {
  if (config.engine !== 'postgresql' || config.setup?.superuser === undefined) return [];
  if (config.setup.superuser !== config.server.credentials) return [];
  return [
    {
      code: 'TM674',
      severity: 'error',
      path: pathOf('setup', 'superuser'),
      message: `the Secret ${config.setup.superuser} is also that of the backups, which would run as a superuser`,
      value: config.setup.superuser,
      remedy:
        'give the backups a Secret of their own in server.credentials; the job makes its role',
    },
  ];
}

function shortSlot({ config, pathOf }: CheckedSource): Finding[] {
  if (config.engine !== 'postgresql' || config.setup?.slotKeep === undefined) return [];
  if (config.size?.perDay === undefined) return [];
  const perHour = logBytes(bytes(config.size.perDay)) / 24;
  const hours = bytes(config.setup.slotKeep) / perHour;
  if (!(hours < HOURS_OF_LOG)) return [];
  return [
    {
      code: 'TM670',
      severity: 'warning',
      path: pathOf('setup', 'slotKeep'),
      message: `the slot holds about ${hours < 1 ? 'less than an hour' : `${Math.floor(hours)} hours`} of the log: a store that is away for longer leaves a gap, over which no moment comes back`,
      value: config.setup.slotKeep,
      remedy: `write what the server's disk can spare, such as '${Math.ceil((perHour * 24) / 1024 ** 3)}GiB' for a day`,
    },
  ];
}
