import type { Selection } from '../call-view.ts';
import { findReceivers } from './endpoints/receivers.ts';

/**
 * A recording of the whole machine holds the calls of every process. Where one program received most bytes in every run of
 * both sides, only its calls are compared; those of others are counted and left out.
 */
export function keepMainReceiver(
  before: Selection,
  after: Selection,
): { before: Selection; after: Selection; comm: string; leftOut: number } | null {
  const comm = findReceivers(before);
  if (comm === '' || comm.includes(', ') || findReceivers(after) !== comm) return null;
  const isOwn = (name: string): boolean => name === comm || name === '' || name.startsWith('recvscope:');
  const keep = (selection: Selection): Selection => ({
    ...selection,
    all: selection.all.where((i) => isOwn(selection.all.text('comm', i))),
    fit: selection.fit.where((i) => isOwn(selection.fit.text('comm', i))),
  });
  const own = { before: keep(before), after: keep(after) };
  const leftOut = before.fit.size + after.fit.size - own.before.fit.size - own.after.fit.size;
  return leftOut === 0 ? null : { ...own, comm, leftOut };
}
