import { createHash } from 'node:crypto';
import type { k8s } from 'cdk8s-plus-28';
import type { CompiledPlan, DerivedSource } from '../../lib/plan/compiled.ts';
import { boundedName } from '../../lib/plan/values/bounded-name.ts';
import { serverNamespace } from '../charts/server-location.ts';

/** Where the server's container sees the settings. */
export const SETTINGS_DIRECTORY = '/etc/tidemark-server';
export const SETTINGS_VOLUME = 'tidemark-settings';

/** Longest name of an object whose name is part of none other. */
const NAME_LIMIT = 253;

interface SettingsMap {
  readonly object: unknown;
  readonly volume: k8s.Volume;
  readonly mount: k8s.VolumeMount;
}

/**
 * Files for the server's container. The name carries a digest of the content: with changed settings the server starts anew,
 * which some of them need.
 */
export function settingsMap(
  compiled: CompiledPlan,
  source: DerivedSource,
  data: Readonly<Record<string, string>>,
): SettingsMap {
  const digest = createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 10);
  const name = boundedName(`tidemark-${source.name}-settings-${digest}`, NAME_LIMIT);
  return {
    object: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name,
        namespace: serverNamespace(compiled, source),
        // Not those by which everything of Tidemark is removed: the server would not start again.
        labels: { 'app.kubernetes.io/managed-by': 'tidemark' },
      },
      immutable: true,
      data,
    },
    volume: { name: SETTINGS_VOLUME, configMap: { name } },
    mount: { name: SETTINGS_VOLUME, mountPath: SETTINGS_DIRECTORY, readOnly: true },
  };
}
