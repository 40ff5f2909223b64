import { styleText } from 'node:util';
import type { RunEvent } from '../engines/run.ts';
import { formatBytes } from '../report/format.ts';

type Terminal = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

interface Narrator {
  readonly report: (event: RunEvent) => void;
  /** Ends the line that is being redrawn. */
  end(): void;
}

const REDRAW_MS = 80;

/** Tells a story of several steps: a line each, redrawn with its progress and time on a terminal. */
export function narrator(out: Terminal): Narrator {
  let step = '';
  let began = 0;
  let drawnAt = 0;
  let open = false;

  const end = () => {
    if (open) out.write('\n');
    open = false;
    step = '';
  };

  const report = (event: RunEvent) => {
    if (event.level === 'warning') {
      end();
      out.write(`  ${styleText('yellow', `! ${event.message}`, { stream: out })}\n`);
      return;
    }
    const isNew = event.message !== step;
    if (isNew) {
      end();
      step = event.message;
      began = performance.now();
      drawnAt = 0;
    }
    if (!out.isTTY) {
      if (isNew) out.write(`  ${step}\n`);
      return;
    }
    const now = performance.now();
    const complete = event.bytes !== undefined && event.bytes === event.totalBytes;
    if (!isNew && !complete && now - drawnAt < REDRAW_MS) return;
    drawnAt = now;
    open = true;
    out.write(
      `\r  ${`${step}${progress(event, now - began)}`.slice(0, (out.columns ?? 80) - 3)}\u001b[K`,
    );
  };
  return { report, end };
}

function progress({ bytes, totalBytes }: RunEvent, milliseconds: number): string {
  if (bytes === undefined) return '';
  const done = formatBytes(bytes);
  const all = totalBytes === undefined ? '' : ` of ${formatBytes(totalBytes)}`;
  return `  ${done}${all}  ${(milliseconds / 1000).toFixed(1)} s`;
}
