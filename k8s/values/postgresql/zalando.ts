import { slotName } from '../../../lib/engines/postgresql/plan.ts';
import { hbaLines } from '../../../lib/engines/postgresql/setup/hba.ts';
import { setupOf } from '../../../lib/engines/postgresql/setup/of-source.ts';
import { takesDumps, takesPhysical } from '../../../lib/engines/postgresql/setup/settings.ts';
import type { CompiledPlan, SourceOf } from '../../../lib/plan/compiled.ts';
import { serverNamespace } from '../../charts/server-location.ts';
import { type Origin, render } from '../../render.ts';
import { type ServerFiles, withPurpose } from '../server-files.ts';
import { parameters } from './parameters.ts';

/** What the image of the operator lets in by itself; a list of ours takes the place of it. */
const OPERATOR_HBA = [
  'local all all trust',
  'hostssl all +zalandos 127.0.0.1/32 pam',
  'host all all 127.0.0.1/32 md5',
  'hostssl all +zalandos ::1/128 pam',
  'host all all ::1/128 md5',
  'local replication standby trust',
  'hostssl replication standby all md5',
  'hostnossl all all all reject',
  'hostssl all +zalandos all pam',
  'hostssl all all all md5',
];

/** A patch of the postgresql of Zalando's operator. */
export function zalando(
  origin: Origin,
  compiled: CompiledPlan,
  source: SourceOf<'postgresql'>,
): ServerFiles {
  const { role } = setupOf(source);
  const name = (source.settings.server.service.split('.')[0] ?? '').replace(/-repl$/, '');
  const streams = source.protections.some(({ kind, derived }) => kind === 'wal' && derived);
  const cluster = {
    apiVersion: 'acid.zalan.do/v1',
    kind: 'postgresql',
    metadata: { name, namespace: serverNamespace(compiled, source) },
    spec: {
      postgresql: { parameters: parameters(source) },
      users: {
        [role]: [
          ...(takesPhysical(source) ? ['replication'] : []),
          ...(takesDumps(source) ? ['bypassrls'] : []),
        ],
      },
      patroni: {
        pg_hba: [...hbaLines(source), ...OPERATOR_HBA],
        // Patroni drops every slot that it was not told of, and with it the WAL that the stream still needs.
        ...(streams && { slots: { [slotName(source.name)]: { type: 'physical' } } }),
      },
    },
  };
  const file = `${source.name}.zalando.yaml`;
  const secret = `${role.replaceAll('_', '-')}.${name}.credentials.postgresql.acid.zalan.do`;
  const purpose = [
    'A patch of the postgresql; a pg_hba of yours is to be joined with this one.',
    `The operator keeps the password of ${role} in the Secret ${secret}: name that one in the plan (server.credentials).`,
    `${source.name}.sql grants what the operator does not, run by the job of setup.superuser or by hand.`,
  ];
  return {
    files: new Map([[file, withPurpose(render(origin, [cluster]), purpose)]]),
    patches: [{ file, target: { group: 'acid.zalan.do', kind: cluster.kind, name } }],
  };
}
