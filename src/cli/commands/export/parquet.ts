import type { ExportOptions } from './index.ts';

export async function exportParquet(_captures: string[], _options: ExportOptions): Promise<number> {
  return 0;
}
