import { type Document, isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml';
import type { Place } from './model.ts';

/** Offset of the first character, of the one after the value, and of the one after what follows it on the line. */
type Span = readonly [number, number];

/** What every value of one document shares. */
interface Origin {
  readonly file: string;
  readonly resource: string;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  /** Line of the file before the document's first one; 0 unless it is a text within another document. */
  readonly offset: number;
}

/** A value of a file that knows where it is written, so that what is said about it can cite file and line. */
export class Located {
  private readonly origin: Origin;
  private readonly node: Node | null;
  private readonly span: Span;

  /** @param span from the key, where the value has one, to the end of the value */
  constructor(origin: Origin, node: Node | null, span: Span) {
    this.origin = origin;
    this.node = node;
    this.span = span;
  }

  /** Where it begins: at its key, where it has one. */
  get place(): Place {
    const { file, resource } = this.origin;
    return { file, line: this.lineAt(this.span[0]), resource };
  }

  /** Of the value's last character, counted from 1. */
  get lastLine(): number {
    return this.lineAt(Math.max(this.span[0], this.span[1] - 1));
  }

  /** As plain data. */
  get value(): unknown {
    return this.node?.toJS(this.origin.document) ?? null;
  }

  /** What a path leads to; undefined where the file says nothing there. */
  get(...path: readonly (string | number)[]): Located | undefined {
    let at: Located | undefined = this;
    for (const key of path) at = typeof key === 'number' ? at?.items()[key] : at?.member(key);
    return at;
  }

  /** Of a list; empty for anything else. */
  items(): Located[] {
    if (!isSeq<Node>(this.node)) return [];
    return this.node.items.map((item) => this.child(item, spanOf(item)));
  }

  /** Of a mapping; empty for anything else. */
  entries(): [string, Located][] {
    if (!isMap<Node, Node | null>(this.node)) return [];
    return this.node.items.map(({ key, value }) => [
      isScalar(key) ? String(key.value) : '',
      this.child(value, [spanOf(key)[0], value ? spanOf(value)[1] : spanOf(key)[1]]),
    ]);
  }

  text(...path: readonly (string | number)[]): string | undefined {
    const value = this.get(...path)?.value;
    return typeof value === 'string' ? value : undefined;
  }

  number(...path: readonly (string | number)[]): number | undefined {
    const value = this.get(...path)?.value;
    return typeof value === 'number' ? value : undefined;
  }

  /** The same value, as part of a resource. */
  of(resource: string): Located {
    return new Located({ ...this.origin, resource }, this.node, this.span);
  }

  private lineAt(offset: number): number {
    return this.origin.offset + this.origin.lines.linePos(offset).line;
  }

  private member(key: string): Located | undefined {
    return this.entries().find(([name]) => name === key)?.[1];
  }

  private child(node: Node | null, span: Span): Located {
    return new Located(this.origin, node, span);
  }
}

export function spanOf(node: Node): Span {
  const [from, to] = node.range ?? [0, 0];
  return [from, to];
}
