import { k8s } from 'cdk8s-plus-28';

export const port = (number: number, protocol: 'TCP' | 'UDP' = 'TCP'): k8s.NetworkPolicyPort => ({
  port: k8s.IntOrString.fromNumber(number),
  protocol,
});

export const inNamespace = (namespace: string): k8s.NetworkPolicyPeer => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
});

export const inRange = (cidr: string): k8s.NetworkPolicyPeer => ({ ipBlock: { cidr } });
