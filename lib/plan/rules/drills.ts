import type { CheckedPlan, CheckedSource } from '../compile.ts';
import { UNKNOWN_SIZE } from '../drill-volume.ts';
import type { Finding } from '../findings.ts';

/** Whether the drills that a plan asks for can be run as it says. */
export const checkDrills = ({ sources }: CheckedPlan): Finding[] =>
  sources.flatMap((source) => [
    ...ofUnknownSize(source),
    ...withoutDrill(source),
    ...ofChosenTables(source),
  ]);

function ofUnknownSize({ name, config, pathOf }: CheckedSource): Finding[] {
  if (config.engine !== 'postgresql' && config.engine !== 'redis') return [];
  const { verify, drill, size } = config;
  if (verify.restore === undefined && verify.fullRestore === undefined) return [];
  if (size || drill?.scratch !== undefined) return [];
  return [
    {
      code: 'TM650',
      severity: 'info',
      path: pathOf('drill', 'scratch'),
      message: `drills of ${name} restore into a volume of ${UNKNOWN_SIZE}, because the plan says nothing about its size; one that is too small ends a drill before it fetches anything, with the size to write`,
      remedy: `write drill: { scratch: '100GiB' } with room for all data, or size: { full: '25GiB' } with the stored size of a full backup; 'tidemark drill --manifest' reads it from the store`,
    },
  ];
}

function withoutDrill({ name, config, pathOf }: CheckedSource): Finding[] {
  if (config.engine !== 'postgresql' && config.engine !== 'redis') return [];
  const { verify, drill } = config;
  const wanted = verify.restore !== undefined || verify.fullRestore !== undefined;
  const byHook = config.engine === 'postgresql' && config.hooks?.postDeploy === 'drill';
  if (!drill || wanted || byHook) return [];
  return [
    {
      code: 'TM651',
      severity: 'warning',
      path: pathOf('drill'),
      message: `the plan says how ${name} is drilled, and never when: nothing runs it`,
      remedy: "write verify: { restore: 'monthly' }, or leave drill out",
    },
  ];
}

/** Types, schemas and tables that chosen tables need may be in no dump. */
function ofChosenTables({ name, config, pathOf }: CheckedSource): Finding[] {
  if (config.engine !== 'postgresql' || config.hooks?.postDeploy !== 'drill') return [];
  const row = config.protect.find(({ kind }) => kind === 'logical');
  if (row?.kind !== 'logical' || row.tables === undefined) return [];
  return [
    {
      code: 'TM652',
      severity: 'error',
      path: pathOf('hooks', 'postDeploy'),
      message: `the dump of ${name} before a deployment holds chosen tables alone, which cannot be loaded into an empty server`,
      value: 'drill',
      remedy: "write postDeploy: 'verify', or dump whole databases",
    },
  ];
}
