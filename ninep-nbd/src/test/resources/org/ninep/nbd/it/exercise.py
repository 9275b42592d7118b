"""Does things at random to a file, and compares all that it reads with what the file must have.

Usage: python3 -I -S exercise.py FILE SEED OPERATIONS [LARGEST [KINDS]]

The same seed does the same things. LARGEST is the largest size in bytes; KINDS are names of operations (see KINDS below),
separated by commas, by default all. Ends with status 1 at the first difference, and says what was done last.
"""
import errno
import mmap
import os
import sys
from _random import Random  # the module random needs half of the library

PAGE = mmap.PAGESIZE


class Difference(Exception):
    pass


class Exerciser:
    def __init__(self, path, seed, largest):
        self.path, self.largest = path, largest
        self.random = Random(seed)
        self.model = bytearray()
        self.log = []
        self.fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o644)

    def below(self, bound):
        return int(self.random.random() * bound)

    def content(self, length):
        return self.random.getrandbits(8 * length).to_bytes(length, "little") if length else b""

    def place(self, end):
        """An offset and a length; one time in four at the edge of a page."""
        offset = self.below(end)
        if self.below(4) == 0:
            offset = max(0, offset // PAGE * PAGE + self.below(3) - 1)
        # most are short, some as long as can be
        length = 1 + self.below((1 << 6, 1 << 12, 1 << 16, self.largest)[self.below(4)])
        return offset, max(0, min(length, end - offset))

    def note(self, *what):
        self.log.append(" ".join(str(part) for part in what))

    def expect(self, what, offset, found, wanted):
        if found == wanted:
            return
        at = next((i for i, (a, b) in enumerate(zip(found, wanted)) if a != b), min(len(found), len(wanted)))
        raise Difference(f"{what} at {offset}: {len(found)} bytes for {len(wanted)}, other from {offset + at}: "
                         f"{found[at:at + 16].hex()} for {wanted[at:at + 16].hex()}")

    def put(self, offset, data):
        if offset > len(self.model):
            self.model.extend(bytes(offset - len(self.model)))
        self.model[offset:offset + len(data)] = data

    def resize(self, size):
        if size < len(self.model):
            del self.model[size:]
        else:
            self.model.extend(bytes(size - len(self.model)))

    def read(self):
        offset, length = self.place(self.largest)
        self.note("read", offset, length)
        found = bytearray()
        while len(found) < length:
            piece = os.pread(self.fd, length - len(found), offset + len(found))
            if not piece:
                break
            found += piece
        self.expect("read", offset, found, self.model[offset:offset + length])

    def write(self):
        offset, length = self.place(self.largest)
        self.note("write", offset, length)
        self.write_all(self.fd, offset, self.content(length))

    def write_all(self, fd, offset, data):
        done = 0
        while done < len(data):
            done += os.pwrite(fd, data[done:], offset + done)
        if data:
            self.put(offset, data)

    def append(self):
        length = min(1 + self.below(1 << 13), self.largest - len(self.model))
        self.note("append", length)
        fd = os.open(self.path, os.O_WRONLY | os.O_APPEND)
        try:
            self.write_all(fd, len(self.model), self.content(length))
        finally:
            os.close(fd)

    def shrink(self):
        self.truncate(self.below(len(self.model) + 1))

    def grow(self):
        self.truncate(len(self.model) + self.below(self.largest - len(self.model) + 1))

    def truncate(self, size):
        if self.below(2):
            self.note("ftruncate", size)
            os.ftruncate(self.fd, size)
        else:
            self.note("truncate", size)
            os.truncate(self.path, size)
        self.resize(size)

    def empty(self):
        """As ">FILE" does."""
        if self.below(4):
            return self.read()
        self.note("open with O_TRUNC")
        os.close(os.open(self.path, os.O_WRONLY | os.O_TRUNC))
        self.resize(0)

    def mapped(self, access):
        """A part of the file that is there, and where it begins in a mapping of it."""
        offset, length = self.place(len(self.model)) if self.model else (0, 0)
        if not length:
            return None, 0, 0, 0
        start = offset // mmap.ALLOCATIONGRANULARITY * mmap.ALLOCATIONGRANULARITY
        return (mmap.mmap(self.fd, offset - start + length, access=access, offset=start), offset - start, offset, length)

    def mapread(self):
        """Private, for v9fs without a cache has no other mappings."""
        memory, begin, offset, length = self.mapped(mmap.ACCESS_COPY)
        self.note("mapread", offset, length)
        if memory:
            with memory:
                self.expect("mapread", offset, memory[begin:begin + length], self.model[offset:offset + length])

    def mapwrite(self):
        memory, begin, offset, length = self.mapped(mmap.ACCESS_WRITE)
        sync = self.below(2)
        self.note("mapwrite", offset, length, "msync" if sync else "")
        if memory:
            with memory:
                data = self.content(length)
                memory[begin:begin + length] = data
                if sync:
                    memory.flush()
                self.put(offset, data)

    def allocate(self):
        """Where the file system cannot, glibc writes zeros where there is nothing yet."""
        offset, length = self.place(self.largest)
        self.note("allocate", offset, length)
        if length:
            os.posix_fallocate(self.fd, offset, length)
            self.resize(max(len(self.model), offset + length))

    def copy(self):
        """Within the file, by the kernel; the two parts do not overlap."""
        offset, length = self.place(len(self.model)) if self.model else (0, 0)
        to = offset + length + self.below(self.largest // 4)
        length = min(length, self.largest - to)
        self.note("copy", offset, to, length)
        done = 0
        while done < length:
            copied = os.copy_file_range(self.fd, self.fd, length - done, offset + done, to + done)
            if not copied:
                raise Difference(f"copy at {offset + done}: nothing was copied of {length - done} bytes")
            done += copied
        if length > 0:
            self.put(to, bytes(self.model[offset:offset + length]))

    def sync(self):
        self.note("fsync")
        os.fsync(self.fd)

    def reopen(self):
        self.note("close, open")
        os.close(self.fd)
        self.fd = os.open(self.path, os.O_RDWR)

    def size(self):
        for what, found in ("fstat", os.fstat(self.fd)), ("stat", os.stat(self.path)), ("seek", None):
            found = os.lseek(self.fd, 0, os.SEEK_END) if found is None else found.st_size
            if found != len(self.model):
                raise Difference(f"{what}: a size of {found} for {len(self.model)}")

    def holes(self):
        """A file system that knows no holes says that all is data; one that does may say so of whole zeros only."""
        if not self.model:
            return
        offset = self.below(len(self.model))
        self.note("seek to data", offset)
        try:
            data = os.lseek(self.fd, offset, os.SEEK_DATA)
        except OSError as e:
            if e.errno != errno.ENXIO:
                raise
            data = len(self.model)
        self.expect("hole", offset, self.model[offset:data], bytes(data - offset))

    def all(self):
        self.note("compare all")
        with open(self.path, "rb", buffering=0) as file:
            self.expect("all", 0, file.read(), self.model)
        self.size()


KINDS = ("read write append shrink grow empty mapread mapwrite allocate copy sync reopen size holes").split()
OFTEN = {"read": 6, "write": 6, "mapread": 4, "mapwrite": 4, "shrink": 2, "grow": 2}


def main(path, seed, operations, largest=256 << 10, kinds=",".join(KINDS)):
    exerciser = Exerciser(path, int(seed), int(largest))
    choice = [kind for kind in kinds.split(",") for _ in range(OFTEN.get(kind, 1))]
    done = 0
    try:
        for done in range(1, int(operations) + 1):
            getattr(exerciser, choice[exerciser.below(len(choice))])()
            if done % 50 == 0:
                exerciser.all()
        exerciser.reopen()
        exerciser.all()
    except (Difference, OSError) as e:
        sys.exit(f"{path}: seed {seed}, operation {done}: {e}; the last ones:\n" + "\n".join(exerciser.log[-30:]))
    os.close(exerciser.fd)
    os.unlink(path)
    print(f"{operations} operations, seed {seed}: all as it should be")


main(*sys.argv[1:])
