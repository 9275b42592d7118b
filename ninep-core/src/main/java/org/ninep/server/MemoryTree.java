package org.ninep.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ninep.Errno;
import org.ninep.codec.Names;
import org.ninep.message.Timespec;

/**
 * A tree in memory, read-only: files whose content is bytes or a function, directories, symbolic links and extended
 * attributes.
 *
 * <pre>{@code
 * FileTree tree = MemoryTree.builder()
 *         .file("images/hello.txt", "hello\n")
 *         .file("images/disk.img", 1L << 30, (offset, dst) -> fill(offset, dst))
 *         .symlink("latest", "images/disk.img")
 *         .build();
 * }</pre>
 *
 * <p>
 * Immutable.
 */
public final class MemoryTree implements FileTree {
    private final Inode root;
    private final InodeNode.Totals totals;

    private MemoryTree(Inode root, InodeNode.Totals totals) {
        this.root = root;
        this.totals = totals;
    }

    /** An empty tree to be filled. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public FileNode attach(String aname, User user) {
        return new InodeNode(root, totals);
    }

    /** The content of a file, as a function. */
    @FunctionalInterface
    public interface Content {
        /**
         * Fills the buffer from its position on, and moves that: to the limit, or less far, but not at all only where the
         * content ends before the size that was stated. Called by any number of clients' threads at the same time.
         *
         * @param offset of the first byte; {@code offset + remaining} is not above the file's size
         * @param dst direct; not to be kept, nor used outside of position and limit
         * @throws IOException tells the client: an {@link ErrnoException} its number, any other EIO
         */
        void read(long offset, ByteBuffer dst) throws IOException;
    }

    /**
     * Puts files into a tree. Paths are relative to its root ({@code "a/b"}); directories on the way are made.
     *
     * <p>
     * Confined to one thread.
     */
    public static final class Builder {
        private Timespec time = Timespec.of(Instant.now());
        private Inode root = Inode.directory(1, null, 0555, time);
        private final Map<String, Inode> byPath = new LinkedHashMap<>(Map.of("", root));
        private long bytes;

        private Builder() {}

        /** The times of the files that are put in from now on; from the start the time when the builder was made. */
        public Builder modified(Instant instant) {
            time = Timespec.of(instant);
            if (byPath.size() == 1) {
                root = Inode.directory(1, null, 0555, time);
                byPath.put("", root);
            }
            return this;
        }

        /**
         * A file of UTF-8 text.
         *
         * @throws IllegalArgumentException if the path is taken, or no path
         */
        public Builder file(String path, String text) {
            return file(path, text.getBytes(StandardCharsets.UTF_8));
        }

        /**
         * A file of bytes.
         *
         * @param content not copied: changes show, and are no concern of this class
         * @throws IllegalArgumentException if the path is taken, or no path
         */
        public Builder file(String path, byte[] content) {
            return file(path, ByteBuffer.wrap(content));
        }

        /**
         * A file of bytes.
         *
         * @param content from position to limit, not copied
         * @throws IllegalArgumentException if the path is taken, or no path
         */
        public Builder file(String path, ByteBuffer content) {
            ByteBuffer bytes = content.slice().asReadOnlyBuffer();
            return file(path, bytes.remaining(),
                    (offset, dst) -> dst.put(bytes.slice((int) offset, dst.remaining())));
        }

        /**
         * A file whose content is a function.
         *
         * @param size in bytes, not negative
         * @param content asked for what lies within the size
         * @throws IllegalArgumentException if the path is taken, or no path
         */
        public Builder file(String path, long size, Content content) {
            if (size < 0) {
                throw new IllegalArgumentException(path + ": size " + size + " is negative");
            }
            bytes += size;
            put(path, Inode.file(byPath.size() + 1, parent(path), 0444, size, time,
                    (inode, flags) -> new MemoryFile(inode, flags, content)));
            return this;
        }

        /**
         * A directory, unless it is there already.
         *
         * @throws IllegalArgumentException if the path is taken by something else, or no path
         */
        public Builder directory(String path) {
            makeDirectory(path);
            return this;
        }

        /**
         * A symbolic link.
         *
         * @param target any text, which only clients interpret
         * @throws IllegalArgumentException if the path is taken, or no path
         */
        public Builder symlink(String path, String target) {
            put(path, Inode.symlink(byPath.size() + 1, parent(path), target, Names.encode(target).length, time));
            return this;
        }

        /**
         * An extended attribute.
         *
         * @param path of something that is in the tree; {@code ""} is its root
         * @param name with its namespace: {@code user.comment}
         * @param value not copied
         * @throws IllegalArgumentException if there is nothing at the path
         */
        public Builder xattr(String path, String name, byte[] value) {
            Inode inode = byPath.get(path);
            if (inode == null) {
                throw new IllegalArgumentException(path + " is not in the tree");
            }
            inode.xattrs.put(name, ByteBuffer.wrap(value).asReadOnlyBuffer());
            return this;
        }

        /** The tree; the builder is of no more use. */
        public MemoryTree build() {
            return new MemoryTree(root, new InodeNode.Totals(bytes, byPath.size()));
        }

        private Inode parent(String path) {
            int slash = path.lastIndexOf('/');
            return slash < 0 ? root : makeDirectory(path.substring(0, slash));
        }

        private Inode makeDirectory(String path) {
            Inode there = byPath.get(path);
            if (there == null) {
                Inode parent = parent(path);
                there = Inode.directory(byPath.size() + 1, parent, 0555, time);
                put(path, there);
            }
            if (!there.attr.isDirectory()) {
                throw new IllegalArgumentException(path + " is not a directory");
            }
            return there;
        }

        private void put(String path, Inode inode) {
            String name = path.substring(path.lastIndexOf('/') + 1);
            if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("\"" + path + "\" is no path of a file");
            }
            if (byPath.putIfAbsent(path, inode) != null) {
                throw new IllegalArgumentException(path + " is in the tree already");
            }
            inode.outer().children.put(name, inode);
        }
    }

    /** An open file of bytes or of a function. */
    private static final class MemoryFile extends AttrFile {
        private final Content content;

        MemoryFile(Inode inode, int flags, Content content) throws ErrnoException {
            super(inode.attr);
            if (FileNode.wantsToWrite(flags)) {
                throw new ErrnoException(Errno.EROFS, "read-only tree");
            }
            this.content = content;
        }

        @Override
        public void read(long offset, ByteBuffer dst) throws IOException {
            long left = attr().size() - offset;
            if (left > 0) {
                dst.limit(dst.position() + (int) Math.min(left, dst.remaining()));
                content.read(offset, dst);
            }
        }
    }
}
