import { createHash } from 'node:crypto';
import { SIGNS } from './mark.ts';
import { html, type Markup, trusted } from './markup.ts';
import { styleSheet } from './style/style.ts';

export interface Section {
  readonly id: string;
  readonly heading: string;
  readonly body: Markup;
}

interface Page {
  readonly title: string;
  readonly opening: Markup;
  readonly sections: readonly Section[];
}

/** The document around the sections. Its policy lets a browser apply its own style and load nothing at all. */
export function page({ title, opening, sections }: Page): string {
  const style = styleSheet(title);
  const digest = createHash('sha256').update(style).digest('base64');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Backup audit of ${title}</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the details</a>
${SIGNS}
${opening}<nav class="contents" aria-label="Contents">
<ul>
${sections.map(({ id, heading }) => html`<li><a href="#${id}">${heading}</a></li>\n`)}</ul>
</nav>
<main id="main">
${sections.map(
  ({ id, heading, body }) => html`<section class="section section-${id}" aria-labelledby="${id}">
<h2 id="${id}">${heading}</h2>
${body}</section>
`,
)}</main>
</body>
</html>
`.text;
}
