import type { CompiledPlan } from '../../lib/plan/compiled.ts';

/**
 * Something with an image, told by its digest if the plan has one for its tag, or for its whole name where it is of another
 * repository. The tag stays for people to read: what runs pods looks at the digest alone.
 */
export function pinned<C extends { readonly image?: string | undefined }>(
  { kubernetes }: CompiledPlan,
  container: C,
): C {
  const { image, digests } = kubernetes;
  const prefix = `${image}:`;
  if (!digests || container.image === undefined) return container;
  const own = container.image.startsWith(prefix);
  const digest = digests[own ? container.image.slice(prefix.length) : container.image];
  return digest === undefined ? container : { ...container, image: `${container.image}@${digest}` };
}
