/**
 * Stands wherever offload is advised. "net_dma: mark broken", v3.13: a copy-on-write of a pinned page while the engine still
 * writes to it loses the data; the code was removed in v3.18.
 */
export const NET_DMA_WARNING =
  'NET_DMA can corrupt data: it was marked BROKEN in 3.13 (a pinned page that is copied on write, after a fork, loses what the engine still writes), which 3.10.y took over, and removed in 3.18';

export const NET_DMA_SHORT = 'mind that NET_DMA can corrupt data: marked BROKEN in 3.13, removed in 3.18';
