import { COLOURS } from '../../../../../lib/report/audit/html/style/colours.ts';

type Palette = Readonly<Record<string, string>>;

function palette(block: string): Palette {
  return Object.fromEntries(
    [...block.matchAll(/--([a-z-]+): (#[0-9a-f]{3,6});/g)].map(([, name, colour]) => [
      name,
      colour,
    ]),
  );
}

const BLOCKS = COLOURS.split('@media').map(palette);

function luminance(colour: string): number {
  const hex = colour.length === 4 ? colour.replace(/[0-9a-f]/g, '$&$&') : colour;
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe.each([
  ['light', BLOCKS[0]],
  ['dark', BLOCKS[1]],
  ['printed', BLOCKS[2]],
])('%s colours', (_, colours = {}) => {
  const of = (name: string) => colours[name] ?? 'none';

  test.each(['paper', 'wash', 'bad-wash'])('of text can be read on %s', (ground) => {
    for (const text of ['ink', 'quiet', 'tide', 'ok', 'warn', 'bad']) {
      expect([text, contrast(of(text), of(ground)) >= 4.5]).toEqual([text, true]);
    }
  });

  test('of recovery points can be told from the paper', () => {
    expect(contrast(of('tide'), of('paper'))).toBeGreaterThan(3);
    expect(contrast(of('tide'), of('tide-faint'))).toBeGreaterThan(2);
  });
});
