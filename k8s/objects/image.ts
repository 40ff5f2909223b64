import type { CompiledPlan } from '../../lib/plan/compiled.ts';

/**
 * Something with an image, told by its digest if the plan has one for its tag. The tag stays for people to read: what
 * runs pods looks at the digest alone. Images of other repositories stay as they are.
 */
export function pinned<C extends { readonly image?: string | undefined }>(
  { kubernetes }: CompiledPlan,
  container: C,
): C {
  const { image, digests } = kubernetes;
  const prefix = `${image}:`;
  if (!digests || !container.image?.startsWith(prefix)) return container;
  const digest = digests[container.image.slice(prefix.length)];
  return digest === undefined ? container : { ...container, image: `${container.image}@${digest}` };
}
