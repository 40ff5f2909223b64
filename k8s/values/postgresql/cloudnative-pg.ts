import { hbaLines } from '../../../lib/engines/postgresql/setup/hba.ts';
import { setupOf } from '../../../lib/engines/postgresql/setup/of-source.ts';
import { takesDumps, takesPhysical } from '../../../lib/engines/postgresql/setup/settings.ts';
import type { CompiledPlan, SourceOf } from '../../../lib/plan/compiled.ts';
import { serverNamespace } from '../../charts/server-location.ts';
import { type Origin, render } from '../../render.ts';
import { type ServerFiles, withPurpose } from '../server-files.ts';
import { parameters } from './parameters.ts';

/** Endings of the services that the operator makes for a Cluster. */
const SERVICES = /-(rw|ro|r)$/;

/** A patch of the Cluster of CloudNativePG. Custom resources are merged by key, so lists in it replace those that are there. */
export function cloudNativePg(
  origin: Origin,
  compiled: CompiledPlan,
  source: SourceOf<'postgresql'>,
): ServerFiles {
  const { server } = source.settings;
  const { role } = setupOf(source);
  const name = (server.service.split('.')[0] ?? '').replace(SERVICES, '');
  const dumps = takesDumps(source);
  const cluster = {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'Cluster',
    metadata: { name, namespace: serverNamespace(compiled, source) },
    spec: {
      postgresql: {
        parameters: parameters(source),
        pg_hba: hbaLines(source),
      },
      managed: {
        roles: [
          {
            name: role,
            ensure: 'present',
            login: true,
            replication: takesPhysical(source),
            bypassrls: dumps,
            inRoles: inRoles(source, dumps),
            passwordSecret: { name: server.credentials },
          },
        ],
      },
    },
  };
  const file = `${source.name}.cloudnative-pg.yaml`;
  const purpose = [
    'A patch of the Cluster; lists of yours (pg_hba, managed.roles) are to be joined with these.',
    `The Secret ${server.credentials} is of the type kubernetes.io/basic-auth, in the namespace of the Cluster.`,
    ...(takesPhysical(source)
      ? [
          `One right is not the operator's to give: ${source.name}.sql grants it, run by the job of setup.superuser`,
          `(${name}-superuser, with enableSuperuserAccess), or by hand.`,
        ]
      : []),
  ];
  return {
    files: new Map([[file, withPurpose(render(origin, [cluster]), purpose)]]),
    patches: [{ file, target: { group: 'postgresql.cnpg.io', kind: cluster.kind, name } }],
  };
}

const inRoles = (source: SourceOf<'postgresql'>, dumps: boolean): string[] => [
  ...(dumps ? ['pg_read_all_data'] : []),
  ...(source.settings.server.role === 'standby' ? ['pg_read_all_stats'] : []),
];
