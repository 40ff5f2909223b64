import { PassThrough } from 'node:stream';
import { narrator } from '../../../lib/rehearsal/narrator.ts';

/** What a narrator writes to a terminal, or to something else. */
function tell(isTTY: boolean, story: (n: ReturnType<typeof narrator>) => void): string {
  const out = Object.assign(new PassThrough(), { isTTY, columns: 60 });
  const narration = narrator(out);
  story(narration);
  narration.end();
  return String(out.read() ?? '');
}

const progress = ({ report }: ReturnType<typeof narrator>) => {
  for (const bytes of [1024, 2048, 4096]) {
    report({ level: 'info', message: 'fetching', bytes, totalBytes: 4096 });
  }
  report({ level: 'warning', message: 'slow' });
  report({ level: 'info', message: 'done' });
};

describe('narrator', () => {
  test('writes each step once where there is no terminal', () => {
    expect(tell(false, progress)).toBe('  fetching\n  ! slow\n  done\n');
  });

  test('redraws a step with its progress on a terminal', () => {
    const text = tell(true, progress);
    expect(text).toMatch(/^\r {2}fetching {2}1\.0 KiB of 4\.0 KiB/);
    expect(text).toMatch(/fetching {2}4\.0 KiB of 4\.0 KiB[^\n]*\n {2}[^\n]*! slow/);
    expect(text.endsWith('\n')).toBe(true);
  });

  test('keeps a line shorter than the terminal is wide', () => {
    const text = tell(true, ({ report }) => report({ level: 'info', message: 'x'.repeat(200) }));
    expect(text.replaceAll(/[^x]/g, '').length).toBeLessThan(60);
  });
});
