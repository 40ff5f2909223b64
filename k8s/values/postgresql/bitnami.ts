import { wholeHba } from '../../../lib/engines/postgresql/setup/hba.ts';
import type { CompiledPlan, SourceOf } from '../../../lib/plan/compiled.ts';
import { archivingPatch } from '../../charts/postgresql/archiving.ts';
import { additions } from '../../charts/sidecar-patches.ts';
import { type Origin, render } from '../../render.ts';
import { type ServerFiles, withPurpose } from '../server-files.ts';
import { parameterLines } from './parameters.ts';

/** Values for Bitnami's chart of PostgreSQL. */
export function bitnamiValues(
  origin: Origin,
  compiled: CompiledPlan,
  source: SourceOf<'postgresql'>,
): ServerFiles {
  const extendedConfiguration = parameterLines(compiled, source);
  const values = {
    primary: {
      ...(extendedConfiguration && { extendedConfiguration }),
      // The chart takes a whole file.
      pgHbaConfiguration: `${wholeHba(source, 'scram-sha-256').join('\n')}\n`,
      ...archivingValues(compiled, source),
    },
    ...(source.settings.server.role === 'standby' &&
      extendedConfiguration && { readReplicas: { extendedConfiguration } }),
    ...serviceAccount(compiled, source),
  };
  const name = `${source.name}.bitnami.yaml`;
  const purpose = [
    'Values for the chart bitnami/postgresql, to be given beside your own:',
    `  helm upgrade … --values your-values.yaml --values ${name}`,
  ];
  return { files: new Map([[name, withPurpose(render(origin, [values]), purpose)]]) };
}

/** What puts the program into the server's container, in the chart's words. */
function archivingValues(
  compiled: CompiledPlan,
  source: SourceOf<'postgresql'>,
): Record<string, unknown> {
  const patch = archivingPatch(compiled, source);
  if (!patch) return {};
  const { initContainers, containers, volumes } = additions(compiled, patch.template);
  return {
    initContainers,
    extraVolumeMounts: containers?.[0]?.volumeMounts,
    extraVolumes: volumes,
  };
}

function serviceAccount(
  compiled: CompiledPlan,
  source: SourceOf<'postgresql'>,
): Record<string, unknown> {
  const name = archivingPatch(compiled, source)?.template.serviceAccountName;
  return name === undefined ? {} : { serviceAccount: { create: false, name } };
}
