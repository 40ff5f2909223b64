import type { Breach } from './breach.ts';
import { diffLines, type Hunk } from './line-diff.ts';
import type { Place } from './model.ts';
import type { AuditFile, Resource } from './template.ts';

/** Edits with fewer equal lines than this between them are one: replacing a block leaves its brackets standing. */
const SAME_EDIT_LINES = 3;

const REMEDY = 'put the change into the plan and synthesise again, or take it back';

/** An edit, and where it is. */
interface Edit {
  readonly hunk: Hunk;
  readonly place: Place;
  /** The lines that are there. */
  readonly there: readonly string[];
  /** The lines that the plan derives there. */
  readonly missing: string;
  readonly message: string;
}

/**
 * Every line that differs from what the plan derives today, an edit each. An edit that a breach explains is not told
 * twice: the breach says what it means, and the edit where a reviewer should look.
 * @param resources of the files that were found
 * @returns the breaches, and after them the edits that none explains
 */
export function withDrift(
  breaches: readonly Breach[],
  found: readonly AuditFile[],
  derived: readonly AuditFile[],
  resources: readonly Resource[],
): Breach[] {
  const edits = editsOf(found, derived, resources);
  const explains = (breach: Breach, edit: Edit) =>
    isCited(breach, edit) || isLacking(breach, edit) || isEcho(breach, edit);
  return [
    ...breaches.map((breach) => {
      if (edits.some((edit) => isCited(breach, edit))) return breach;
      const edit = edits.find((one) => isLacking(breach, one));
      return edit ? { ...breach, place: edit.place } : breach;
    }),
    ...edits
      .filter((edit) => !breaches.some((breach) => explains(breach, edit)))
      .map(({ place, message }) => ({ place, message, remedy: REMEDY })),
  ];
}

function editsOf(
  found: readonly AuditFile[],
  derived: readonly AuditFile[],
  resources: readonly Resource[],
): Edit[] {
  const names = [...new Set([...derived, ...found].map(({ file }) => file))].sort();
  return names.flatMap((name) => {
    const [is, should] = [found, derived].map((files) => files.find(({ file }) => file === name));
    const lines = (file: AuditFile | undefined): readonly string[] => file?.text.split('\n') ?? [];
    if (!is || !should) {
      const [hunk] = diffLines(lines(is), lines(should));
      const message = is ? `${name} is not derived from the plan` : `${name} is missing`;
      const place = { file: name, line: 1, resource: '' };
      const texts = { there: lines(is), missing: should?.text ?? '' };
      return hunk ? [{ hunk, place, ...texts, message }] : [];
    }
    if (is.text === should.text) return [];
    const here = resources.filter(({ file }) => file === name);
    const edits = editsIn(name, lines(is), lines(should), here);
    const converted = is.text.replaceAll('\r\n', '\n') === should.text;
    return converted ? edits.map((edit) => ({ ...edit, message: CONVERTED })) : edits;
  });
}

const CONVERTED =
  'every line ends with CR LF where the plan derives LF, and nothing else differs: something converts the files, such as core.autocrlf of git';

function editsIn(
  file: string,
  found: readonly string[],
  derived: readonly string[],
  resources: readonly Resource[],
): Edit[] {
  return joined(diffLines(found, derived)).map((hunk) => {
    const line = hunk.found[0] + 1;
    const resource = resources.find(
      ({ whole }) => whole.place.line <= line && line <= whole.lastLine,
    );
    return {
      hunk,
      place: { file, line, resource: resource?.id ?? '' },
      there: found.slice(...hunk.found),
      missing: derived.slice(...hunk.derived).join('\n'),
      message: messageOf(hunk, found, derived),
    };
  });
}

/** The breach is about a line of the edit. */
const isCited = ({ place }: Breach, { place: { file }, hunk: { found } }: Edit): boolean =>
  place?.file === file && found[0] < place.line && place.line <= found[1];

/** The breach is about something that only the derived lines have. */
const isLacking = ({ place, lacks }: Breach, edit: Edit): boolean =>
  lacks !== undefined &&
  (place === null || place.file === edit.place.file) &&
  lacks.from <= edit.place.line &&
  edit.place.line <= lacks.to &&
  edit.missing.includes(lacks.text);

const isEcho = ({ echo }: Breach, { there }: Edit): boolean =>
  echo !== undefined && there.length > 0 && there.every((line) => line.includes(echo));

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

function messageOf(
  { found: [from, to], derived: range }: Hunk,
  found: readonly string[],
  derived: readonly string[],
): string {
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
