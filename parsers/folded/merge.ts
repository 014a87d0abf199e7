export function addAll(to: Map<string, number>, from: ReadonlyMap<string, number>): void {
  for (const [stack, count] of from) to.set(stack, (to.get(stack) ?? 0) + count);
}
