import type { QualifiedName } from './sql-statements.ts';
import { nameAt, qualifiedNameAt } from './sql-statements.ts';

const END = Buffer.from('\n\\.\n');

/** The rows of one table as an archive holds them. */
export interface TableData {
  readonly table: QualifiedName;
  readonly columns: readonly string[];
  /** The server's name of the rows' encoding, such as `UTF8`. */
  readonly encoding: string;
  /** In COPY's text format. Has to be read to its end before the next one is asked for. */
  readonly rows: AsyncIterable<Uint8Array>;
}

/** Takes the rows of one table after the other out of what `pg_restore -f -` writes. Holds no more than a chunk. */
export async function* readTableData(script: AsyncIterable<Uint8Array>): AsyncGenerator<TableData> {
  const input = new Input(script);
  let encoding = 'UTF8';
  for (;;) {
    const line = await input.line();
    if (line === undefined) return;
    encoding = /^SET client_encoding = '(\w+)';$/.exec(line)?.[1] ?? encoding;
    const found = copyLine(line);
    if (found) yield { ...found, encoding, rows: input.rows() };
  }
}

/** `COPY "s p".t (id, "a b") FROM stdin;` */
function copyLine(line: string): Pick<TableData, 'table' | 'columns'> | undefined {
  const PREFIX = 'COPY ';
  if (!line.startsWith(PREFIX) || !line.endsWith(' FROM stdin;')) return undefined;
  const name = qualifiedNameAt(line, PREFIX.length);
  if (!name || !line.startsWith(' (', name.end)) return undefined;
  const columns: string[] = [];
  for (let at = name.end + 2; ; ) {
    const column = nameAt(line, at);
    if (!column) return undefined;
    columns.push(column.name);
    if (line.startsWith(')', column.end)) break;
    at = column.end + 2;
  }
  return { table: { schema: name.schema, name: name.name }, columns };
}

class Input {
  readonly #source: AsyncIterator<Uint8Array>;
  /** What was read and not handed out. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Undefined at the end. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf(0x0a);
      if (end >= 0) {
        const line = this.#rest.toString('utf8', 0, end);
        this.#rest = this.#rest.subarray(end + 1);
        return line;
      }
      if (!(await this.#more())) return undefined;
    }
  }

  /** Up to the line that ends them. @throws RangeError if it does not come */
  async *rows(): AsyncGenerator<Uint8Array> {
    // The end is a line of its own: also directly behind the line that announces the rows.
    this.#rest = Buffer.concat([Buffer.from('\n'), this.#rest]);
    let first = 1;
    for (;;) {
      const end = this.#rest.indexOf(END);
      if (end >= 0) {
        const rows = this.#rest.subarray(first, end + 1);
        this.#rest = this.#rest.subarray(end + END.length);
        if (rows.length > 0) yield rows;
        return;
      }
      const safe = this.#rest.length - END.length + 1;
      if (safe > first) {
        yield this.#rest.subarray(first, safe);
        this.#rest = this.#rest.subarray(safe);
        first = 0;
      }
      if (!(await this.#more())) throw new RangeError('the rows of a table do not end');
    }
  }

  async #more(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done) return false;
    this.#rest = Buffer.concat([this.#rest, next.value]);
    return true;
  }
}
