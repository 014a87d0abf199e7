/** Kernel eras of the receive path (receive path reference, sections 1.3–1.6). */
export const ERAS = [
  { id: 'A', title: 'NET_DMA, dma_client API', from: '2.6.18', to: '2.6.28', mechanisms: ['plain-copy', 'net-dma'] },
  {
    id: 'B1',
    title: 'NET_DMA, early copy also from softirq',
    from: '2.6.29',
    to: '3.5',
    mechanisms: ['plain-copy', 'net-dma'],
  },
  {
    id: 'B2',
    title: 'NET_DMA, early copy only in the reader',
    from: '3.6',
    to: '3.12',
    mechanisms: ['plain-copy', 'net-dma'],
  },
  {
    id: 'C',
    title: 'NET_DMA present but marked BROKEN',
    from: '3.13',
    to: '3.17',
    mechanisms: ['plain-copy', 'net-dma'],
  },
  { id: 'D1', title: 'prequeue, no copy offload', from: '3.18', to: '4.13', mechanisms: ['plain-copy'] },
  { id: 'D2', title: 'prequeue removed', from: '4.14', to: '4.17', mechanisms: ['plain-copy'] },
  {
    id: 'D3',
    title: 'rcvlowat-aware wakeups, TCP_ZEROCOPY_RECEIVE',
    from: '4.18',
    to: '5.10',
    mechanisms: ['plain-copy', 'tcp-zerocopy-receive', 'dsa'],
  },
  {
    id: 'D4',
    title: 'tcp_recvmsg_locked',
    from: '5.11',
    to: '6.3',
    mechanisms: ['plain-copy', 'tcp-zerocopy-receive', 'dsa'],
  },
  {
    id: 'D5',
    title: 'inlined user copy, devmem, io_uring zero-copy receive',
    from: '6.4',
    to: '',
    mechanisms: ['plain-copy', 'tcp-zerocopy-receive', 'io-uring-zcrx', 'dsa'],
  },
] as const;
