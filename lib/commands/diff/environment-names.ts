/** The environments of a plan as it was loaded, unchecked. A plan without any has the same findings in whatever one. */
export function environmentNames(plan: unknown): string[] {
  const found =
    typeof plan === 'object' && plan !== null && 'environments' in plan ? plan.environments : null;
  const names = typeof found === 'object' && found !== null ? Object.keys(found) : [];
  return names.length > 0 ? names : ['production'];
}
