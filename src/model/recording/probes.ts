/**
 * Kprobes for kernels with NET_DMA, x86_64 calling convention (rdi, rsi, rdx, rcx, r8, r9 for six arguments), as in the
 * recordings of 3.10 that recvscope was built on. Kprobe events exist from 2.6.33 on; 3.18 has no NET_DMA any more.
 * The return of the unpin tells how long it took: without it ACK, release of the socket and backlog count as unpinning.
 */
export const KPROBES: readonly string[] = [
  'p:kprobes/tcp_recvmsg tcp_recvmsg sk=%si len=%cx:u64 nonblock=%r8:s32 flags=%r9:s32',
  'r:kprobes/tcp_recvmsg_ret tcp_recvmsg ret=$retval:s32',
  'p:kprobes/dma_pin_iovec_pages dma_pin_iovec_pages iov=%di len=%si:u64',
  'r:kprobes/dma_pin_iovec_pages_ret dma_pin_iovec_pages ret=$retval',
  'p:kprobes/dma_unpin_iovec_pages dma_unpin_iovec_pages list=%di',
  'r:kprobes/dma_unpin_iovec_pages_ret dma_unpin_iovec_pages',
  'p:kprobes/dma_skb_copy_datagram_iovec dma_skb_copy_datagram_iovec chan=%di skb=%si offset=%dx:s32 len=%r8:u64 pinned=%r9',
  'r:kprobes/dma_skb_copy_datagram_iovec_ret dma_skb_copy_datagram_iovec cookie=$retval:s32',
  'p:kprobes/dma_async_memcpy_buf_to_pg dma_async_memcpy_buf_to_pg chan=%di offset=%dx:u32 len=%r8:u64',
  'p:kprobes/dma_async_memcpy_pg_to_pg dma_async_memcpy_pg_to_pg chan=%di dest_off=%dx:u32 src_off=%r8:u32 len=%r9:u64',
  'p:kprobes/tcp_dma_try_early_copy tcp_dma_try_early_copy sk=%di skb=%si hlen=%dx:s32',
  'r:kprobes/tcp_dma_try_early_copy_ret tcp_dma_try_early_copy ret=$retval:u8',
  'p:kprobes/sk_wait_data sk_wait_data sk=%di',
  'r:kprobes/sk_wait_data_ret sk_wait_data ret=$retval:s32',
  'p:kprobes/tcp_service_net_dma tcp_service_net_dma sk=%di wait=%si:u8',
  'r:kprobes/tcp_service_net_dma_ret tcp_service_net_dma',
  'p:kprobes/skb_copy_datagram_iovec skb_copy_datagram_iovec skb=%di offset=%si:s32 len=%cx:s32',
  'r:kprobes/skb_copy_datagram_iovec_ret skb_copy_datagram_iovec ret=$retval:s32',
  'p:kprobes/tcp_rcv_established tcp_rcv_established sk=%di skb=%si len=%cx:u32',
  'p:kprobes/tcp_prequeue_process tcp_prequeue_process sk=%di',
];

/**
 * 2.6.32 has no kprobe events: the function tracer with these names and no others (a wide filter crashed such kernels
 * while it patched them). The doorbell shows where the inlined completion wait begins.
 */
export const TRACED_FUNCTIONS: readonly string[] = [
  'tcp_recvmsg',
  'sk_wait_data',
  'dma_pin_iovec_pages',
  'dma_unpin_iovec_pages',
  'dma_skb_copy_datagram_iovec',
  'skb_copy_datagram_iovec',
  'tcp_dma_try_early_copy',
  'tcp_copy_to_iovec',
  'tcp_v4_rcv',
  'tcp_rcv_established',
  'tcp_cleanup_rbuf',
  'release_sock',
  'sock_def_readable',
  '*issue_pending*',
];
