import { wholeHba } from '../../../lib/engines/postgresql/setup/hba.ts';
import { setupOf } from '../../../lib/engines/postgresql/setup/of-source.ts';
import type { CompiledPlan, SourceOf } from '../../../lib/plan/compiled.ts';
import { ARCHIVE_SETTINGS, archivingPatch } from '../../charts/postgresql/archiving.ts';
import { serverWorkload } from '../../charts/server-pod.ts';
import { named } from '../../charts/sidecar-patches.ts';
import { type Origin, render } from '../../render.ts';
import { type ServerFiles, withPurpose } from '../server-files.ts';
import { SETTINGS_DIRECTORY, settingsMap } from '../settings-map.ts';
import { parameters, podSettings } from './parameters.ts';

const HBA = `${SETTINGS_DIRECTORY}/pg_hba.conf`;
const CONF = `${SETTINGS_DIRECTORY}/postgresql.conf`;

/** A StatefulSet or Deployment of one's own: it is given the files, and told to read them where the plan says how it starts. */
export function podPatch(
  origin: Origin,
  compiled: CompiledPlan,
  source: SourceOf<'postgresql'>,
): ServerFiles {
  const { args, container, workload } = setupOf(source);
  const map = settingsMap(compiled, source, {
    'postgresql.conf': podSettings(compiled, source),
    'pg_hba.conf': `${wholeHba(source).join('\n')}\n`,
  });
  const { target, object } = named(compiled, {
    target: serverWorkload(source, workload ?? source.settings.archiving?.workload),
    template: {
      containers: [
        {
          name: container,
          ...(args && { args: [...args, ...flags(source)] }),
          volumeMounts: [map.mount],
        },
      ],
      volumes: [map.volume],
    },
  });
  const settings = `${source.name}.settings.yaml`;
  const patch = `${source.name}.pod.yaml`;
  const purpose = args
    ? [
        'What the server is started with by now, and what backups need behind it.',
        // A file can be included by a file alone.
        ...(archivingPatch(compiled, source)
          ? [
              `It archives once the last line of its postgresql.conf is: include = '${ARCHIVE_SETTINGS}'`,
            ]
          : []),
      ]
    : [
        `The first line of the server's postgresql.conf is: include = '${CONF}'`,
        `and that of its pg_hba.conf, from PostgreSQL 16 on: include ${HBA}`,
        'Or name what its container is started with in the plan (setup.args), and both are done here.',
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

const flags = (source: SourceOf<'postgresql'>): string[] =>
  Object.entries({ ...parameters(source), hba_file: HBA }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
