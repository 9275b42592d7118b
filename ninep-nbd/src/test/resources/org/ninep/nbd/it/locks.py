"""Record locks (fcntl) between two clients of one server, each a mount, and a third that is lost with its connection.

Usage: python3 -I -S locks.py DIRECTORY OTHER_DIRECTORY HOST PORT MOUNT_OPTIONS

Both directories are mounts of the same, with the option locktimeout=1, for that is how often v9fs asks again for a lock that
it waits for. A mount with these options, without the transport's, is made beside them.
"""
import errno
import fcntl
import os
import select
import struct
import sys
from _socket import SHUT_RDWR, socket  # the module socket needs half of the library

LONGEST = 60
END = -1
EX, SH, UN = fcntl.F_WRLCK, fcntl.F_RDLCK, fcntl.F_UNLCK
FLOCK = "@hhqqi4x"


class Process:
    """A process of its own that has the file open, and locks it as it is told."""

    def __init__(self, path):
        command_reader, self.commands = os.pipe()
        self.replies, reply_writer = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.commands)
            try:
                self.work(path, command_reader, reply_writer)
            finally:
                os._exit(0)
        os.close(command_reader)
        os.close(reply_writer)

    @staticmethod
    def work(path, commands, replies):
        fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        while True:
            what, kind, start, length = struct.unpack("=hhqq", os.read(commands, 20))
            if what == END:
                return
            try:
                lock = fcntl.fcntl(fd, what, struct.pack(FLOCK, kind, os.SEEK_SET, start, length, 0))
                os.write(replies, struct.pack("=i", 0) + lock)
            except OSError as e:
                os.write(replies, struct.pack("=i", e.errno) + bytes(struct.calcsize(FLOCK)))

    def ask(self, what, kind, start, length):
        os.write(self.commands, struct.pack("=hhqq", what, kind, start, length))

    def answers(self, within):
        return bool(select.select([self.replies], [], [], within)[0])

    def answer(self):
        if not self.answers(LONGEST):
            sys.exit(f"no answer within {LONGEST} s")
        reply = os.read(self.replies, 4 + struct.calcsize(FLOCK))
        kind, _, start, length, pid = struct.unpack(FLOCK, reply[4:])
        return struct.unpack("=i", reply[:4])[0], (kind, start, length, pid)

    def lock(self, kind, start, length):
        """0 or an errno."""
        self.ask(fcntl.F_SETLK, kind, start, length)
        return self.answer()[0]

    def holder(self, kind, start, length):
        """Who is in the way: kind, start, length, process; None if nobody is."""
        self.ask(fcntl.F_GETLK, kind, start, length)
        error, found = self.answer()
        if error:
            raise OSError(error, os.strerror(error))
        return None if found[0] == UN else found

    def end(self):
        self.ask(END, 0, 0, 0)
        os.waitpid(self.pid, 0)
        os.close(self.commands)
        os.close(self.replies)


def expect(what, found, wanted):
    if found != wanted:
        sys.exit(f"{what}: {found} where {wanted} was expected")


def conflicts(one, other):
    expect("a lock on a free file", one.lock(EX, 0, 100), 0)
    expect("one that overlaps it", other.lock(EX, 50, 100), errno.EAGAIN)
    expect("a shared one that overlaps it", other.lock(SH, 99, 1), errno.EAGAIN)
    # the holder is no process of this client: its number is negative
    expect("who is in the way", other.holder(EX, 50, 100), (EX, 0, 100, -one.pid))
    expect("one behind it", other.lock(EX, 100, 100), 0)
    expect("who is in the way of all", one.holder(SH, 0, 0), (EX, 100, 100, -other.pid))
    expect("a part given back", one.lock(UN, 20, 10), 0)
    expect("that part", other.lock(EX, 20, 10), 0)
    expect("what is before it", other.lock(EX, 19, 1), errno.EAGAIN)
    expect("what is behind it", other.lock(EX, 30, 1), errno.EAGAIN)
    expect("all given back", other.lock(UN, 0, 0), 0)


def sharing(one, other):
    expect("an exclusive lock made a shared one", one.lock(SH, 0, 100), 0)
    expect("a second shared one", other.lock(SH, 0, 50), 0)
    # v9fs does not tell the server what kind of lock it asks for, and so hears of shared ones too
    expect("who else has one", other.holder(SH, 0, 50), (SH, 0, 100, -one.pid))
    expect("who else has one, where nobody has", other.holder(EX, 100, 0), None)
    expect("a shared one made exclusive, with two", one.lock(EX, 0, 10), errno.EAGAIN)
    expect("the second given back", other.lock(UN, 0, 0), 0)
    expect("a shared one made exclusive, alone", one.lock(EX, 0, 10), 0)


def waiting(one, other):
    expect("a lock to the end of all files", one.lock(EX, 0, 0), 0)
    other.ask(fcntl.F_SETLKW, EX, 1 << 40, 10)
    expect("an answer to who has to wait", other.answers(0.3), False)
    expect("the wrong part given back", one.lock(UN, 0, 1 << 40), 0)
    expect("an answer to who still has to wait", other.answers(1.5), False)
    expect("the right part given back", one.lock(UN, 0, 0), 0)
    expect("who waited", other.answer()[0], 0)
    expect("who is in the way now", one.holder(EX, 0, 0), (EX, 1 << 40, 10, -other.pid))


def going(one, other):
    """A process that ends gives all back."""
    expect("another part", one.lock(EX, 0, 10), 0)
    other.ask(fcntl.F_SETLKW, EX, 5, 1)
    expect("an answer to who has to wait", other.answers(0.3), False)
    one.end()
    expect("who waited for a process that ended", other.answer()[0], 0)
    other.end()


def losing(directory, host, port, options):
    """A client that is lost gives all back."""
    connection = socket()
    connection.connect((host, int(port)))
    os.set_inheritable(connection.fileno(), True)
    place = "/tmp/lost"
    os.mkdir(place)
    mounted = os.spawnv(os.P_WAIT, "/bin/mount", ["mount", "-t", "9p", "-o", f"{options},trans=fd,rfdno={connection.fileno()},"
                                              f"wfdno={connection.fileno()}", host, place])
    expect("mount", mounted, 0)
    lost, left = Process(place + "/locked"), Process(directory + "/locked")
    expect("a lock", lost.lock(EX, 0, 0), 0)
    expect("one that overlaps it", left.lock(EX, 7, 1), errno.EAGAIN)
    left.ask(fcntl.F_SETLKW, EX, 7, 1)
    expect("an answer to who has to wait", left.answers(0.3), False)
    connection.shutdown(SHUT_RDWR)
    expect("who waited for a client that was lost", left.answer()[0], 0)
    lost.end()
    left.end()
    os.spawnv(os.P_WAIT, "/bin/umount", ["umount", place])
    os.rmdir(place)


def main(directory, other_directory, host, port, options):
    one, other = Process(directory + "/locked"), Process(other_directory + "/locked")
    conflicts(one, other)
    sharing(one, other)
    waiting(one, other)
    going(one, other)
    losing(directory, host, port, options)
    os.unlink(directory + "/locked")
    print("all as it should be")


main(*sys.argv[1:])
