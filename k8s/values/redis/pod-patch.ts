import type { z } from 'zod';
import type { redisSetupSchema } from '../../../lib/engines/redis/plan-setup.ts';
import type { CompiledPlan, SourceOf } from '../../../lib/plan/compiled.ts';
import { serverWorkload } from '../../charts/server-pod.ts';
import { named } from '../../charts/sidecar-patches.ts';
import { type Origin, render } from '../../render.ts';
import { type ServerFiles, withPurpose } from '../server-files.ts';
import { SETTINGS_DIRECTORY, settingsMap } from '../settings-map.ts';
import { redisLines } from './lines.ts';
import { userFile } from './user.ts';

const CONF = `${SETTINGS_DIRECTORY}/redis.conf`;

/**
 * A StatefulSet or Deployment of one's own: it is given the file, and told to read it where the plan says how it starts.
 * Undefined where there is nothing to tell.
 */
export function podPatch(
  origin: Origin,
  compiled: CompiledPlan,
  source: SourceOf<'redis'>,
  { args, container, workload }: z.output<typeof redisSetupSchema>,
): ServerFiles | undefined {
  const user = userFile(compiled, source);
  const include = user ? `include ${user.path}\n` : '';
  const lines = redisLines(source);
  if (`${lines}${include}` === '') return undefined;
  const map = settingsMap(compiled, source, { 'redis.conf': `${lines}${include}` });
  const { target, object } = named(compiled, {
    target: serverWorkload(source, workload ?? source.settings.appendonly?.workload),
    template: {
      ...(user && { initContainers: user.initContainers }),
      containers: [
        {
          name: container,
          ...(args && { args: [...args, '--include', CONF] }),
          volumeMounts: [map.mount, ...(user ? [user.mount] : [])],
        },
      ],
      volumes: [map.volume, ...(user?.volumes ?? [])],
    },
  });
  const settings = `${source.name}.settings.yaml`;
  const patch = `${source.name}.pod.yaml`;
  const purpose = args
    ? ['What Redis is started with by now, and what backups need behind it.']
    : [
        `The last line of the server's redis.conf is: include ${CONF}`,
        'Or name what its container is started with in the plan (setup.args), and it is done here.',
      ];
  return {
    files: new Map([
      [settings, render(origin, [map.object])],
      [patch, withPurpose(render(origin, [object]), purpose)],
    ]),
    resources: [settings],
    patches: [{ file: patch, target }],
  };
}
