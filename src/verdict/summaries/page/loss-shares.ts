import type { BalanceSheet, Finding } from '../../../model/analysis/index.ts';

/**
 * Share of each cause in all that offload cost: mean time per call × calls it was seen in, over the cost lines of the
 * balance sheet of the whole capture. Causes overlap (unused pages are part of pin and unpin), so shares do not add up.
 */
export function addLossShares(findings: readonly Finding[], balance: readonly BalanceSheet[]): void {
  const cost = (balance[0]?.lines ?? []).reduce((sum, line) => sum + (line.kind === 'cost' ? (line.ns ?? 0) : 0), 0);
  if (!(cost > 0)) return;
  for (const finding of findings) {
    if (finding.role !== 'problem' || finding.outcome !== 'loses' || finding.effect?.unit !== 'ns') continue;
    const lost = (finding.effect.estimate ?? 0) * finding.n;
    if (lost > 0 && lost <= cost) finding.lossSharePct = (100 * lost) / cost;
  }
}
