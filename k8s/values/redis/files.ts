import { redisSetupSchema } from '../../../lib/engines/redis/plan-setup.ts';
import { USER_VARIABLES, userScript } from '../../../lib/engines/redis/setup/settings.ts';
import type { CompiledPlan, SourceOf } from '../../../lib/plan/compiled.ts';
import { serverNamespace } from '../../charts/server-location.ts';
import type { Origin } from '../../render.ts';
import { heading, type ServerFiles } from '../server-files.ts';
import { bitnamiValues } from './bitnami.ts';
import { allLines } from './lines.ts';
import { podPatch } from './pod-patch.ts';

/** Everything that a Redis server is told: for any server as lines and a script, and in the form of what runs it. */
export function redisFiles(
  origin: Origin,
  compiled: CompiledPlan,
  source: SourceOf<'redis'>,
): ServerFiles {
  const setup = redisSetupSchema.parse(source.settings.setup ?? {});
  const own =
    setup.deployedBy === 'bitnami'
      ? bitnamiValues(origin, compiled, source)
      : serverNamespace(compiled, source) === undefined
        ? undefined
        : podPatch(origin, compiled, source, setup);
  return { ...own, files: new Map([...plain(origin, source), ...(own?.files ?? [])]) };
}

function plain(origin: Origin, source: SourceOf<'redis'>): [string, string][] {
  const { name, settings } = source;
  const conf = `${heading(origin, 'conf', [
    'At the beginning of redis.conf, or included there: what your own lines say goes before.',
  ])}${allLines(source)}`;
  const script = `${heading(origin, 'sh', [
    'Prints the line of redis.conf that makes the user of the backups, with a digest of its password:',
    `  ${USER_VARIABLES.user}=... ${USER_VARIABLES.password}=... sh ${name}.user.sh >> redis.conf`,
    'Where Redis reads its users from a file (aclfile), the line belongs there.',
  ])}${userScript(source)}`;
  return [
    [`${name}.conf`, conf],
    ...(settings.server.credentials === undefined
      ? []
      : [[`${name}.user.sh`, script] satisfies [string, string]]),
  ];
}
