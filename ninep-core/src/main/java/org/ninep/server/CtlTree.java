package org.ninep.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.ninep.Errno;
import org.ninep.message.Protocol;
import org.ninep.message.Timespec;

/**
 * The server's own state as files, as diod has it, for its tools and for looking in. Every size is 0, as in {@code /proc}.
 *
 * <ul>
 * <li>{@code zero} reads zeros without end, {@code null} takes writes and forgets them: {@code diodload} copies the one to
 * the other.
 * <li>{@code version} is a line of text, {@code date} the seconds since 1970, for {@code dioddate}.
 * <li>{@code connections} has a line for each client with its host and its number of fids, for {@code diodshowmount}, which
 * takes 79 bytes for more than one line.
 * <li>{@code clients} has a line for each with all that is known: its peer, user, msize, fids, requests, bytes read, bytes
 * written and the users that were verified.
 * <li>{@code tpools}, in the server's own tree alone, is a line for {@code dtop}: all that the server was asked since it began.
 * <li>{@code meminfo} has the two lines of {@code /proc/meminfo} without which {@code dtop} takes a server for dead; it is
 * empty where there is none.
 * </ul>
 *
 * <p>
 * Thread-safe.
 */
public final class CtlTree implements FileTree {
    /** The name under which a server exports it. */
    public static final String ANAME = "ctl";

    /** The requests that diod counts, in its order: statfs, lopen and so on. It has no renameat and no unlinkat. */
    private static final int[] COUNTED = {8, 12, 14, 16, 18, 20, 22, 24, 26, 30, 32, 40, 50, 52, 54, 70, 72, 100, 102,
            104,
            108, 110, 116, 118, 120, 122};
    /** What a Unix socket's peer has no host in. */
    private static final Pattern HOST_AND_PORT = Pattern.compile("\\[?(.*?)]?:\\d+");

    private final Inode root;

    /** @param clients asked each time when {@code connections} or {@code clients} is opened */
    public CtlTree(Supplier<List<ClientStats>> clients) {
        Timespec now = Timespec.of(Instant.now());
        root = Inode.directory(1, null, 0555, now);
        put("version", 0444, now, textual(() -> "ninep " + Protocol.VERSION_9P2000_L + "\n"));
        put("date", 0444, now, textual(CtlTree::date));
        put("connections", 0444, now, textual(() -> lines(clients, c -> host(c) + " " + c.fids() + "\n")));
        put("clients", 0444, now, textual(() -> lines(clients, CtlTree::line)));
        put("meminfo", 0444, now, textual(CtlTree::memory));
        put("zero", 0444, now, (inode, flags) -> {
            refuseWriting(flags);
            return new Zeros(inode);
        });
        put("null", 0666, now, (inode, _) -> new Nothing(inode));
    }

    /** @param counts read each time when {@code tpools} is opened */
    CtlTree(Supplier<List<ClientStats>> clients, RequestCounts counts) {
        this(clients);
        put("tpools", 0444, root.attr.mtime(), textual(() -> pool(clients.get(), counts)));
    }

    private void put(String name, int permissions, Timespec time, Inode.Opener opener) {
        root.children.put(name, Inode.file(root.children.size() + 2, root, permissions, 0, time, opener));
    }

    @Override
    public FileNode attach(String aname, User user) {
        return new InodeNode(root, new InodeNode.Totals(0, root.children.size() + 1));
    }

    private static String date() {
        Instant now = Instant.now();
        return "%d.%06d 0.0\n".formatted(now.getEpochSecond(), now.getNano() / 1000);
    }

    private static String lines(Supplier<List<ClientStats>> clients, Function<ClientStats, String> line) {
        return clients.get().stream().map(line).collect(Collectors.joining());
    }

    private static String line(ClientStats c) {
        return "%s uname=%s uid=%s msize=%d fids=%d requests=%d read=%d written=%d verified=%s\n".formatted(
                word(c.peer()), c.uname().isEmpty() ? "-" : word(c.uname()),
                c.uid() == Protocol.NONUNAME ? "-" : Integer.toUnsignedString(c.uid()), c.msize(), c.fids(),
                c.requests(), c.bytesRead(), c.bytesWritten(), verified(c));
    }

    private static String host(ClientStats c) {
        Matcher tcp = HOST_AND_PORT.matcher(c.peer());
        return word(tcp.matches() ? tcp.group(1) : c.peer());
    }

    private static String memory() {
        try (Stream<String> all = Files.lines(Path.of("/proc/meminfo"))) {
            return all.filter(line -> line.startsWith("Cached:") || line.startsWith("Dirty:"))
                    .collect(Collectors.joining("\n", "", "\n"));
        } catch (IOException | UncheckedIOException e) {
            return "";
        }
    }

    private static String word(String text) {
        return text.replaceAll("[^\\p{Graph}]", "?");
    }

    /**
     * A pool's name, its requests in progress, its fids, bytes read and written; how often each request was made; and how many
     * reads and how many writes there were of each length. diod has a pool of threads for each export, we none: all is one.
     */
    private static String pool(List<ClientStats> clients, RequestCounts counts) {
        LongStream state = LongStream.of(1, clients.stream().mapToInt(ClientStats::fids).sum(), counts.bytesRead(),
                counts.bytesWritten());
        LongStream requests = IntStream.of(COUNTED).mapToLong(counts::requests);
        return Stream.of(state, requests, counts.readLengths(), counts.writeLengths())
                .flatMap(LongStream::boxed).map(String::valueOf).collect(Collectors.joining(" ", "default ", "\n"));
    }

    private static String verified(ClientStats c) {
        return c.verified().isEmpty()
                ? "-"
                : c.verified().stream().map(Integer::toUnsignedString).collect(Collectors.joining(","));
    }

    private static void refuseWriting(int flags) throws ErrnoException {
        if (FileNode.wantsToWrite(flags)) {
            throw new ErrnoException(Errno.EACCES, "not to be written");
        }
    }

    /** The text is made once, on opening, so that a reader in pieces gets one text. */
    private static Inode.Opener textual(Supplier<String> text) {
        return (inode, flags) -> {
            refuseWriting(flags);
            return new BytesFile(inode.attr, ByteBuffer.wrap(text.get().getBytes(StandardCharsets.UTF_8)));
        };
    }

    private static final class Zeros extends AttrFile {
        private static final byte[] CHUNK = new byte[4096];

        Zeros(Inode inode) {
            super(inode.attr);
        }

        @Override
        public void read(long offset, ByteBuffer dst) {
            while (dst.hasRemaining()) {
                dst.put(CHUNK, 0, Math.min(CHUNK.length, dst.remaining()));
            }
        }
    }

    private static final class Nothing extends AttrFile {
        Nothing(Inode inode) {
            super(inode.attr);
        }

        @Override
        public void read(long offset, ByteBuffer dst) {
            // the end of the file is at once
        }

        @Override
        public void write(long offset, ByteBuffer src) throws IOException {
            src.position(src.limit());
        }
    }
}
