package org.ninep.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;
import org.ninep.message.Attr;
import org.ninep.message.Qid;

/** An open file on disk. */
final class DiskFile implements OpenFile {
    private final ExportRoot root;
    private final @Nullable Location location;
    private final FileStat opened;
    private final FileChannel channel;

    DiskFile(ExportRoot root, @Nullable Location location, FileStat opened, FileChannel channel) {
        this.root = root;
        this.location = location;
        this.opened = opened;
        this.channel = channel;
    }

    @Override
    public Qid qid() {
        return opened.qid(root.dev());
    }

    /** Of an open file the JDK tells only the size: when its name has gone, the rest is what it was. */
    @Override
    public Attr attr() throws IOException {
        try {
            FileStat now = root.stat(location);
            if (now.key().equals(opened.key())) {
                return now.attr(root.dev());
            }
        } catch (IOException nameIsGone) {
            // the file is not
        }
        return opened.attr(root.dev(), channel.size());
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws IOException {
        channel.read(dst, offset);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
