import { shown } from '../../shown.ts';

/** Text that is HTML already. Only {@link html} and {@link trusted} make it. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Piece = Markup | string | number | null | readonly Piece[];

/** Builds HTML; whatever is not markup itself is escaped, so that no name from a plan can become a tag. */
export function html(literals: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(
    literals.reduce((text, literal, i) => `${text}${rendered(pieces[i - 1] ?? null)}${literal}`),
  );
}

/** For text of our own alone, such as the style sheet. */
export const trusted = (text: string): Markup => new Markup(text);

/** Pieces with something between them. */
export function separated(pieces: readonly Piece[], separator: Piece): Piece {
  return pieces.map((piece, i) => (i === 0 ? piece : [separator, piece]));
}

function rendered(piece: Piece): string {
  if (piece === null) return '';
  if (piece instanceof Markup) return piece.text;
  if (typeof piece === 'string') return escaped(piece);
  if (typeof piece === 'number') return String(piece);
  return piece.map(rendered).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return shown(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
