package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.ninep.Errno;
import org.ninep.codec.Codec;
import org.ninep.codec.DirectoryEntries;
import org.ninep.codec.Frame;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.Protocol;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.*;
import org.ninep.transport.Connection;
import org.ninep.transport.Transport;

/** A client that sends what it is told, frame by frame, and waits for each reply. */
final class RawClient implements AutoCloseable {
    static final int TAG = 7;
    private static final Duration CONNECT = Duration.ofSeconds(60);

    private final Connection connection;

    RawClient(Connection connection) {
        this.connection = connection;
    }

    static RawClient connect(Transport transport) throws IOException {
        return new RawClient(transport.connect(CONNECT));
    }

    /** Connected, with a version agreed on. */
    static RawClient versioned(Transport transport, int msize) throws IOException {
        RawClient client = connect(transport);
        client.call(new Tversion(msize, Protocol.VERSION_9P2000_L), Rversion.class);
        return client;
    }

    /** Connected and attached: fid 0 is the root of the export. */
    static RawClient attached(Transport transport, String aname) throws IOException {
        RawClient client = versioned(transport, 1 << 16);
        client.attach(0, aname);
        return client;
    }

    Rattach attach(int fid, String aname) throws IOException {
        return call(new Tattach(fid, Protocol.NOFID, "nobody", aname, 65534), Rattach.class);
    }

    Connection connection() {
        return connection;
    }

    void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            connection.sink().write(bytes);
        }
    }

    void send(int tag, Tmessage request) throws IOException {
        send(bytes(tag, request));
    }

    static ByteBuffer bytes(int tag, Tmessage request) {
        ByteBuffer fixed = Codec.encode(new Frame<>(tag, request));
        ByteBuffer payload = Codec.payload(request);
        return ByteBuffer.allocate(fixed.remaining() + payload.remaining()).put(fixed).put(payload).flip();
    }

    /** The next reply, in memory of its own. */
    Frame<Rmessage> receive() throws IOException {
        ByteBuffer size = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        fill(size);
        ByteBuffer frame = ByteBuffer.allocate(size.getInt(0)).put(size.flip());
        fill(frame);
        return Codec.decodeReply(frame.flip());
    }

    private void fill(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (connection.source().read(buffer) < 0) {
                throw new EOFException("the server closed the connection");
            }
        }
    }

    /** Whether the server closed the connection, with nothing more in it. */
    boolean isAtEnd() {
        try {
            return connection.source().read(ByteBuffer.allocate(1)) < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    Rmessage call(Tmessage request) throws IOException {
        int tag = request instanceof Tversion ? Protocol.NOTAG : TAG;
        send(tag, request);
        Frame<Rmessage> reply = receive();
        assertEquals(tag, reply.tag());
        return reply.message();
    }

    <T extends Rmessage> T call(Tmessage request, Class<T> type) throws IOException {
        return assertInstanceOf(type, call(request), request::toString);
    }

    Errno refused(Tmessage request) throws IOException {
        return call(request, Rlerror.class).errno();
    }

    List<Qid> walk(int fid, int newfid, String... names) throws IOException {
        return call(new Twalk(fid, newfid, List.of(names)), Rwalk.class).qids();
    }

    Rlopen open(int fid) throws IOException {
        return call(new Tlopen(fid, Tlopen.RDONLY), Rlopen.class);
    }

    /** Walks from fid 0 and opens. */
    Rlopen open(int newfid, String... names) throws IOException {
        assertEquals(names.length, walk(0, newfid, names).size());
        return open(newfid);
    }

    ByteBuffer read(int fid, long offset, int count) throws IOException {
        return call(new Tread(fid, offset, count), Rread.class).data();
    }

    String text(int fid) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int offset = 0;;) {
            ByteBuffer data = read(fid, offset, 1 << 16);
            if (!data.hasRemaining()) {
                return text.toString();
            }
            offset += data.remaining();
            text.append(StandardCharsets.UTF_8.decode(data));
        }
    }

    /** All entries of an open directory, with so many bytes at a time. */
    List<DirectoryEntry> entries(int fid, int count) throws IOException {
        List<DirectoryEntry> all = new ArrayList<>();
        long offset = 0;
        while (true) {
            List<DirectoryEntry> some = DirectoryEntries
                    .decode(call(new Treaddir(fid, offset, count), Rreaddir.class).data());
            if (some.isEmpty()) {
                return all;
            }
            all.addAll(some);
            offset = some.getLast().offset();
        }
    }

    List<String> names(int fid, int count) throws IOException {
        return entries(fid, count).stream().map(DirectoryEntry::name).toList();
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
