import type { Audit } from '../../../audit/model.ts';
import { html, type Markup } from './markup.ts';

/** The exhibits: what was read, with digests to tell whether it is still the same. */
export function filesSection({ files }: Audit): Markup {
  if (files.length === 0) return html`<p>No file was read.</p>\n`;
  return html`<p class="lead">Everything above was read from these files. <code>sha256sum</code> tells whether a file is still the one that was audited.</p>
<ol class="files">
${files.map(
  (
    { file, sha256 },
    i,
  ) => html`<li id="file-${i + 1}"><span class="exhibit">F${i + 1}</span> <span class="file">${file}</span> <code class="digest">${sha256}</code></li>
`,
)}</ol>
`;
}
