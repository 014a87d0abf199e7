import { nameTable } from '../model/name-table.ts';

/**
 * Profile categories: the taxonomy of "Understanding Host Network Stack Overheads" (SIGCOMM 2021: data copy, tcp/ip, netdev,
 * skb, mm, lock, sched, etc) plus dma, pin, and irq/softirq split from etc. One line of names per category.
 */
export const CATEGORY_SYMBOLS: Record<string, string> = nameTable({
  data_copy: `
    __arch_copy_to_user __check_heap_object __check_object_size __copy_to_user __copy_to_user_ll
    __copy_to_user_std __copy_tofrom_user __copy_tofrom_user_base __copy_tofrom_user_power7 __copy_user
    __copy_user_intel __copy_user_ll __copy_user_nocache __copy_user_zeroing_intel __memcpy __memmove
    __skb_datagram_iter _copy_to_iter _copy_to_user arm_copy_to_user check_copy_size check_heap_object
    copy_page_to_iter copy_to_iter copy_to_nontemporal copy_to_user copy_to_user_iter
    copy_user_enhanced_fast_string copy_user_generic copy_user_generic_c copy_user_generic_string
    copy_user_generic_unrolled copy_user_short_string copyout csum_and_copy_to_iter csum_and_copy_to_user
    csum_partial csum_partial_copy_generic csum_partial_copy_to_user io_copy_page io_zcrx_copy_chunk
    io_zcrx_copy_frag memcpy memcpy_erms memcpy_orig memcpy_to_iter memcpy_toiovec memcpy_toiovecend memmove
    raw_copy_to_user receive_fallback_to_copy rep_movs_alternative simple_copy_to_iter
    skb_copy_and_csum_datagram skb_copy_and_csum_datagram_iovec skb_copy_and_csum_datagram_msg
    skb_copy_datagram_iovec skb_copy_datagram_iter skb_copy_datagram_msg tcp_copy_straggler_data
    tcp_copy_to_iovec tcp_zc_handle_leftover`,
  dma: `
    __dma_sync_single_for_cpu __ioat1_dma_memcpy_issue_pending __ioat2_dma_memcpy_issue_pending
    __ioat2_issue_pending __ioat_issue_pending __iommu_dma_map append_ld_queue dma_async_client_chan_request
    dma_async_client_register dma_async_is_complete dma_async_is_tx_complete dma_async_issue_pending
    dma_async_memcpy_buf_to_buf dma_async_memcpy_buf_to_pg dma_async_memcpy_complete
    dma_async_memcpy_issue_pending dma_async_memcpy_pg_to_pg dma_chan_cleanup dma_do_tasklet dma_find_channel
    dma_issue_pending_all dma_map_page_attrs dma_map_phys dma_map_single_attrs dma_memcpy_pg_to_iovec
    dma_memcpy_to_iovec dma_memcpy_to_kernel_iovec dma_run_dependencies dma_skb_copy_datagram_iovec
    dma_sync_single_for_cpu dma_sync_wait dma_unmap_page_attrs dma_unmap_phys dma_wait_for_async_tx
    dmaengine_get dmaengine_get_unmap_data dmaengine_put dmaengine_unmap_put do_ioat_dma_memcpy dw_dma_interrupt
    dw_dma_tasklet dwc_is_tx_complete dwc_issue_pending dwc_prep_dma_memcpy dwc_tx_status dwc_tx_submit
    fsl_chan_ld_cleanup fsl_chan_xfer_ld_queue fsl_dma_alloc_descriptor fsl_dma_chan_do_interrupt
    fsl_dma_do_interrupt fsl_dma_is_complete fsl_dma_memcpy_issue_pending fsl_dma_prep_memcpy fsl_dma_tx_submit
    fsl_tx_status fsldma_chan_irq fsldma_cleanup_descriptors idxd_alloc_desc idxd_cdev_mmap idxd_cdev_write
    idxd_dma_complete_txd idxd_dma_submit_memcpy idxd_dma_tx_status idxd_dma_tx_submit idxd_enqcmds
    idxd_evl_fault_work idxd_free_desc idxd_misc_thread idxd_submit_desc idxd_wq_thread intel_map_page
    ioat1_cleanup ioat1_cleanup_event ioat1_cleanup_tasklet ioat1_dma_is_complete ioat1_dma_memcpy_issue_pending
    ioat1_dma_prep_memcpy ioat1_tx_submit ioat2_alloc_and_lock ioat2_check_space_lock ioat2_cleanup
    ioat2_cleanup_event ioat2_cleanup_tasklet ioat2_dma_memcpy_issue_pending ioat2_dma_prep_memcpy
    ioat2_dma_prep_memcpy_lock ioat2_is_complete ioat2_issue_pending ioat2_tx_submit ioat2_tx_submit_unlock
    ioat2_update_pending ioat3_cleanup ioat3_cleanup_event ioat3_cleanup_tasklet ioat3_is_complete
    ioat3_tx_status ioat_check_space_lock ioat_cleanup ioat_cleanup_event ioat_cleanup_preamble
    ioat_dma_cleanup_tasklet ioat_dma_do_interrupt ioat_dma_do_interrupt_msix ioat_dma_is_complete
    ioat_dma_memcpy_buf_to_buf ioat_dma_memcpy_buf_to_pg ioat_dma_memcpy_cleanup ioat_dma_memcpy_issue_pending
    ioat_dma_memcpy_pg_to_pg ioat_dma_prep_memcpy ioat_dma_prep_memcpy_lock ioat_dma_tx_status ioat_do_interrupt
    ioat_get_current_completion ioat_issue_pending ioat_timer_event ioat_tx_status ioat_tx_submit
    ioat_tx_submit_unlock ioat_update_pending iommu_dma_map_page iommu_dma_map_phys
    iommu_dma_sync_single_for_cpu iommu_dma_unmap_page iommu_dma_unmap_phys iommu_map iommu_unmap
    iop_adma_eot_handler iop_adma_is_complete iop_adma_issue_pending iop_adma_prep_dma_memcpy
    iop_adma_slot_cleanup iop_adma_status iop_adma_tx_submit irq_process_pending_llist irq_process_work_list
    mv_xor_interrupt_handler mv_xor_is_complete mv_xor_issue_pending mv_xor_prep_dma_memcpy mv_xor_slot_cleanup
    mv_xor_status mv_xor_tx_submit net_devmem_alloc_dmabuf net_devmem_bind_dmabuf net_dma_find_channel
    net_dma_rebalance pl330_irq_handler pl330_issue_pending pl330_prep_dma_memcpy pl330_tasklet pl330_tx_status
    pl330_tx_submit swiotlb_map swiotlb_map_page swiotlb_unmap_page tcp_dma_try_early_copy tcp_service_net_dma`,
  irq_softirq: `
    __common_interrupt __do_IRQ __do_softirq __flush_smp_call_function_queue __handle_irq_event_percpu
    __irq_exit_rcu __local_bh_enable_ip __mod_timer __raise_softirq_irqoff __smp_call_function_single
    _local_bh_enable asm_common_interrupt asm_sysvec_call_function_single call_timer_fn common_interrupt do_IRQ
    do_softirq do_softirq_own_stack e1000_intr e1000_irq_disable e1000_irq_enable flush_smp_call_function_queue
    generic_handle_irq generic_smp_call_function_single_interrupt gfar_interrupt gfar_receive handle_IRQ_event
    handle_edge_irq handle_fasteoi_irq handle_irq_event handle_irq_event_percpu handle_softirqs igb_intr_msi
    igb_msix_ring inet_csk_reset_xmit_timer irq_enter irq_enter_rcu irq_exit irq_exit_rcu ixgbe_msix_clean_rings
    ksoftirqd local_bh_disable local_bh_enable mlx4_msi_x_interrupt mlx5_comp_irq_handler mlx5_eq_comp_int
    mod_timer native_irq_return_iret raise_softirq_irqoff ret_from_intr run_ksoftirqd run_timer_softirq
    scheduler_ipi sk_reset_timer smp_call_function_interrupt smp_call_function_single
    smp_call_function_single_async smp_call_function_single_interrupt smp_reschedule_interrupt
    sysvec_call_function_single sysvec_reschedule_ipi tcp_write_timer tg3_interrupt tg3_msi vring_interrupt`,
  lock: `
    __lock_sock _raw_spin_lock _raw_spin_lock_bh _raw_spin_lock_irqsave _raw_spin_unlock_bh
    _raw_spin_unlock_irqrestore _read_lock _spin_lock _spin_lock_bh _spin_unlock_bh down_read lock_sock
    lock_sock_fast lock_sock_nested mutex_lock mutex_unlock native_queued_spin_lock_slowpath
    queued_spin_lock_slowpath up_read`,
  memory: `
    ___slab_alloc __alloc_pages __alloc_pages_nodemask __alloc_pages_noprof __do_page_fault __folio_put
    __free_page_frag __free_pages __get_user_pages __kmalloc __put_page __set_page_dirty_nobuffers
    __sk_mem_reclaim __sk_mem_schedule __slab_free asm_exc_page_fault cache_alloc_refill clear_page_erms
    do_page_fault do_user_addr_fault exc_page_fault faultin_page find_extend_vma find_tcp_vma flush_tlb_mm_range
    follow_page follow_page_mask free_hot_cold_page free_pcppages_bulk free_unref_page get_page_from_freelist
    get_user_pages get_user_pages_fast get_user_pages_unlocked gup_fast_fallback handle_mm_fault insert_page
    insert_pages internal_get_user_pages_fast io_import_area io_import_umem io_pin_pages io_pp_zc_alloc_netmems
    io_pp_zc_release_netmem io_recvzc io_register_zcrx io_register_zcrx_ifq io_sqe_buffer_register
    io_sqe_buffers_register io_zcrx_map_area io_zcrx_queue_cqe io_zcrx_recv io_zcrx_recv_frag io_zcrx_recv_skb
    io_zcrx_return_niov io_zcrx_ring_refill io_zcrx_scrub io_zcrx_tcp_recvmsg kfree kmem_cache_alloc
    kmem_cache_free lock_vma_under_rcu napi_pp_put_page page_fault page_frag_free page_pool_alloc_netmems
    page_pool_alloc_pages page_pool_put_page page_pool_put_unrefed_netmem page_pool_put_unrefed_page
    page_pool_refill_alloc_cache page_pool_release_page pin_user_pages pin_user_pages_fast put_page rmqueue_bulk
    set_page_dirty set_page_dirty_lock sk_forced_mem_schedule sk_mem_reclaim sk_stream_mem_schedule
    skb_pp_recycle tcp_enter_memory_pressure tcp_mmap tcp_zerocopy_receive tcp_zerocopy_vm_insert_batch
    tcp_zerocopy_vm_insert_batch_error tlb_finish_mmu tlb_flush_mmu unmap_page_range unpin_user_page
    unpin_user_pages unpin_user_pages_dirty_lock vm_insert_page vm_insert_pages zap_page_range
    zap_page_range_single zap_vma_range`,
  netdevice: `
    __napi_busy_loop __napi_poll __napi_schedule __net_timestamp __netif_receive_skb __netif_receive_skb_core
    __netif_receive_skb_list_core __netif_receive_skb_one_core __netif_rx __netpoll_rx __skb_tstamp_tx bnxt_poll
    bnxt_rx_pkt busy_poll_stop dca3_get_tag dca_add_requester dca_get_tag deliver_skb dev_gro_receive
    e1000_alloc_rx_buffers e1000_clean e1000_clean_rx_irq e1000_clean_rx_irq_ps enqueue_to_backlog
    eth_type_trans flush_backlog get_rps_cpu gfar_clean_rx_ring gfar_poll gfar_poll_rx gro_complete
    gro_receive_network_flush gro_receive_skb i40e_napi_poll ice_napi_poll igb_clean_rx_irq igb_poll
    igb_setup_dca igb_update_dca igb_update_rx_dca inet_gro_complete inet_gro_receive ioat2_dca_get_tag
    ioat3_dca_get_tag ioat_dca_get_tag ipv6_gro_receive ixgb_clean ixgbe_clean_rx_irq ixgbe_poll
    ixgbe_update_dca ixgbe_update_rx_dca ktime_get_real ktime_get_with_offset lro_receive_frags lro_receive_skb
    mlx4_en_poll_rx_cq mlx4_en_process_rx_cq mlx5e_handle_rx_cqe mlx5e_napi_poll mlx5e_poll_rx_cq napi_busy_loop
    napi_busy_loop_rcu napi_complete napi_complete_done napi_gro_complete napi_gro_flush napi_gro_frags
    napi_gro_receive napi_poll napi_schedule_prep napi_skb_finish napi_threaded_poll
    net_rps_action_and_irq_enable net_rps_send_ipi net_rx_action net_timestamp_check netif_receive_generic_xdp
    netif_receive_skb netif_receive_skb_internal netif_receive_skb_list netif_receive_skb_list_internal netif_rx
    netif_rx_internal netpoll_poll netpoll_poll_dev netpoll_receive_skb netpoll_rx netpoll_send_skb
    netpoll_send_skb_on_dev packet_rcv packet_rcv_spkt poll_napi process_backlog receive_buf rps_may_expire_flow
    rps_record_sock_flow rps_trigger_softirq set_rps_cpu sk_busy_loop sk_busy_loop_end skb_defer_rx_timestamp
    skb_gro_receive sock_rps_record_flow tcp4_gro_complete tcp4_gro_receive tcp6_gro_receive tcp_gro_complete
    tcp_gro_receive tg3_poll tg3_rx tpacket_rcv veth_poll virtnet_poll`,
  other: `
    ____sys_recvmsg ___sys_recvmsg __do_sys_io_uring_enter __fdget __io_issue_sqe __mptcp_move_skbs
    __mptcp_recvmsg_mskq __sock_recvmsg __sys_recvfrom __sys_recvmmsg __sys_recvmsg __x64_sys_read
    __x64_sys_recvfrom __x64_sys_recvmmsg __x64_sys_recvmsg copy_msghdr_from_user do_epoll_wait do_recvmmsg
    do_select do_sock_read do_sync_read do_sys_poll do_syscall_64 entry_SYSCALL_64 ep_poll
    exit_to_user_mode_prepare fdget fget fget_light fput handle_tw_list import_iovec import_single_range
    import_ubuf inet6_recvmsg inet_recvmsg io_cqring_wait io_issue_sqe io_poll_check_events io_poll_task_func
    io_poll_wake io_recv io_recv_finish io_recvmsg io_recvmsg_multishot io_run_local_work io_submit_sqes
    io_wq_submit_work move_addr_to_user mptcp_data_ready mptcp_recvmsg new_sync_read put_cmsg
    security_socket_recvmsg sk_psock_verdict_data_ready sock_aio_read sock_common_recvmsg sock_poll
    sock_read_iter sock_recvmsg sock_recvmsg_nosec sockfd_lookup_light sys_epoll_wait sys_recv sys_recvfrom
    sys_recvmsg sys_socketcall syscall_exit_to_user_mode sysenter_entry system_call tcp_bpf_recvmsg tcp_poll
    tls_data_ready tls_decrypt_sg tls_rx_rec_wait tls_strp_data_ready tls_strp_read_sock tls_sw_recvmsg
    tls_sw_splice_read verify_iovec vfs_read`,
  pin: `
    dma_pin_iovec_pages dma_unpin_iovec_pages`,
  scheduling: `
    __schedule __switch_to __wake_up __wake_up_common __wake_up_common_lock __wake_up_sync __wake_up_sync_key
    add_wait_queue autoremove_wake_function cpu_idle cpuidle_enter_state default_idle default_wake_function
    dequeue_task_fair do_idle enqueue_task_fair ep_poll_callback find_busiest_group finish_task_switch
    finish_wait load_balance pick_next_task_fair prepare_to_wait put_prev_entity remove_wait_queue sched_tick
    sched_ttwu_pending schedule schedule_timeout scheduler_tick select_task_rq_fair set_next_entity
    sk_stream_wait_memory sk_wait_data sk_wake_async sock_def_readable sock_def_wakeup task_tick_fair
    tcp_data_ready try_to_wake_up ttwu_do_activate ttwu_queue_wakelist update_curr wait_woken
    woken_wake_function`,
  skb: `
    ___pskb_trim __alloc_skb __build_skb __build_skb_around __kfree_skb __kfree_skb_reason __napi_alloc_skb
    __netdev_alloc_skb __pskb_pull_tail __skb_clone __skb_queue_purge build_skb consume_skb dev_alloc_skb
    kfree_skb kfree_skb_partial kfree_skb_reason kfree_skbmem kmalloc_reserve napi_alloc_skb napi_build_skb
    napi_get_frags napi_reuse_skb pskb_expand_head sk_eat_skb sk_skb_reason_drop skb_add_rx_frag
    skb_attempt_defer_free skb_clone skb_condense skb_defer_free_flush skb_free_head skb_put skb_queue_purge
    skb_release_all skb_release_data skb_release_head_state skb_set_owner_r skb_try_coalesce sock_rfree
    tcp_eat_recv_skb`,
  tcp_ip: `
    __dev_queue_xmit __inet_lookup_established __ip_queue_xmit __release_sock __sk_backlog_rcv
    __sk_flush_backlog __tcp_ack_snd_check __tcp_checksum_complete_user __tcp_cleanup_rbuf
    __tcp_push_pending_frames __tcp_read_sock __tcp_select_window __tcp_send_ack __tcp_splice_read
    __tcp_transmit_skb dev_hard_start_xmit dev_queue_xmit fib_validate_source ip6_input ip6_protocol_deliver_rcu
    ip_list_rcv ip_local_deliver ip_local_deliver_finish ip_local_out ip_protocol_deliver_rcu ip_queue_xmit
    ip_rcv ip_rcv_core ip_rcv_finish ip_rcv_finish_core ip_route_input ip_route_input_noref ip_sublist_rcv
    ipv4_dst_check ipv6_rcv net_devmem_free_dmabuf net_devmem_unbind_dmabuf nf_hook_slow put_cmsg_notrunc
    release_sock sch_direct_xmit sk_add_backlog sk_backlog_rcv sk_filter sk_filter_trim_cap skb_send_sock
    skb_splice_bits sock_devmem_dontneed tcp_ack tcp_ack_snd_check tcp_add_backlog tcp_check_space
    tcp_checksum_complete_user tcp_clamp_window tcp_clean_rtx_queue tcp_cleanup_rbuf tcp_collapse
    tcp_compressed_ack_kick tcp_data_queue tcp_data_snd_check tcp_delack_timer tcp_delack_timer_handler
    tcp_event_data_recv tcp_event_new_data_sent tcp_filter tcp_grow_window tcp_inbound_hash tcp_inq_hint
    tcp_measure_rcv_mss tcp_ofo_queue tcp_parse_options tcp_peek_len tcp_peek_sndq tcp_prequeue
    tcp_prequeue_process tcp_prune_queue tcp_queue_rcv tcp_rcv_established tcp_rcv_rtt_measure_ts
    tcp_rcv_rtt_update tcp_rcv_space_adjust tcp_rcv_state_process tcp_rcvbuf_grow tcp_read_done tcp_read_skb
    tcp_read_sock tcp_recv_skb tcp_recv_timestamp tcp_recv_urg tcp_recvmsg tcp_recvmsg_dmabuf tcp_recvmsg_locked
    tcp_release_cb tcp_send_ack tcp_send_delayed_ack tcp_send_dupack tcp_set_rcvlowat tcp_splice_data_recv
    tcp_splice_read tcp_transmit_skb tcp_try_coalesce tcp_try_rmem_schedule tcp_update_recv_tstamps tcp_urg
    tcp_v4_checksum_init tcp_v4_do_rcv tcp_v4_early_demux tcp_v4_fill_cb tcp_v4_rcv tcp_v4_send_check
    tcp_v6_do_rcv tcp_v6_early_demux tcp_v6_rcv tcp_validate_incoming tcp_write_xmit tcp_xa_pool_commit
    tcp_xa_pool_commit_locked tcp_xa_pool_refill`,
});
