import type { Audit, Place } from '../../../audit/model.ts';
import { html, type Markup } from './markup.ts';

/** Refers to the files that were read, as exhibits: `F2`, in the order of the audit. */
export class Exhibits {
  readonly #numbers: ReadonlyMap<string, number>;

  constructor(files: Audit['files']) {
    this.#numbers = new Map(files.map(({ file }, i) => [file, i + 1]));
  }

  /** `F2, line 40`, for where room is short; the list of files has the names. */
  short({ file, line, resource }: Place): Markup {
    const number = this.#numbers.get(file);
    if (number === undefined) return this.full({ file, line, resource });
    return html`<a class="place" href="#file-${number}" title="${resource} in ${file}">F${number}:${line}</a>`;
  }

  /** `aws/shop.template.json:40`, as an editor or a terminal opens it. */
  full({ file, line }: Place): Markup {
    return html`<span class="place">${file}:${line}</span>`;
  }
}
