import { isTcpKind, isUdpKind, nameSocketKind } from '../../model/sockets/protocol.ts';
import { CallFlag, NOT_WHOLE, type OpenCall } from '../state/open-call.ts';

/**
 * Kind of the socket of a call that is neither TCP's nor UDP's: `unix`, `netlink`; '' when it may be one of them. Without
 * sock_recv_length: a TCP receive runs tcp_rcv_space_adjust for every skb it copies (tcp_recvmsg_locked, tcp_read_sock),
 * so that a copy in a file with that event and none of it in the call is another protocol's.
 */
export function nameOtherKind(call: OpenCall, hasSpaceAdjust: boolean): string {
  const { flags, socketKind } = call;
  if (socketKind > 0) return isTcpKind(socketKind) || isUdpKind(socketKind) ? '' : nameSocketKind(socketKind);
  if ((flags & CallFlag.notInet) !== 0) return 'other than TCP and UDP';
  const isKnown = (flags & (CallFlag.tcp | CallFlag.udp | CallFlag.zerocopy | CallFlag.ioUringZc)) !== 0;
  if (isKnown || !hasSpaceAdjust || call.cpuCopies === 0 || (call.state & NOT_WHOLE) !== 0) return '';
  return 'not TCP (copied without tcp_rcv_space_adjust)';
}
