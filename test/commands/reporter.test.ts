import { reporter } from '../../lib/commands/reporter.ts';

function sink(isTTY: boolean) {
  let text = '';
  return {
    isTTY,
    columns: 60,
    write: (chunk: string) => {
      text += chunk;
    },
    text: () => text,
  };
}

describe('elsewhere than on a terminal', () => {
  test('every event is one JSON object a line', () => {
    const out = sink(false);
    const { report } = reporter(out, () => new Date(0));
    report({ level: 'warning', message: 'slot lost', details: { slot: 's' } });
    expect(JSON.parse(out.text())).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      level: 'warning',
      message: 'slot lost',
      slot: 's',
    });
  });

  test('progress within a phase is thinned out, warnings never are', () => {
    const out = sink(false);
    let seconds = 0;
    const { report } = reporter(out, () => new Date(seconds * 1000));
    for (; seconds < 25; seconds++) report({ level: 'info', message: 'base', bytes: seconds });
    report({ level: 'warning', message: 'slow', bytes: 1 });
    report({ level: 'warning', message: 'slow', bytes: 2 });
    expect(out.text().trim().split('\n')).toHaveLength(5);
  });
});

describe('on a terminal', () => {
  test('progress redraws its line and a warning keeps its own', () => {
    const out = sink(true);
    const { report, end } = reporter(out, () => new Date());
    report({ level: 'info', message: 'base', bytes: 1024, totalBytes: 4096 });
    report({ level: 'info', message: 'base', bytes: 4096, totalBytes: 4096 });
    report({ level: 'warning', message: 'slow' });
    end();
    expect(out.text()).toContain('\r  base  1.0 KiB of 4.0 KiB (25 %)');
    expect(out.text()).toContain('(100 %)\u001b[K\n');
    expect(out.text()).toMatch(/! slow/);
  });

  test('no line is longer than the terminal', () => {
    const out = sink(true);
    const { report } = reporter(out, () => new Date());
    report({ level: 'info', message: 'x'.repeat(200), bytes: 1 });
    for (const line of out
      .text()
      .replaceAll('\u001b[K', '')
      .split(/[\r\n]/)) {
      expect(line.length).toBeLessThan(60);
    }
  });
});
