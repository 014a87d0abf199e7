/** Pages of the buffer: x86, and powerpc with 4 KiB pages. */
export const PAGE_BYTES = 4096;

/** Pages that `bytes` touch from `offset` within a page on: num_pages_spanned of drivers/dma/iovlock.c, 2.6.18–3.17. */
export function spanPages(bytes: number, offset = 0): number {
  return bytes > 0 ? Math.floor(((offset % PAGE_BYTES) + bytes - 1) / PAGE_BYTES) + 1 : 0;
}

/**
 * Pages one offloaded read of `bytes` pins, before a byte has arrived: dma_pin_iovec_pages takes the whole buffer, whatever
 * the call will return. `least` of an aligned buffer, `most` of any other (malloc gives 2 MiB from offset 16 on: 513 pages).
 */
export function pinnedPages(bytes: number): { least: number; most: number } {
  return { least: spanPages(bytes), most: spanPages(bytes, PAGE_BYTES - 1) };
}
