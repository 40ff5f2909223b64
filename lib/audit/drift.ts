import type { Breach } from './breach.ts';
import { diffLines, type Hunk } from './line-diff.ts';
import type { AuditFile, Resource } from './template.ts';

/** Edits with fewer equal lines than this between them are one: replacing a block leaves its brackets standing. */
const SAME_EDIT_LINES = 3;

const REMEDY = 'put the change into the plan and synthesise again, or take it back';

/**
 * Every line that differs from what the plan derives today, an edit each. Edits that a breach already explains are left
 * out: that breach says what they mean.
 * @param resources of the files that were found
 */
export function checkDrift(
  found: readonly AuditFile[],
  derived: readonly AuditFile[],
  resources: readonly Resource[],
  breaches: readonly Breach[],
): Breach[] {
  const names = [...new Set([...derived, ...found].map(({ file }) => file))].sort();
  return names.flatMap((name) => {
    const [is, should] = [found, derived].map((files) => files.find(({ file }) => file === name));
    const whole = (message: string): Breach[] => [
      { place: { file: name, line: 1, resource: '' }, message, remedy: REMEDY },
    ];
    if (!is) return whole(`${name} is missing; the plan derives it`);
    if (!should) return whole(`${name} is not derived from the plan`);
    const here = resources.filter(({ file }) => file === name);
    return checkFile(is, should, here, breaches);
  });
}

function checkFile(
  is: AuditFile,
  should: AuditFile,
  resources: readonly Resource[],
  breaches: readonly Breach[],
): Breach[] {
  if (is.text === should.text) return [];
  const [found, derived] = [is.text.split('\n'), should.text.split('\n')];
  return joined(diffLines(found, derived)).flatMap((hunk) => {
    const line = hunk.found[0] + 1;
    const resource = resources.find(
      ({ whole }) => whole.place.line <= line && line <= whole.lastLine,
    );
    const place = { file: is.file, line, resource: resource?.id ?? '' };
    const missing = derived.slice(...hunk.derived).join('\n');
    if (breaches.some((breach) => explains(breach, hunk, place, missing))) return [];
    return [{ place, message: messageOf(hunk, found, derived), remedy: REMEDY }];
  });
}

function joined(hunks: readonly Hunk[]): Hunk[] {
  const edits: Hunk[] = [];
  for (const hunk of hunks) {
    const last = edits.at(-1);
    if (last && hunk.found[0] - last.found[1] < SAME_EDIT_LINES) {
      edits[edits.length - 1] = {
        found: [last.found[0], hunk.found[1]],
        derived: [last.derived[0], hunk.derived[1]],
      };
    } else edits.push(hunk);
  }
  return edits;
}

/** A breach cites a line of the edit, or tells of something that only the derived lines have. */
function explains(
  { place, lacks }: Breach,
  { found }: Hunk,
  at: { readonly file: string; readonly resource: string },
  missing: string,
): boolean {
  if (place?.file !== at.file) return false;
  if (found[0] < place.line && place.line <= found[1]) return true;
  const line = found[0] + 1;
  return (
    lacks !== undefined && lacks.from <= line && line <= lacks.to && missing.includes(lacks.text)
  );
}

function messageOf(
  { found: [from, to], derived: range }: Hunk,
  found: string[],
  derived: string[],
) {
  const [is, should] = [excerpt(found.slice(from, to)), excerpt(derived.slice(...range))];
  const lines = to - from > 1 ? `lines ${from + 1} to ${to} differ` : `line ${from + 1} differs`;
  if (from === to) {
    const count = range[1] - range[0];
    return `before line ${from + 1} ${count === 1 ? 'a line is' : `${count} lines are`} missing that the plan derives: ${should}`;
  }
  if (range[0] === range[1]) {
    return `${lines.replace(/differs?$/, to - from > 1 ? 'are' : 'is')} not derived from the plan: ${is}`;
  }
  return `${lines} from what the plan derives: found ${is}, derived ${should}`;
}

const LONGEST_EXCERPT = 160;

/** The lines as one, short enough to be read in a terminal. */
function excerpt(lines: readonly string[]): string {
  const text = lines.map((line) => line.trim().replace(/,$/, '')).join(' ');
  return text.length <= LONGEST_EXCERPT ? text : `${text.slice(0, LONGEST_EXCERPT - 1)}…`;
}
