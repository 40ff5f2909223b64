import { Command, InvalidArgumentError } from 'commander';
import { EXPORTER_PORT, runExporter } from '../exporter/exporter.ts';
import type { ListenAddress } from '../exporter/server.ts';
import { lookFailureText } from '../exporter/watch.ts';
import { openStore } from '../stores/open.ts';
import type { Io } from './main.ts';
import { parseDuration, withStore } from './options.ts';
import { compiledPlan, type SourceOptions, sourceOf, storeUrl } from './plan-input.ts';
import { reporter } from './reporter.ts';

/** Where the plan asks for no monitoring, and so names no time. */
const REFRESH_SECONDS = 300;

/** Requests are not repeated for long: the next look is better than a late one, and the metrics say what is the matter. */
const PATIENCE_MS = 20_000;

interface ExporterCommandOptions extends SourceOptions {
  listen: ListenAddress;
  refresh?: number;
}

export function exporterCommand(io: Io): Command {
  return withStore(new Command('exporter'))
    .description('tell Prometheus what the store says, until stopped')
    .option(
      '--listen <address>',
      'address and port, such as 127.0.0.1:9465 or [::1]:9465; :9465 is every address',
      parseListen,
      { host: '127.0.0.1', port: EXPORTER_PORT },
    )
    .option(
      '--refresh <duration>',
      "time between two looks at the store; default: the plan's, else 5m",
      parseDuration,
    )
    .addHelpText(
      'after',
      `
Answers /metrics and /healthz. A scrape never waits for the store: it gets what the last look saw,
and when that was.

Example:
  $ tidemark exporter --plan quickstart --env development --store file:///backups`,
    )
    .action(async (options: ExporterCommandOptions) => {
      const whole = await compiledPlan(options);
      const { source } = options;
      const compiled =
        source === undefined ? whole : { ...whole, sources: [sourceOf(whole, source)] };
      const url = storeUrl(compiled, options.store, io.env);
      const store = await openStore(url, { patienceMs: PATIENCE_MS });
      const { report, end } = reporter(io.stderr, io.now);
      let failing = false;
      try {
        await runExporter({
          store,
          compiled,
          refreshSeconds: options.refresh ?? whole.monitoring?.refreshSeconds ?? REFRESH_SECONDS,
          listen: options.listen,
          signal: io.signal,
          now: io.now,
          onListening: (port) =>
            report({ level: 'info', message: `metrics are at port ${port}, path /metrics` }),
          onLook: (failures) => {
            if (failures.length > 0) {
              report({ level: 'warning', message: lookFailureText(failures) });
            } else if (failing) {
              report({ level: 'info', message: 'every source can be looked at again' });
            }
            failing = failures.length > 0;
          },
        });
      } finally {
        end();
        await store.close();
      }
    });
}

/** `127.0.0.1:9465`, `[::1]:9465`, `:9465`. */
export function parseListen(text: string): ListenAddress {
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9a-f:.]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) {
    throw new InvalidArgumentError(
      'write an address and a port, such as 127.0.0.1:9465, [::1]:9465, or :9465 for every address',
    );
  }
  const host = bracketed ?? plain;
  return host ? { host, port } : { port };
}
