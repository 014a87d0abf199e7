import type { Mechanism } from '../model/mechanism.ts';
import { dsa } from './dsa.ts';
import { ioUringZcrx } from './io-uring-zcrx.ts';
import { netDma } from './net-dma.ts';
import { plainCopy } from './plain-copy.ts';
import { tcpZerocopyReceive } from './tcp-zerocopy-receive.ts';

/** Asked in this order; the first that recognises a call names it. A new mechanism is one file and one line here. */
export const MECHANISMS: readonly Mechanism[] = [tcpZerocopyReceive, ioUringZcrx, dsa, netDma, plainCopy];
