/** Throws an error that says what is wrong; what is returned does not matter. */
type Check<Subject> = (cell: string, subject: Subject) => unknown;

/**
 * Holds every cell of a quoted table against a plan, and reports what is wrong: what a check throws, and each row,
 * column or subject that the other side does not know.
 * @param subjects what the rows are about, by the first cell
 * @param checks what the cells below each of the other headers mean
 */
export function readTable<Subject>(
  quote: string,
  subjects: Readonly<Record<string, Subject>>,
  checks: Readonly<Record<string, Check<Subject>>>,
): string[] {
  const [headers = [], , ...rows] = linesOf(quote).map(cellsOf);
  const known = [
    ...same('columns', headers.slice(1), Object.keys(checks)),
    ...same(
      'rows',
      rows.map(([name = '']) => name),
      Object.keys(subjects),
    ),
  ];
  if (known.length > 0) return known;
  return rows.flatMap(([name = '', ...cells]) =>
    Object.entries(checks).flatMap(([header, check], index) =>
      problem(`${name}, ${header}`, () => check(cells[index] ?? '', subjects[name] as Subject)),
    ),
  );
}

/**
 * The same for quoted lines.
 * @param meanings by the line, with `#` for each of its numbers; a check gets the numbers of every line of its kind
 */
export function readLines(
  quote: string,
  meanings: Readonly<Record<string, (...numbers: number[]) => unknown>>,
): string[] {
  const lines = linesOf(quote).map((line) => ({ line, ...split(line) }));
  const known = same('lines', [...new Set(lines.map(({ words }) => words))], Object.keys(meanings));
  if (known.length > 0) return known;
  return lines.flatMap(({ line, words, numbers }) =>
    problem(line, () => meanings[words]?.(...numbers)),
  );
}

/** `Every 15 minutes` → `Every # minutes` and 15. */
export function split(text: string): { words: string; numbers: number[] } {
  return {
    words: text.replaceAll(/\d+/g, '#'),
    numbers: (text.match(/\d+/g) ?? []).map(Number),
  };
}

/**
 * Every change of a single digit of the quotes that `read` finds nothing wrong with.
 * @throws Error where something is wrong without a change, because nothing could be concluded then
 */
export function unnoticed<Quotes extends Record<string, string>>(
  quotes: Quotes,
  read: (quotes: Quotes) => string[],
): string[] {
  expectSame('what is wrong', read(quotes), []);
  return Object.entries(quotes).flatMap(([name, quote]) =>
    [...quote.matchAll(/\d/g)].flatMap(({ 0: digit, index }) =>
      [...'0123456789']
        .filter((other) => other !== digit)
        .map((other) => quote.slice(0, index) + other + quote.slice(index + 1))
        .filter((changed) => read({ ...quotes, [name]: changed }).length === 0)
        .map((changed) => changed.slice(changed.lastIndexOf('\n', index) + 1).replace(/\n.*/s, '')),
    ),
  );
}

/** @throws Error where the plan has something else than the guide says */
export function expectSame(what: string, planned: unknown, guide: unknown): void {
  const [a, b] = [JSON.stringify(planned), JSON.stringify(guide)];
  if (a !== b) throw new Error(`${what} is ${a} in the plan and ${b} in the guide`);
}

const linesOf = (quote: string): string[] =>
  quote
    .trim()
    .split('\n')
    .map((line) => line.trim());

const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.replaceAll('**', '').trim());

function same(what: string, found: readonly string[], known: readonly string[]): string[] {
  return problem(what, () => expectSame(what, [...known].sort(), [...found].sort()));
}

function problem(where: string, check: () => unknown): string[] {
  try {
    check();
    return [];
  } catch (error) {
    return [`${where}: ${(error as Error).message}`];
  }
}
