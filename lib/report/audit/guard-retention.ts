import { CATALOG, DATA, LANDING, RUNS, WAL } from '../../catalog/keys.ts';
import { moveOf } from '../../plan/promised-days.ts';
import type { Storage } from '../../plan/values/retention.ts';

/** A retention class that some row of the matrix promises, or once did. */
export interface KeptClass {
  readonly name: string;
  /** Null = for ever. */
  readonly days: number | null;
  readonly storage: Storage;
  /** Which rows, for messages. */
  readonly promisedTo: readonly string[];
}

const FOLDERS = [CATALOG, DATA, WAL] as const;
type Folder = (typeof FOLDERS)[number];

/**
 * How long one of the two buckets keeps what.
 * @param jobDays how much longer data is kept than the manifest that promises it
 */
export const retentionRules = (
  role: string,
  classes: readonly KeptClass[],
  jobDays: number,
): string[] => [
  ...classes.flatMap((kept) => classRule(role, kept, jobDays)),
  nothingElse(role, classes),
];

/** Rules of a class are judged by the rule for it; all others may end or move no backup. */
function nothingElse(role: string, classes: readonly KeptClass[]): string {
  const below = (kept: readonly KeptClass[]): string[] =>
    kept.length === 0
      ? []
      : [`^(${FOLDERS.join('|')})\\/(${kept.map(({ name }) => name).join('|')})\\/$`];
  const ending = [
    `^(${RUNS}|${LANDING})\\/$`,
    ...below(classes.filter(({ days }) => days !== null)),
  ];
  const [moving] = below(classes.filter(hasRule));
  const rules = `%${role}.Properties.LifecycleConfiguration.Rules`;
  const moves = ['Transitions', 'Transition'].map((name) =>
    moving === undefined
      ? `  ${rules}[*].${name} !exists <<no rule may move backups>>`
      : `  let with_${name} = ${rules}[ ${name} exists ]
  when %with_${name} !empty
  {
    %with_${name}.Prefix == /${moving}/ <<a rule may move one class of backups, and nothing else>>
  }`,
  );
  return `rule ${role}_expires_and_moves_nothing_else when %${role} !empty
{
  let expiring = ${rules}[ ExpirationInDays exists ]
  when %expiring !empty
  {
    %expiring.Prefix == /${ending.join('|')}/
      <<a rule may expire one class of backups that has an end, run records or landed files, and nothing else>>
  }
${moves.join('\n')}
  ${rules}[*].ExpirationDate !exists <<no rule may expire backups on a date>>
  ${rules}[*].Status exists <<every rule must be written out, not chosen on deployment>>
}`;
}

/** A class without an end and without a move has no rule in the template either. */
const hasRule = ({ days, storage }: KeptClass): boolean =>
  days !== null || moveOf({ storage }) !== null;

function classRule(role: string, kept: KeptClass, jobDays: number): string[] {
  if (!hasRule(kept)) return [];
  const { name, days } = kept;
  const clauses = FOLDERS.flatMap((folder) => {
    if (days === null) return folder === DATA ? folderClauses(role, kept, folder, null) : [];
    return folderClauses(role, kept, folder, folder === DATA ? days + jobDays : days);
  });
  return [
    `rule ${role}_keeps_${name.replaceAll('-', '_')} when %${role} !empty
{
${clauses.map((clause) => `  ${clause}`).join('\n')}
}`,
  ];
}

/** A rule for some objects of the folder may do no more than the one for all of it, and does not stand for it. */
function folderClauses(
  role: string,
  { name, storage, promisedTo }: KeptClass,
  folder: Folder,
  days: number | null,
): string[] {
  const prefix = `${folder}/${name}/`;
  const move = folder === DATA ? moveOf({ storage }) : null;
  const rows = promisedTo.join(', ');
  const [every, whole] = [`%${folder}`, `%whole_${folder}`];
  const ends = 'ExpirationInDays exists NoncurrentVersionExpiration.NoncurrentDays exists';
  return [
    `let ${folder} = %${role}.Properties.LifecycleConfiguration.Rules[ Prefix == '${prefix}' ]`,
    `let whole_${folder} = ${every}[ Status == 'Enabled' ${UNLIMITED}${days === null ? '' : ` ${ends}`} ]`,
    `${whole} !empty <<no enabled rule is for all of ${prefix}${days === null ? '' : ' and ends it'}: ${rows}>>`,
    ...(days === null
      ? []
      : [
          `let ending_${folder} = ${every}[ ExpirationInDays exists ]`,
          `%ending_${folder}.ExpirationInDays >= ${days} <<${prefix} must be kept for ${days} days: ${rows}>>`,
        ]),
    ...(move
      ? [
          `${whole}.Transitions[*].StorageClass == '${move.storageClass}' <<${prefix} must move to ${move.storageClass}: ${rows}>>`,
          `${whole}.Transitions[*].TransitionInDays == ${move.afterDays} <<${prefix} must move after ${move.afterDays} days: ${rows}>>`,
        ]
      : [
          `${every}.Transitions !exists <<${prefix} must stay in the standard class: ${rows}>>`,
          `${every}.Transition !exists <<${prefix} must stay in the standard class: ${rows}>>`,
        ]),
  ];
}

const UNLIMITED = 'TagFilters !exists ObjectSizeGreaterThan !exists ObjectSizeLessThan !exists';
