package org.ninep.benchmarks;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import org.ninep.ConnectionLostException;
import org.ninep.Errno;
import org.ninep.codec.Codec;
import org.ninep.codec.Frame;
import org.ninep.codec.InPlace;
import org.ninep.message.Attr;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.Tattach;
import org.ninep.message.Tmessage.Tclunk;
import org.ninep.message.Tmessage.Tgetattr;
import org.ninep.message.Tmessage.Tlopen;
import org.ninep.message.Tmessage.Tversion;
import org.ninep.message.Tmessage.Twalk;
import org.ninep.transport.Connection;
import org.ninep.transport.InProcess;
import org.ninep.transport.Transport;

/** A server on a thread of its own that answers every read with bytes that lie ready, and allocates nothing for that. */
final class AnsweringServer implements Transport {
    /** How long the file is that every path leads to. */
    static final int FILE_BYTES = 1 << 30;
    private static final int ROOM = 1 << 20;
    /** The file's content is the same whoever asks: what is not would not be trusted for long. */
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(ROOM);
    private static final Qid QID = new Qid(Qid.FILE, 0, 1);
    private static final Timespec TIME = new Timespec(1, 0);
    private static final Attr ATTR = new Attr(Attr.BASIC, QID, Attr.S_IFREG | 0644, 0, 0, 1, 0, FILE_BYTES, 4096, 0,
            TIME,
            TIME, TIME, TIME, 0, 0);

    /**
     * Serves at a Unix socket.
     *
     * @return to be closed in the end, when no further client is taken
     */
    static ServerSocketChannel listen(Path socket) throws IOException {
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(socket));
        start(() -> {
            try {
                while (true) {
                    SocketChannel accepted = listening.accept();
                    start(() -> serve(Connection.of(accepted, "client")));
                }
            } catch (IOException e) {
                // it was closed
            }
        });
        return listening;
    }

    private static void start(Runnable work) {
        Thread.ofPlatform().daemon().name("answering-server").start(work);
    }

    @Override
    public Connection connect(Duration timeout) throws ConnectionLostException {
        try {
            InProcess ends = InProcess.pair(endpoint());
            start(() -> serve(ends.server()));
            return ends.client();
        } catch (IOException e) {
            throw new ConnectionLostException("no pipes: " + e.getMessage(), e);
        }
    }

    @Override
    public String endpoint() {
        return "answering server";
    }

    private static void serve(Connection connection) {
        ByteBuffer in = ByteBuffer.allocateDirect(ROOM).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer out = ByteBuffer.allocateDirect(ROOM).order(ByteOrder.LITTLE_ENDIAN);
        try (connection) {
            while (connection.source().read(in) >= 0) {
                in.flip();
                while (in.remaining() >= 4 && in.remaining() >= InPlace.size(in, in.position())) {
                    answer(in, out);
                    in.position(in.position() + InPlace.size(in, in.position()));
                }
                in.compact();
                out.flip();
                while (out.hasRemaining()) {
                    connection.sink().write(out);
                }
                out.clear();
            }
        } catch (IOException e) {
            // the client is gone
        }
    }

    private static void answer(ByteBuffer in, ByteBuffer out) throws IOException {
        int at = in.position();
        if (InPlace.type(in, at) == InPlace.TREAD) {
            int count = InPlace.requestCount(in, at);
            InPlace.putRread(out, InPlace.tag(in, at), count);
            out.put(out.position(), ZEROS, 0, count).position(out.position() + count);
        } else {
            Frame<Tmessage> request = Codec.decodeRequest(in.slice(at, InPlace.size(in, at)));
            Codec.encode(new Frame<>(request.tag(), reply(request.message())), out);
        }
    }

    private static Rmessage reply(Tmessage request) {
        return switch (request) {
            case Tversion t -> new Rmessage.Rversion(t.msize(), t.version());
            case Tattach _ -> new Rmessage.Rattach(QID);
            case Twalk t -> new Rmessage.Rwalk(Collections.nCopies(t.names().size(), QID));
            case Tlopen _ -> new Rmessage.Rlopen(QID, 0);
            case Tgetattr _ -> new Rmessage.Rgetattr(ATTR);
            case Tclunk _ -> new Rmessage.Rclunk();
            default -> new Rmessage.Rlerror(Errno.EOPNOTSUPP);
        };
    }
}
