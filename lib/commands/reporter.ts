import { styleText } from 'node:util';
import type { RunEvent } from '../engines/run.ts';
import { formatBytes } from '../report/format.ts';

/** Progress of long work. Goes to stderr, so that results on stdout stay clean. */
export interface Reporter {
  readonly report: (event: RunEvent) => void;
  /** Ends a progress line that is still being redrawn. */
  end(): void;
}

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Drawn on a terminal, one JSON object a line elsewhere. */
export function reporter(out: Terminal, now: () => Date): Reporter {
  return out.isTTY ? terminalReporter(out) : jsonReporter(out, now);
}

function jsonReporter(out: Terminal, now: () => Date): Reporter {
  // Progress arrives many times a second; a log wants one line a phase and one every ten seconds within it.
  const PROGRESS_EVERY_MS = 10_000;
  let phase = '';
  let last = 0;
  return {
    report: (event) => {
      const at = now();
      const progress = event.bytes !== undefined && event.level === 'info';
      if (progress && event.message === phase && at.getTime() - last < PROGRESS_EVERY_MS) return;
      phase = event.message;
      last = at.getTime();
      const { level, message, bytes, totalBytes, details } = event;
      out.write(
        `${JSON.stringify({ time: at.toISOString(), level, message, bytes, totalBytes, ...details })}\n`,
      );
    },
    end: () => {},
  };
}

function terminalReporter(out: Terminal): Reporter {
  const REDRAW_MS = 100;
  let drawn = '';
  let lastDraw = 0;
  const end = () => {
    if (drawn) out.write('\n');
    drawn = '';
  };
  return {
    report: (event) => {
      const line = `  ${event.message}${progressText(event)}`;
      if (event.level === 'warning') {
        end();
        out.write(`${styleText('yellow', `! ${event.message}`, { stream: process.stderr })}\n`);
        return;
      }
      if (event.bytes === undefined) {
        end();
        out.write(`${line}\n`);
        return;
      }
      const t = performance.now();
      const complete = event.totalBytes !== undefined && event.bytes >= event.totalBytes;
      const samePhase = drawn.startsWith(`  ${event.message}`);
      if (!samePhase) end();
      if (samePhase && !complete && t - lastDraw < REDRAW_MS) return;
      lastDraw = t;
      drawn = line;
      out.write(`\r${line.slice(0, (out.columns ?? 100) - 1)}\u001b[K`);
    },
    end,
  };
}

function progressText(event: RunEvent): string {
  if (event.bytes === undefined) return '';
  if (event.totalBytes === undefined || event.totalBytes === 0)
    return `  ${formatBytes(event.bytes)}`;
  const percent = Math.min(100, Math.floor((event.bytes / event.totalBytes) * 100));
  return `  ${formatBytes(event.bytes)} of ${formatBytes(event.totalBytes)} (${percent} %)`;
}
