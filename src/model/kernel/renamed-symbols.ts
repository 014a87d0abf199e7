import { stripCompilerSuffix } from '../vocabulary.ts';

/** Functions that do the same work under other names in other releases: before and after an upgrade they are one row. */
export interface SymbolFamily {
  title: string;
  /** What changed and in which release. */
  change: string;
  names: readonly string[];
}

/**
 * Source: definitions in the mainline trees 2.6.18 to 7.2 (receive path reference, table of symbols; `git grep` per tree).
 * "by" a release: the change lies between that tree and the one looked at before it.
 */
const FAMILIES: readonly SymbolFamily[] = [
  family('receive loop of TCP', 'tcp_recvmsg_locked is split off in 5.11', 'tcp_recvmsg tcp_recvmsg_locked'),
  family(
    'copy to user (x86)',
    'rep_movs_alternative replaces copy_user_* in 6.4',
    `copy_user_generic copy_user_generic_c copy_user_generic_string copy_user_generic_unrolled
    copy_user_enhanced_fast_string copy_user_fast_string copy_user_short_string rep_movs_alternative`,
  ),
  family(
    'copy of an skb to the reader',
    'iov_iter replaces iovec in 3.19; __skb_datagram_iter from 5.0',
    'skb_copy_datagram_iovec skb_copy_datagram_iter __skb_datagram_iter',
  ),
  family(
    'copy into the read buffer',
    'iov_iter replaces iovec in 3.19; _copy_to_iter by 4.14, copyout until 6.5, copy_to_user_iter by 6.8',
    'memcpy_toiovec memcpy_toiovecend copy_to_iter _copy_to_iter copyout copy_to_user_iter',
  ),
  family('clean-up of the receive buffer', '__tcp_cleanup_rbuf by 6.1', 'tcp_cleanup_rbuf __tcp_cleanup_rbuf'),
  family(
    'release of an skb',
    'kfree_skb_reason by 5.15, sk_skb_reason_drop by 6.12',
    'kfree_skb kfree_skb_reason sk_skb_reason_drop',
  ),
  family('free of an skb', '__kfree_skb_reason from 6.3 to 6.8', '__kfree_skb __kfree_skb_reason'),
  family('read of a socket', 'sock_read_iter replaces sock_aio_read by 4.1', 'sock_aio_read sock_read_iter'),
  family(
    'system call entry and exit',
    'system_call until 4.1, entry_SYSCALL_64 by 4.4, generic entry code by 5.10; the rest are labels of the same assembler',
    `system_call system_call_after_swapgs system_call_fastpath sysret_check ret_from_sys_call int_ret_from_sys_call
    syscall_trace_enter prepare_exit_to_usermode exit_to_usermode_loop do_syscall_64 x64_sys_call entry_SYSCALL_64
    entry_SYSCALL_64_after_hwframe entry_SYSCALL_64_after_swapgs entry_SYSCALL_64_fastpath entry_SYSCALL_64_safe_stack
    entry_SYSCALL_64_stage2 entry_SYSCALL_64_trampoline entry_SYSRETQ_unsafe_stack entry_SYSRETQ_end
    syscall_return_via_sysret syscall_return_slowpath syscall_enter_from_user_mode syscall_enter_from_user_mode_prepare
    syscall_exit_to_user_mode syscall_exit_to_user_mode_prepare syscall_exit_work syscall_slow_exit_work
    exit_to_user_mode_prepare exit_to_user_mode_loop`,
  ),
  family('softirq loop', 'handle_softirqs is split off by 6.12', '__do_softirq handle_softirqs'),
  family(
    'interrupt entry (x86)',
    'common_interrupt replaces do_IRQ in 5.8',
    'do_IRQ __do_IRQ common_interrupt __common_interrupt asm_common_interrupt',
  ),
  family(
    'page fault (x86)',
    'exc_page_fault replaces do_page_fault in 5.8',
    'do_page_fault __do_page_fault exc_page_fault asm_exc_page_fault do_user_addr_fault',
  ),
  family(
    'wakeup by interrupt (x86)',
    'sysvec_reschedule_ipi replaces smp_reschedule_interrupt in 5.8',
    'smp_reschedule_interrupt sysvec_reschedule_ipi',
  ),
  family(
    'allocation of pages',
    '__alloc_pages_nodemask until 5.11, __alloc_pages_noprof by 6.12',
    '__alloc_pages __alloc_pages_nodemask __alloc_pages_noprof',
  ),
  family(
    'pin of user pages',
    'internal_get_user_pages_fast from 5.8 to 6.8, gup_fast_fallback by 6.12',
    'get_user_pages_fast internal_get_user_pages_fast gup_fast_fallback',
  ),
  family('spin lock', '_raw_spin_lock by 2.6.35', '_spin_lock _raw_spin_lock'),
  family('spin lock, bottom halves off', '_raw_spin_lock_bh by 2.6.35', '_spin_lock_bh _raw_spin_lock_bh'),
];

function family(title: string, change: string, names: string): SymbolFamily {
  return { title, change, names: names.trim().split(/\s+/) };
}

const BY_NAME = new Map(FAMILIES.flatMap((known) => known.names.map((name) => [name, known] as const)));

export function findSymbolFamily(symbol: string): SymbolFamily | undefined {
  return BY_NAME.get(stripCompilerSuffix(symbol));
}
