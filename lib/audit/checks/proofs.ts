import { type Breach, lackAnywhere } from '../breach.ts';
import type { Located } from '../located.ts';
import type { Place } from '../model.ts';
import { isSuspended, type Proof, type ProofAction } from '../proofs.ts';
import { scheduleOf } from '../read/workloads.ts';

const DOES: Readonly<Record<ProofAction, string>> = {
  verify: 'reads the backups of',
  status: 'looks whether there are backups of',
  drill: 'drills',
  'dump-drill': 'drills the dumps of',
};

/**
 * Whether the cluster proves backups as often as the plan wants it to.
 * @param manifests where to look for what is missing and of which nothing better is known
 * @param derived the same proofs as the plan derives them today, where they are known
 */
export const checkProofs = (
  proofs: readonly Proof[],
  manifests: Place,
  derived: readonly Proof[] = [],
): Breach[] =>
  proofs.flatMap((proof) => {
    if (proof.workload) return checkProof(proof);
    const { source, action } = proof;
    const wanted = derived.find((one) => one.source === source && one.action === action)?.workload;
    const name = wanted?.resource.body.text('metadata', 'name');
    return [
      {
        place: wanted
          ? { file: wanted.resource.file, line: 1, resource: wanted.resource.id }
          : manifests,
        message: `no CronJob ${DOES[action]} ${source.name}; ${need(proof)}`,
        remedy: 'restore the CronJob: synthesise again',
        ...(name !== undefined && { lacks: lackAnywhere(`name: ${name}`) }),
      },
    ];
  });

const need = ({ schedule: { cron, timezone } }: Proof): string =>
  `the plan needs that at '${cron}' ${timezone}`;

function checkProof(proof: Proof): Breach[] {
  const { workload, schedule } = proof;
  if (!workload) return [];
  const { resource } = workload;
  const breach = (at: Located | undefined, message: string, remedy: string): Breach[] => [
    {
      place: (at ?? resource.whole).place,
      message: `${resource.id} ${message}; ${need(proof)}`,
      remedy,
    },
  ];
  const { body } = resource;
  if (isSuspended(workload)) {
    return breach(body.get('spec', 'suspend'), 'is suspended', 'set suspend to false');
  }
  const found = scheduleOf(workload);
  if (found.cron !== schedule.cron) {
    const remedy = `set schedule to '${schedule.cron}', or change it in the plan`;
    return breach(body.get('spec', 'schedule'), `runs at '${found.cron}'`, remedy);
  }
  if (found.timezone === schedule.timezone) return [];
  const zone = found.timezone || "the cluster's zone";
  const remedy = `set timeZone to ${schedule.timezone}`;
  return breach(body.get('spec', 'timeZone'), `reads its schedule in ${zone}`, remedy);
}
