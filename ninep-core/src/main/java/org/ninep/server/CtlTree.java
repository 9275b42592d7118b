package org.ninep.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.ninep.Errno;
import org.ninep.message.Protocol;
import org.ninep.message.Timespec;

/**
 * The server's own state as files, as diod has it, for its tools and for looking in: {@code zero} reads zeros without
 * end, {@code null} takes writes and forgets them ({@code diodload} copies the one to the other), {@code version} is a
 * line of text, {@code date} the seconds since 1970 (for {@code dioddate}), and {@code connections} a line for each client:
 * its peer, user, msize, fids, requests, bytes read, bytes written and the users that were verified. Every size is 0, as in {@code /proc}.
 *
 * <p>
 * Thread-safe.
 */
public final class CtlTree implements FileTree {
    /** The name under which a server exports it. */
    public static final String ANAME = "ctl";

    private final Inode root;

    /** @param clients asked each time when {@code connections} is opened */
    public CtlTree(Supplier<List<ClientStats>> clients) {
        Timespec now = Timespec.of(Instant.now());
        root = Inode.directory(1, null, 0555, now);
        put("version", 0444, now, textual(() -> "ninep " + Protocol.VERSION_9P2000_L + "\n"));
        put("date", 0444, now, textual(CtlTree::date));
        put("connections", 0444, now,
                textual(() -> clients.get().stream().map(CtlTree::line).collect(Collectors.joining())));
        put("zero", 0444, now, (inode, flags) -> {
            refuseWriting(flags);
            return new Zeros(inode);
        });
        put("null", 0666, now, (inode, _) -> new Nothing(inode));
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

    private static String line(ClientStats c) {
        return "%s uname=%s uid=%s msize=%d fids=%d requests=%d read=%d written=%d verified=%s\n".formatted(c.peer(),
                c.uname().isEmpty() ? "-" : c.uname().replaceAll("[^\\p{Graph}]", "?"),
                c.uid() == Protocol.NONUNAME ? "-" : Integer.toUnsignedString(c.uid()), c.msize(), c.fids(),
                c.requests(),
                c.bytesRead(), c.bytesWritten(), verified(c));
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
