import { k8s } from 'cdk8s-plus-28';
import type { Size } from '../../lib/plan/values/size.ts';
import type { PodNeeds } from './pod.ts';

interface Scratch {
  readonly name: string;
  readonly size: Size;
  /** @default the cluster's default class */
  readonly storageClass?: string | undefined;
  readonly mountPath: string;
}

/** A volume of the pod's own, which is made for it and goes with it. */
export const scratchVolume = ({
  name,
  size,
  storageClass,
  mountPath,
}: Scratch): NonNullable<PodNeeds['volumes']>[number] => ({
  name,
  ephemeral: {
    volumeClaimTemplate: {
      spec: {
        accessModes: ['ReadWriteOnce'],
        ...(storageClass !== undefined && { storageClassName: storageClass }),
        // Kubernetes writes `GiB` as `Gi`.
        resources: { requests: { storage: k8s.Quantity.fromString(size.replace(/B$/, '')) } },
      },
    },
  },
  mountPath,
  readOnly: false,
});
