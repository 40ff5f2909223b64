import { createHash } from 'node:crypto';
import type { Audit } from '../../audit/model.ts';
import { fileUuid, findingOf, observationsOf, risksOf } from './oscal-findings.ts';
import { controlToken, uuidOf } from './oscal-names.ts';

/** Any later 1.x reads it too. */
const OSCAL_VERSION = '1.1.3';

/**
 * The controls of an audit as OSCAL assessment results, in JSON: a finding for each control, an observation for each
 * resource that speaks for it, accepted deviations as risks. The same audit of the same moment gives the same bytes.
 * @param at when the files were looked at
 */
export function oscalText(audit: Audit, at: Date): string {
  return `${JSON.stringify({ 'assessment-results': assessmentResults(audit, at) }, null, 2)}\n`;
}

function assessmentResults(audit: Audit, at: Date) {
  const moment = at.toISOString();
  const { plan, environment } = audit;
  const digest = createHash('sha256').update(JSON.stringify(audit)).digest('hex');
  const scope = uuidOf(plan, environment, 'scope');
  return {
    uuid: uuidOf(plan, environment, moment, digest),
    metadata: {
      title: oneLine(`Backups of ${audit.title ?? plan}, ${environment}`),
      'last-modified': moment,
      version: digest.slice(0, 12),
      'oscal-version': OSCAL_VERSION,
      remarks: `Made by ${audit.tool} from the synthesised templates and manifests; nothing deployed was looked at.`,
    },
    'import-ap': {
      href: `#${scope}`,
      remarks:
        'There is no assessment plan in OSCAL: the resource says what was examined, and how.',
    },
    results: [result(audit, moment)],
    'back-matter': {
      resources: [
        {
          uuid: scope,
          title: `Plan ${plan}, environment ${environment}`,
          description:
            'Every file listed here was parsed and compared with what the plan promises. The account and its resources were not.',
        },
        ...audit.files.map(({ file, sha256 }) => ({
          uuid: fileUuid(audit, file),
          title: file,
          rlinks: [{ href: file, hashes: [{ algorithm: 'SHA-256', value: sha256 }] }],
        })),
      ],
    },
  };
}

function result(audit: Audit, moment: string) {
  const { plan, environment } = audit;
  const { observations, items } = observationsOf(audit, moment);
  const risks = risksOf(audit);
  return {
    uuid: uuidOf(plan, environment, moment, 'result'),
    title: `Controls that the backups of ${plan} ${environment} contribute to`,
    description: placeText(audit),
    start: moment,
    end: moment,
    ...(items.length > 0 && { 'local-definitions': { 'inventory-items': items } }),
    'reviewed-controls': { 'control-selections': selections(audit) },
    ...(observations.length > 0 && { observations }),
    ...(risks.length > 0 && { risks }),
    findings: audit.controls.map((control) => findingOf(audit, control)),
  };
}

function placeText({ account, replicaAccount, regions, store }: Audit): string {
  if (store) {
    return `Outside of AWS, in ${store.url}, ${store.replica === undefined ? 'not copied' : `copied to ${store.replica}`}.`;
  }
  return `Account ${account}, primary region ${regions.primary}, replica region ${regions.replica}${replicaAccount === undefined ? '' : ` in account ${replicaAccount}`}.`;
}

function selections({ controls }: Audit) {
  const frameworks = [...new Set(controls.map(({ framework }) => framework))];
  return frameworks.map((framework) => ({
    description: framework,
    'include-controls': controls
      .filter((control) => control.framework === framework)
      .map(({ id }) => ({ 'control-id': controlToken(framework, id) })),
  }));
}

/** Titles of OSCAL have no line breaks. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
