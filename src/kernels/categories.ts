import { stripCompilerSuffix } from '../model/vocabulary.ts';
import { CATEGORY_SYMBOLS } from './symbol-categories.ts';

/** Driver names are families, not symbols: longest prefix wins (receive path reference, section 7). */
const DRIVER_PREFIXES: readonly [string, string][] = [
  ...[
    'e1000_',
    'e1000e_',
    'igb_',
    'ixgbe_',
    'i40e_',
    'ice_',
    'mlx4_en_',
    'mlx5e_',
    'bnxt_',
    'tg3_',
    'gfar_',
    'virtnet_',
    'veth_',
    'vp_',
    'virtqueue_',
    'vring_',
  ].map((p): [string, string] => [p, 'netdevice']),
  ...['ioat', 'fsl_dma', 'fsldma', 'mv_xor_', 'iop_adma_', 'dwc_', 'dw_dma_', 'pl330_', 'idxd_', 'swdma_'].map(
    (p): [string, string] => [p, 'dma'],
  ),
];

/** CPU doing nothing. Set apart before shares are compared. */
const IDLE = new Set([
  'default_idle',
  'poll_idle',
  'cpu_idle',
  'mwait_idle',
  'mwait_idle_with_hints',
  'intel_idle',
  'intel_idle_irq',
  'acpi_idle_enter_simple',
  'acpi_idle_enter_bm',
  'acpi_idle_do_entry',
  'acpi_safe_halt',
  'native_safe_halt',
  'pv_native_safe_halt',
  'default_idle_call',
  'cpuidle_enter_state',
  'cpu_startup_entry',
  'do_idle',
  'power_save',
  'ppc64_runlatch_off',
  'arch_cpu_idle',
  'cpu_idle_loop',
]);

const categoryBySymbol = new Map<string, string>();
for (const [category, names] of Object.entries(CATEGORY_SYMBOLS))
  for (const name of names.trim().split(/\s+/)) categoryBySymbol.set(name, category);

/** Exact name, then driver family, then 'other'. Idle loops are 'idle'. */
export function categorizeSymbol(symbol: string): string {
  const name = stripCompilerSuffix(
    symbol
      .replace(/\s+\[.*\]$/, '')
      .replace(/^\[[k.guH]\]\s+/, '')
      .trim(),
  );
  if (IDLE.has(name)) return 'idle';
  const exact = categoryBySymbol.get(name);
  if (exact !== undefined) return exact;
  const family = DRIVER_PREFIXES.filter(([prefix]) => name.startsWith(prefix)).sort(
    (a, b) => b[0].length - a[0].length,
  )[0];
  return family?.[1] ?? 'other';
}
