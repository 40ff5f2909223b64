import { formatSeconds } from '../plan/values/duration.ts';
import { VERSION } from '../version.ts';
import type { Sample } from './gauges.ts';
import { type ListenAddress, type MetricsServer, serve } from './server.ts';
import { textFormat } from './text-format.ts';
import { Watch, type WatchOptions } from './watch.ts';

/** The port of the pods: of nobody in Prometheus' list of exporters. */
export const EXPORTER_PORT = 9465;

export interface ExporterOptions extends WatchOptions {
  readonly listen: ListenAddress;
  readonly signal: AbortSignal;
  /** Called once, when it can be scraped. */
  readonly onListening: (port: number) => void;
}

/**
 * Tells Prometheus what the store says, until the signal fires. It can be scraped before its first look has ended, so that
 * a store that is away is seen by whoever scrapes.
 * @throws where the address cannot be had
 */
export async function runExporter(options: ExporterOptions): Promise<void> {
  const watch = new Watch(options);
  const server: MetricsServer = await serve({
    listen: options.listen,
    metrics: () => textFormat([...watch.samples(), ...ownSamples(options, watch.started)]),
    unhealthy: () => stuck(watch, options.refreshSeconds),
  });
  options.onListening(server.port);
  try {
    await watch.run(options.signal);
  } finally {
    await server.close();
  }
}

/** Looks at a store that is away end too, so a restart cures what this finds. */
function stuck(watch: Watch, refreshSeconds: number): string | undefined {
  const patience = 3 * refreshSeconds + PATIENCE_SECONDS;
  if (watch.silence <= patience) return undefined;
  return `no look at the store has come to an end for ${formatSeconds(watch.silence)}`;
}

/** A look at many sources takes its time, and a request to a store that is away is repeated. */
const PATIENCE_SECONDS = 900;

function ownSamples({ compiled }: ExporterOptions, started: Date): Sample[] {
  const { plan, environment } = compiled;
  return [
    { gauge: 'info', labels: { plan, environment, version: VERSION }, value: 1 },
    { gauge: 'memory', labels: {}, value: process.memoryUsage.rss() },
    { gauge: 'started', labels: {}, value: started.getTime() / 1000 },
  ];
}
