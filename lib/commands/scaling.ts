import type { PostgresqlRun } from '../engines/postgresql/run.ts';
import { memoryName, withScaledDown } from '../lock/workloads.ts';
import { namespaceOfHost } from '../plan/values/server-namespace.ts';
import { InputError } from './input-error.ts';

/**
 * Keeps who writes to the server away while something works: the plan's workloads are scaled down meanwhile.
 * @throws InputError if the plan names none
 */
export function scaling({
  compiled,
  source,
  signal,
  report,
}: PostgresqlRun): <T>(work: () => Promise<T>) => Promise<T> {
  const names = source.settings.load?.scale;
  if (!names) {
    throw new InputError(
      `--scale needs workloads in the plan, such as load: { scale: ['deployment/api'], … } in ${source.name}`,
    );
  }
  const own = compiled.kubernetes.namespace;
  const workloads = {
    namespace: namespaceOfHost(source.settings.server.service, own) ?? own,
    names,
    memory: { namespace: own, name: memoryName(source.name) },
  };
  const tell = (message: string) => report({ level: 'info', message });
  return (work) => withScaledDown(workloads, { signal, tell }, work);
}
