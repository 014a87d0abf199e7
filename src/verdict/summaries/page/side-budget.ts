import type { SideBudget } from '../../../model/analysis/index.ts';
import { MECHANISM_IDS } from '../../../model/calls.ts';
import { bytesOf, type CallView } from '../../call-view.ts';
import type { Context } from '../../context/context.ts';
import { mapCalls } from '../../derived.ts';
import { sumBudget } from '../budget.ts';

/** All calls of the side first, then each mechanism where there are several. */
export function listSideBudgets(context: Context, side: SideBudget['side']): SideBudget[] {
  const { fit } = context;
  if (fit.size === 0) return [];
  const of = (mechanism: SideBudget['mechanism'], calls: CallView): SideBudget => ({
    side,
    mechanism,
    calls: calls.size,
    bytes: sumIfAllKnown(calls),
    phases: sumBudget(calls).filter(({ totalNs }) => totalNs > 0),
  });
  const parts = MECHANISM_IDS.map((mechanism) =>
    of(
      mechanism,
      fit.where((i) => fit.mechanism(i) === mechanism),
    ),
  );
  const used = parts.filter(({ calls }) => calls > 0);
  return [of('all', fit), ...(used.length > 1 ? used : [])];
}

/** Time of all calls over the bytes of some would be a wrong price. */
function sumIfAllKnown(calls: CallView): number | null {
  const bytes = mapCalls(calls, (view, i) => bytesOf(view, i));
  const total = bytes.reduce((sum, value) => sum + value, 0);
  return total > 0 ? total : null;
}
