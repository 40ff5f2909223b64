/**
 * Argo CD applies lower waves first and waits until they are healthy. The WAL streamer comes before the
 * base backups, because its replication slot must hold WAL before the first of them starts.
 */
export const WAVES = { namespace: -1, policy: 0, streamer: 1, jobs: 2 } as const;

export const wave = (name: keyof typeof WAVES): Record<string, string> => ({
  'argocd.argoproj.io/sync-wave': String(WAVES[name]),
});
