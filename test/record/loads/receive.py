"""Receives over loopback in one of several ways and writes what it did: {"calls": n, "bytes": n, "tid": n}.

receive.py MODE OUT BYTES   MODE: read, recvmsg, splice, epoll, udp. The sender is a child process.
Every call on the socket that a receive syscall made is counted, the one that returns 0 at the end too.
"""
import json, os, select, socket, sys, time

mode, out, total = sys.argv[1], sys.argv[2], int(sys.argv[3])
PIECE, DATAGRAM, DATAGRAMS = 16384, 1000, 200


def send(address):
    open('/proc/self/comm', 'w').write('txload')
    if mode == 'udp':
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for _ in range(DATAGRAMS):
            s.sendto(b'x' * DATAGRAM, address)
            time.sleep(0.001)
        s.sendto(b'', address)
        return
    s = socket.create_connection(address)
    left = total
    while left > 0:
        left -= s.send(b'x' * min(left, 65536))
        time.sleep(0.001)
    s.close()


kind = socket.SOCK_DGRAM if mode == 'udp' else socket.SOCK_STREAM
server = socket.socket(socket.AF_INET, kind)
server.bind(('127.0.0.1', 0))
if mode != 'udp':
    server.listen(1)
child = os.fork()
if child == 0:
    send(server.getsockname())
    os._exit(0)
open('/proc/self/comm', 'w').write('rxload')
conn = server if mode == 'udp' else server.accept()[0]
fd = conn.fileno()
calls = received = 0
pipe_out, pipe_in = os.pipe()
null = os.open('/dev/null', os.O_WRONLY)
poll = select.epoll()
poll.register(fd, select.EPOLLIN)
while True:
    if mode == 'read':
        n = len(os.read(fd, PIECE))
    elif mode == 'recvmsg':
        n = len(conn.recvmsg(PIECE)[0])
    elif mode == 'splice':
        n = os.splice(fd, pipe_in, PIECE)
        if n:
            os.splice(pipe_out, null, n)
    elif mode == 'epoll':
        poll.poll()
        n = len(conn.recv(PIECE))
    else:
        n = len(conn.recvfrom(2048)[0])
    calls += 1
    received += n
    if n == 0:
        break
os.waitpid(child, 0)
json.dump({'calls': calls, 'bytes': received, 'tid': os.getpid()}, open(out, 'w'))
