/** Until then a statement has to end; longer than any that pg_dump writes without data. */
const MAX_STATEMENT = 64 * 1024 * 1024;

/** A quoted region, a comment, or a byte that ends a statement. */
const TOKEN = /'|"|--|\/\*|\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$|;/g;

/** Ends of what the token opens; dollar quotes end with themselves. */
const ENDS: Readonly<Record<string, string>> = { "'": "'", '"': '"', '--': '\n', '/*': '*/' };

/**
 * The statements of a script as PostgreSQL's programs write it, with `standard_conforming_strings`: without comments that
 * stand between them, without psql's own commands (lines that begin with a backslash), without the semicolon.
 */
export async function* sqlStatements(script: AsyncIterable<string>): AsyncGenerator<string> {
  let pending = '';
  for await (const piece of script) {
    pending += piece;
    for (;;) {
      const found = firstStatement(pending);
      if (found === undefined) break;
      pending = pending.slice(found.end);
      if (found.statement !== '') yield found.statement;
    }
    if (pending.length > MAX_STATEMENT) throw new RangeError('the script holds no statements');
  }
}

/** Text that arrives in pieces of bytes. */
export async function* decoded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
}

/** Undefined if it is not whole yet. */
function firstStatement(text: string): { statement: string; end: number } | undefined {
  const start = between(text);
  if (start === undefined) return undefined;
  if (start.skipped) return { statement: '', end: start.at };
  for (let at = start.at; ; ) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    if (!token) return undefined;
    const [opened] = token;
    if (opened === ';') {
      return { statement: text.slice(start.at, token.index).trim(), end: TOKEN.lastIndex };
    }
    const end = text.indexOf(ENDS[opened] ?? opened, TOKEN.lastIndex);
    if (end < 0) return undefined;
    at = end + (ENDS[opened] ?? opened).length;
  }
}

/** Where the next statement begins; `skipped`: a line that belongs to none ends there. */
function between(text: string): { at: number; skipped: boolean } | undefined {
  const at = text.search(/\S/);
  if (at < 0) return undefined;
  const lineEnd = text.indexOf('\n', at);
  if (text[at] !== '\\' && !text.startsWith('--', at)) {
    // What may yet become a comment.
    return text[at] === '-' && at === text.length - 1 ? undefined : { at, skipped: false };
  }
  return lineEnd < 0 ? undefined : { at: lineEnd + 1, skipped: true };
}

/** The name that begins at a position of a statement, and where it ends; undefined if none does. */
export function nameAt(text: string, at: number): { name: string; end: number } | undefined {
  const match = /^(?:"((?:[^"]|"")+)"|([^\s"().,;]+))/.exec(text.slice(at));
  if (!match) return undefined;
  return { name: match[1]?.replaceAll('""', '"') ?? match[2] ?? '', end: at + match[0].length };
}

export interface QualifiedName {
  readonly schema: string;
  readonly name: string;
}

/** `"s p".t` at a position of a statement. */
export function qualifiedNameAt(
  text: string,
  at: number,
): (QualifiedName & { readonly end: number }) | undefined {
  const schema = nameAt(text, at);
  if (!schema || text[schema.end] !== '.') return undefined;
  const name = nameAt(text, schema.end + 1);
  return name && { schema: schema.name, name: name.name, end: name.end };
}
