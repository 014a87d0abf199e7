import type { Evidence } from '../../model/analysis/index.ts';
import { isCompletionWait, isCopySymbol, type SplitProfile } from '../summaries/profile.ts';

/** What a sample's function does for a received byte; the loss is told by these. */
export const PARTS = [
  'pin',
  'submit',
  'completion wait',
  'unpin',
  'copy',
  'softirq and protocol',
  'engine',
  'other',
] as const;
export type Part = (typeof PARTS)[number];

/** A routine that runs only because of offload, and its share of the samples in percent. */
export interface OffloadRow {
  part: Part;
  symbol: string;
  pct: number;
  cite: Evidence;
}

export const OFFLOAD_PARTS = ['pin', 'submit', 'completion wait', 'unpin'] as const satisfies readonly Part[];

export const isOffloadPart = (part: Part | 'idle'): boolean => OFFLOAD_PARTS.some((each) => each === part);

/** dma_pin_iovec_pages and what get_user_pages calls (mm/memory.c, mm/gup.c). */
const PIN =
  /^(dma_pin_iovec_pages|num_pages_spanned|(__)?get_user_pages\w*|gup_\w+|follow_page\w*|follow_hugetlb_page|faultin_page|find_extend_vma|vm_normal_page)$/;
/** dma_unpin_iovec_pages: set_page_dirty_lock and release of every page; put_page frees segments, too, and is not counted. */
const UNPIN =
  /^(dma_unpin_iovec_pages|(__)?set_page_dirty\w*|account_page_dirtied|(__)?lock_page|unlock_page|__wake_up_bit|page_mapping)$/;
/** Descriptors and their streaming mappings, doorbells, the look-up of a channel. */
const SUBMIT =
  /^(dma_skb_copy_datagram_iovec|dma_memcpy_(pg_)?to_iovec|dma_async_memcpy_\w+|tcp_dma_try_early_copy|(net_)?dma_find_channel|dma_issue_pending_all|\w*_prep_(dma_)?memcpy(_lock)?|\w*_tx_submit(_unlock)?|\w*issue_pending|ioat\d?_(alloc_and_lock|check_space_lock|update_pending)|fsl_chan_xfer_ld_queue|fsl_dma_alloc_descriptor|(intel_)?(un)?map_(page|single)|dma_(un)?map_\w+|swiotlb_(un)?map\w*)$/;
const PROTOCOL = new Set(['netdevice', 'irq_softirq', 'skb', 'tcp_ip']);

const plainName = (symbol: string): string => symbol.replace(/\.(isra|constprop|part|cold)\b.*$/, '');

export function partOf(symbol: string, category: string, kind: 'busy' | 'idle' | 'engine'): Part | 'idle' {
  if (kind !== 'busy') return kind;
  const name = plainName(symbol);
  if (PIN.test(name)) return 'pin';
  if (UNPIN.test(name)) return 'unpin';
  if (isCompletionWait(name)) return 'completion wait';
  if (SUBMIT.test(name)) return 'submit';
  if (isCopySymbol(symbol, category)) return 'copy';
  return PROTOCOL.has(category) ? 'softirq and protocol' : 'other';
}

/** Share of all samples by part, in percent; idle left out. */
export function sharesByPart(split: SplitProfile): Map<Part, number> {
  const out = new Map<Part, number>();
  if (!(split.total > 0)) return out;
  for (const { row, category, weight, kind } of split.rows) {
    // The idle loop of the engine's own CPU is nobody's work.
    const isIdleOfEngine = kind === 'engine' && /idle|halt|mwait/.test(row.symbol);
    const part = isIdleOfEngine ? 'idle' : partOf(row.symbol, category, kind);
    if (part !== 'idle') out.set(part, (out.get(part) ?? 0) + (100 * weight) / split.total);
  }
  return out;
}
