import { CATALOG, DATA, LANDING, RUNS, WAL } from '../../catalog/keys.ts';
import { COLD } from '../../storage/promised-days.ts';

/** A retention class that some row of the matrix promises, or once did. */
export interface KeptClass {
  readonly name: string;
  /** Null = for ever. */
  readonly days: number | null;
  readonly cold: boolean;
  /** Which rows, for messages. */
  readonly promisedTo: readonly string[];
}

const FOLDERS = [CATALOG, DATA, WAL].join('|');

/** How long one of the two buckets keeps what. */
export function retentionRules(role: string, classes: readonly KeptClass[]): string[] {
  const ending = classes.filter(({ days }) => days !== null).map(({ name }) => name);
  const backups = ending.length === 0 ? '' : `|^(${FOLDERS})\\/(${ending.join('|')})\\/$`;
  const known = `/^(${RUNS}|${LANDING})\\/$${backups}/`;
  return [
    ...classes.flatMap((kept) => classRule(role, kept)),
    `rule ${role}_expires_nothing_else when %${role} !empty
{
  let expiring = %${role}.Properties.LifecycleConfiguration.Rules[ ExpirationInDays exists ]
  when %expiring !empty
  {
    %expiring.Prefix == ${known}
      <<a rule may expire one class of backups that has an end, run records or landed files, and nothing else>>
  }
  %${role}.Properties.LifecycleConfiguration.Rules[*].ExpirationDate !exists
    <<no rule may expire backups on a date>>
}`,
  ];
}

/** Absent for a class without an end and without a move, which has no rule in the template either. */
function classRule(role: string, { name, days, cold, promisedTo }: KeptClass): string[] {
  if (days === null && !cold) return [];
  const folders = days === null ? DATA : FOLDERS;
  const rows = promisedTo.join(', ');
  const clauses = [
    `%rules !empty <<no rule is for class ${name}: ${rows}>>`,
    `%rules.Status == 'Enabled' <<the rules of class ${name} must be enabled: ${rows}>>`,
    ...(days === null
      ? []
      : [
          `%rules.ExpirationInDays >= ${days} <<class ${name} must be kept for ${days} days: ${rows}>>`,
          `%rules.NoncurrentVersionExpiration.NoncurrentDays exists <<class ${name} must end: ${rows}>>`,
        ]),
    cold
      ? `some %rules.Transitions[*].StorageClass == '${COLD.storageClass}' <<class ${name} must move to ${COLD.storageClass}: ${rows}>>`
      : `%rules.Transitions !exists <<class ${name} must stay in the standard class: ${rows}>>`,
  ];
  return [
    `rule ${role}_keeps_${name.replaceAll('-', '_')} when %${role} !empty
{
  let rules = %${role}.Properties.LifecycleConfiguration.Rules[ Prefix == /^(${folders})\\/${name}\\/$/ ]
${clauses.map((clause) => `  ${clause}`).join('\n')}
}`,
  ];
}
