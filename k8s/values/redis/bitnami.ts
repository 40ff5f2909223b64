import type { CompiledPlan, SourceOf } from '../../../lib/plan/compiled.ts';
import { aofSidecar } from '../../charts/redis/aof-sidecar.ts';
import { additions } from '../../charts/sidecar-patches.ts';
import { type Origin, render } from '../../render.ts';
import { type ServerFiles, withPurpose } from '../server-files.ts';
import { redisLines } from './lines.ts';
import { userFile } from './user.ts';

/** Values for Bitnami's chart of Redis. What the chart itself says of Redis stays, and this is read behind it. */
export function bitnamiValues(
  origin: Origin,
  compiled: CompiledPlan,
  source: SourceOf<'redis'>,
): ServerFiles {
  const user = userFile(compiled, source);
  const sidecar = aofSidecar(compiled, source)?.template;
  const added = additions(compiled, {
    initContainers: [...(user?.initContainers ?? []), ...(sidecar?.initContainers ?? [])],
    volumes: [...(user?.volumes ?? []), ...(sidecar?.volumes ?? [])],
  });
  const account = sidecar?.serviceAccountName;
  const values = {
    master: {
      configuration: `${redisLines(source)}${user ? `include ${user.path}\n` : ''}`,
      ...(added.initContainers?.length && { initContainers: added.initContainers }),
      ...(user && { extraVolumeMounts: [user.mount] }),
      ...(added.volumes?.length && { extraVolumes: added.volumes }),
      ...(account !== undefined && { serviceAccount: { create: false, name: account } }),
    },
  };
  const name = `${source.name}.bitnami.yaml`;
  const purpose = [
    'Values for the chart bitnami/redis, to be given beside your own:',
    `  helm upgrade … --values your-values.yaml --values ${name}`,
    'Lists of yours (initContainers, extraVolumes) are to be joined with these.',
  ];
  return { files: new Map([[name, withPurpose(render(origin, [values]), purpose)]]) };
}
