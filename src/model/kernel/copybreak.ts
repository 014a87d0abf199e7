/**
 * A copybreak that no read exceeds: `len > sysctl_tcp_dma_copybreak` compares a size_t with an int, so that a negative
 * value refuses everything too; 1 GiB is above MAX_RW_COUNT / 2 and set by nobody for another purpose.
 */
export function refusesAll(copybreak: number): boolean {
  return copybreak < 0 || copybreak >= 2 ** 30;
}
