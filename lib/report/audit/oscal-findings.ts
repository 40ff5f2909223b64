import type { Audit, Place } from '../../audit/model.ts';
import { controlToken, uuidOf } from './oscal-names.ts';

type Control = Audit['controls'][number];

/** What was seen: every resource that speaks for a control, every problem, and every drill on record. */
export function observationsOf(audit: Audit, moment: string) {
  const places = new Map(
    audit.controls
      .flatMap(({ resources }) => resources)
      .map((place) => [observationUuid(audit, place), place]),
  );
  const resources = new Map([...places.values()].map((place) => [itemUuid(audit, place), place]));
  return {
    items: [...resources].map(([uuid, { file, resource }]) => ({
      uuid,
      description: `${resource} in ${file}`,
      props: [{ name: 'asset-id', value: resource }],
    })),
    observations: [
      ...[...places].map(([uuid, place]) => ({
        uuid,
        title: `${place.resource}, line ${place.line}`,
        description: `Speaks for ${namesOf(audit, place).join(', ')}.`,
        methods: ['EXAMINE'],
        subjects: [{ 'subject-uuid': itemUuid(audit, place), type: 'inventory-item' }],
        'relevant-evidence': [evidenceOf(audit, place)],
        collected: moment,
      })),
      ...audit.problems.map(({ place, message, remedy }) => ({
        uuid: uuidOf(audit.plan, audit.environment, 'problem', message, JSON.stringify(place)),
        description: `${message}. To mend it: ${remedy}.`,
        methods: ['EXAMINE'],
        types: ['finding'],
        // A file that is missing is no evidence.
        ...(place &&
          audit.files.some(({ file }) => file === place.file) && {
            'relevant-evidence': [evidenceOf(audit, place)],
          }),
        collected: moment,
      })),
      ...audit.drills.map(({ source, at, outcome }) => ({
        uuid: uuidOf(audit.plan, audit.environment, 'drill', source, at),
        description: `A restore of ${source} ${outcome}.`,
        methods: ['TEST'],
        types: ['historic'],
        collected: new Date(at).toISOString(),
      })),
    ],
  };
}

/** OSCAL knows no half: what is partly kept is not satisfied, and the remarks say how much of it is. */
export function findingOf(audit: Audit, control: Control) {
  const { framework, id, title, statement, status, resources, missing } = control;
  const token = controlToken(framework, id);
  return {
    uuid: uuidOf(audit.plan, audit.environment, 'finding', token),
    title: `${id} ${title}`,
    description: statement,
    target: {
      type: 'statement-id',
      'target-id': `${token}_smt`,
      status: {
        state: status === 'satisfied' ? 'satisfied' : 'not-satisfied',
        reason: { satisfied: 'pass', partly: 'other', 'not-satisfied': 'fail' }[status],
        ...(missing.length > 0 && {
          remarks: `${status === 'partly' ? 'Partly kept' : 'Not kept'}; missing: ${missing.join('; ')}.`,
        }),
      },
    },
    ...(resources.length > 0 && {
      'related-observations': resources.map((place) => ({
        'observation-uuid': observationUuid(audit, place),
      })),
    }),
  };
}

/** Deviations that the plan accepts, with its reasons. */
export function risksOf({ plan, environment, findings }: Audit) {
  const counts = new Map<string, number>();
  return findings
    .filter(({ severity }) => severity === 'exempt')
    .map(({ code, path, message, reason }) => {
      const title = `${code} ${path}`;
      const nth = counts.get(title) ?? 0;
      counts.set(title, nth + 1);
      return {
        uuid: uuidOf(plan, environment, 'exemption', code, path, `${nth}`),
        title,
        description: message,
        statement: reason ?? message,
        status: 'deviation-approved',
      };
    });
}

export const fileUuid = ({ plan, environment }: Audit, file: string): string =>
  uuidOf(plan, environment, 'file', file);

const itemUuid = ({ plan, environment }: Audit, { file, resource }: Place): string =>
  uuidOf(plan, environment, 'resource', file, resource);

const observationUuid = ({ plan, environment }: Audit, { file, line, resource }: Place): string =>
  uuidOf(plan, environment, 'observation', file, `${line}`, resource);

const evidenceOf = (audit: Audit, { file, line }: Place) => ({
  href: `#${fileUuid(audit, file)}`,
  description: `${file}, line ${line}`,
});

const namesOf = (audit: Audit, place: Place): string[] =>
  audit.controls
    .filter(({ resources }) =>
      resources.some((one) => observationUuid(audit, one) === observationUuid(audit, place)),
    )
    .map(({ framework, id }) => `${framework} ${id}`);
