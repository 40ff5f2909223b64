import { GAUGES, type GaugeName, type Sample } from './gauges.ts';

/** Media type of what `textFormat` returns, https://prometheus.io/docs/instrumenting/exposition_formats/. */
export const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';

/** Samples as Prometheus reads them: grouped by gauge, in the order of GAUGES, each group in the order given. */
export function textFormat(samples: readonly Sample[]): string {
  const groups = Map.groupBy(samples, ({ gauge }) => gauge);
  return (Object.keys(GAUGES) as GaugeName[])
    .flatMap((gauge) => {
      const group = groups.get(gauge);
      const { name, help } = GAUGES[gauge];
      return group ? [`# HELP ${name} ${help}.`, `# TYPE ${name} gauge`, ...group.map(line)] : [];
    })
    .map((text) => `${text}\n`)
    .join('');
}

function line({ gauge, labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([name, text]) => `${name}="${escaped(text)}"`);
  const set = pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
  return `${GAUGES[gauge].name}${set} ${value}`;
}

const escaped = (text: string): string =>
  text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
