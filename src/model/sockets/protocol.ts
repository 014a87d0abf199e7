/** `protocol` column of a call. */
export const Protocol = { unknown: 0, tcp: 1, udp: 2 } as const;

const TCP = 6;
const UDP = 17;
const FAMILIES: Record<number, string> = {
  1: 'unix',
  16: 'netlink',
  17: 'packet',
  38: 'crypto',
  40: 'vsock',
};
const PROTOCOLS: Record<number, string> = { 1: 'ICMP', 33: 'DCCP', 58: 'ICMPv6', 132: 'SCTP', 262: 'MPTCP' };

/** A socket's kind as one number: family × 1024 + protocol, as the kernel numbers them; 0 in place of what is not printed. */
export function familyOf(kind: number): number {
  return Math.floor(kind / 1024);
}

export function isTcpKind(kind: number): boolean {
  return kind % 1024 === TCP;
}

export function isUdpKind(kind: number): boolean {
  return kind % 1024 === UDP;
}

/** `unix`, `netlink`, `UDP`, `SCTP`. */
export function nameSocketKind(kind: number): string {
  const family = familyOf(kind);
  if (FAMILIES[family] !== undefined) return FAMILIES[family];
  const protocol = kind % 1024;
  if (protocol === TCP) return 'TCP';
  if (protocol === UDP) return 'UDP';
  return (
    PROTOCOLS[protocol] ?? (family === 2 || family === 10 ? `IP protocol ${protocol}` : `address family ${family}`)
  );
}
