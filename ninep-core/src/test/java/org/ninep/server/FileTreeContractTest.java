package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.message.Attr;
import org.ninep.message.FileSystemStatus;
import org.ninep.message.Qid;
import org.ninep.testkit.FileTreeContract;

/** The trees that there are keep to what the server relies on; and one that does not is found out. */
class FileTreeContractTest {
    @TempDir
    Path dir;

    private final AtomicInteger empty = new AtomicInteger();

    private static Stream<DynamicTest> tests(String of, List<FileTreeContract.Check> checks) {
        return checks.stream().map(check -> dynamicTest(of + " " + check.name(), check::run));
    }

    private interface Made {
        FileTree get() throws IOException;
    }

    private static Supplier<FileTree> supplier(Made made) {
        return () -> {
            try {
                return made.get();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private static MemoryTree memory() {
        return MemoryTree.builder().file("hello", "hello, world").file("sub/empty", "").file("sub/x", "x".repeat(5000))
                .symlink("link", "sub/x").directory("sub/deep/er").xattr("hello", "user.a", new byte[3]).build();
    }

    private DirectoryTree.Builder onDisk() throws IOException {
        Path path = dir.resolve("full");
        if (!Files.exists(path)) {
            Files.createDirectories(path.resolve("sub/deep/er"));
            Files.writeString(path.resolve("hello"), "hello, world");
            Files.createFile(path.resolve("sub/empty"));
            Files.writeString(path.resolve("sub/x"), "x".repeat(5000));
            Files.createSymbolicLink(path.resolve("link"), Path.of("sub/x"));
        }
        return DirectoryTree.builder(path);
    }

    private DirectoryTree.Builder emptyOnDisk() throws IOException {
        return DirectoryTree.builder(Files.createDirectory(dir.resolve("empty" + empty.incrementAndGet()))).readWrite();
    }

    @TestFactory
    Stream<DynamicTest> treesKeepTheContract() {
        return Stream.of(tests("MemoryTree", FileTreeContract.reading(FileTreeContractTest::memory)),
                tests("DirectoryTree", FileTreeContract.reading(supplier(() -> onDisk().build()))),
                tests("writable DirectoryTree", FileTreeContract.reading(supplier(() -> onDisk().readWrite().build()))),
                tests("writable DirectoryTree", FileTreeContract.writing(supplier(() -> emptyOnDisk().build()))),
                tests("writable DirectoryTree of places",
                        FileTreeContract.writing(supplier(() -> emptyOnDisk().maxHeldDescriptors(0).build()))))
                .flatMap(t -> t);
    }

    private Set<String> failures(Flaw flaw) throws IOException {
        Set<String> failed = new TreeSet<>();
        FileTree sound = memory();
        FileTree tree = (aname, user) -> new Flawed(sound.attach(aname, user), flaw);
        for (FileTreeContract.Check check : FileTreeContract.reading(() -> tree)) {
            try {
                check.run();
            } catch (AssertionError found) {
                failed.add(check.name());
            }
        }
        return failed;
    }

    @Test
    void findsOutATreeThatDoesNot() throws IOException {
        assertEquals(Set.of(), failures(Flaw.NONE));
        assertEquals(Set.of("gives each entry the qid and the type of its file",
                "lists \".\" and \"..\" with the right qids",
                "goes on behind any entry, and keeps the one that was not taken",
                "fills the attributes that it marks",
                "reads each file to its size, at any offset and into any part of a buffer"),
                failures(Flaw.QID));
        assertEquals(Set.of("reads each file to its size, at any offset and into any part of a buffer"),
                failures(Flaw.SHORT));
        assertEquals(Set.of("finds the parent of each directory, and the root above itself",
                "lists \".\" and \"..\" with the right qids"), failures(Flaw.PARENT));
        assertEquals(Set.of("refuses every change with EROFS unless it is writable"), failures(Flaw.SILENT));
    }

    private enum Flaw {
        NONE, QID, SHORT, PARENT, SILENT
    }

    /** Passes all on, but for one flaw. */
    private record Flawed(FileNode node, Flaw flaw) implements FileNode {
        @Override
        public Qid qid() {
            Qid q = node.qid();
            return flaw == Flaw.QID ? new Qid(q.type(), q.version(), q.path() + 1) : q;
        }

        @Override
        public Attr attr() throws IOException {
            return node.attr();
        }

        @Override
        public FileNode walk(String name) throws IOException {
            return new Flawed(node.walk(name), flaw);
        }

        @Override
        public FileNode parent() throws IOException {
            return new Flawed(flaw == Flaw.PARENT ? node.walk("sub") : node.parent(), flaw);
        }

        @Override
        public OpenFile open(int flags) throws IOException {
            OpenFile file = node.open(flags);
            return flaw != Flaw.SHORT ? file : new OpenFile() {
                @Override
                public Qid qid() {
                    return file.qid();
                }

                @Override
                public Attr attr() throws IOException {
                    return file.attr();
                }

                @Override
                public void read(long offset, ByteBuffer dst) throws IOException {
                    if (offset == 0) {
                        file.read(offset, dst);
                    }
                }
            };
        }

        @Override
        public OpenDirectory openDirectory() throws IOException {
            return node.openDirectory();
        }

        @Override
        public String readlink() throws IOException {
            return node.readlink();
        }

        @Override
        public FileSystemStatus statfs() throws IOException {
            return node.statfs();
        }

        @Override
        public void remove() throws IOException {
            if (flaw != Flaw.SILENT) {
                node.remove();
            }
        }
    }
}
