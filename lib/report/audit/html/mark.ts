import { html, type Markup, trusted } from './markup.ts';

/** How something stands. Each has a shape of its own, so that colour is never the only sign. */
export type Standing = 'ok' | 'bad' | 'warn' | 'accepted' | 'none';

const SHAPES: Readonly<Record<Standing, string>> = {
  ok: 'M2.5 6.5 5 9l4.5-6',
  bad: 'M3 3l6 6M9 3l-6 6',
  warn: 'M6 2v5M6 9.4v.2',
  accepted: 'M6 2.5a3.5 3.5 0 1 0 .01 0z',
  none: 'M3 6h6',
};

/** A sign and its word: `✓ kept`. */
export function mark(standing: Standing, word: string): Markup {
  return html`<span class="mark ${standing}"><svg aria-hidden="true" class="sign"><use href="#sign-${standing}"/></svg>${word}</span>`;
}

/** The shapes that {@link mark} refers to; once in the page. */
export const SIGNS: Markup = trusted(
  `<svg class="signs" aria-hidden="true" focusable="false">${Object.entries(SHAPES)
    .map(
      ([name, path]) =>
        `<symbol id="sign-${name}" viewBox="0 0 12 12"><path d="${path}" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"/></symbol>`,
    )
    .join('')}</svg>`,
);
