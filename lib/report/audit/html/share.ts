import { html, type Piece } from './markup.ts';

/** A bar for how much of what is allowed was used; none where one of them is unknown. Seconds. */
export function share(used: number, allowed: number, of: string): Piece {
  if (allowed === 0 || used === 0 || !Number.isFinite(used)) return null;
  const percent = Math.round((used / allowed) * 100);
  const width = Math.min(100, percent);
  return html`<svg class="share ${used > allowed ? 'over' : 'within'}" role="img" aria-label="${percent} % ${of}" width="100%" height="4"><rect class="whole" width="100%" height="4"/><rect class="part" width="${width}%" height="4"/></svg>`;
}
