package org.ninep.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.ninep.ConnectionLostException;
import org.ninep.TimeSource;
import org.ninep.message.Attr;
import org.ninep.message.Protocol;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.Rgetattr;
import org.ninep.message.Rmessage.Rversion;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.Tattach;
import org.ninep.message.Tmessage.Tgetattr;
import org.ninep.message.Tmessage.Tlopen;
import org.ninep.message.Tmessage.Tversion;
import org.ninep.message.Tmessage.Twalk;
import org.ninep.transport.Transport;

/**
 * The client as it is, with its tags, flushes and buffers, but without a thread and a socket: it takes a step when it is told
 * to, over bytes that somebody brings and takes away. For simulations.
 *
 * <p>
 * Confined to one thread.
 */
public final class SteppedClient {
    private final Memory memory;
    private final Session session;
    private final Client client;
    private final Caller caller;
    private final int msize;
    private boolean over;
    private boolean reusesTagsTooEarly;

    /**
     * A client whose connection is there.
     *
     * @param maxRequests as {@link ClientBuilder#maxRequests}: with few, tags are soon used again
     * @param sink takes what is sent
     */
    public SteppedClient(String peer, TimeSource time, int msize, int maxRequests, Consumer<ByteBuffer> sink) {
        ClientBuilder options = Client.builder(Transport.tcp("sim", 1)).timeSource(time).maxRequests(maxRequests)
                .threadFactory(NeverStarted::new);
        this.memory = new Memory(peer, sink);
        this.msize = msize;
        this.session = new Session(memory, options);
        this.client = new Client(session, options);
        this.caller = new Caller(session, Duration.ofSeconds(10));
    }

    private static final class NeverStarted extends Thread {
        NeverStarted(Runnable task) {
            super(task);
        }
    }

    /** A mistake on purpose: tags of requests that were given up are used again before the server has let go of them. */
    public void reuseTagsTooEarly() {
        reusesTagsTooEarly = true;
    }

    /** Agrees on the version, attaches, walks, opens and asks for the attributes. */
    public void open(String name, Duration timeout, BiConsumer<RemoteFile, Attr> opened, Consumer<IOException> failed) {
        new Handshake(name, timeout, opened, failed).begin();
    }

    private final class Handshake {
        private static final int ROOT = 0;
        private static final int FILE = 1;

        private final String name;
        private final Duration timeout;
        private final BiConsumer<RemoteFile, Attr> opened;
        private final Consumer<IOException> failed;

        Handshake(String name, Duration timeout, BiConsumer<RemoteFile, Attr> opened, Consumer<IOException> failed) {
            this.name = name;
            this.timeout = timeout;
            this.opened = opened;
            this.failed = failed;
        }

        void begin() {
            int root = caller.takeFid();
            int file = caller.takeFid();
            ask(new Tversion(msize, Protocol.VERSION_9P2000_L), version -> {
                session.msize(((Rversion) version).msize());
                ask(new Tattach(root, Protocol.NOFID, "", "", 0),
                        _ -> ask(new Twalk(root, file, List.of(name)), _ -> open(file)));
            });
            if (root != ROOT || file != FILE) {
                throw new IllegalStateException("a client is opened once");
            }
        }

        private void open(int fid) {
            ask(new Tlopen(fid, Tlopen.RDONLY), _ -> ask(new Tgetattr(fid, Attr.BASIC), reply -> {
                Attr attr = ((Rgetattr) reply).attr();
                Qid qid = attr.qid();
                opened.accept(new RemoteFile(client, caller, new Handle(fid, "/" + name), qid), attr);
            }));
        }

        private void ask(Tmessage request, Consumer<Rmessage> then) {
            session.submit(new MessageCall(request, null, null, name, new Answer() {
                @Override
                public void completed(Rmessage reply) {
                    then.accept(reply);
                }

                @Override
                public void failed(IOException cause) {
                    failed.accept(cause);
                }
            }, _ -> {}), timeout);
        }
    }

    /** Told when all is over. */
    public void whenEnded(Consumer<IOException> handler) {
        client.whenEnded(handler);
    }

    /** Bytes from the other end; the next step reads them. */
    public void arrived(ByteBuffer bytes) {
        memory.arrived.add(bytes);
    }

    /** The other end has closed the connection; found out when what arrived before has been read. */
    public void hungUp() {
        memory.eof = true;
    }

    /** Has the next step be the last. */
    public void end() {
        session.inFlight.end(new ConnectionLostException("the connection was closed on this side"));
    }

    /** Does what is to be done now. */
    public void step() {
        if (!over) {
            if (reusesTagsTooEarly) {
                session.inFlight.all().stream().filter(call -> call.done && !call.answered && !call.isFlush())
                        .forEach(session.inFlight::release);
            }
            over = !session.step();
        }
    }

    /** Whether the last step has been taken. */
    public boolean isOver() {
        return over;
    }

    /** Milliseconds until a step is due though nothing comes, or 0 if none is. */
    public long untilDue() {
        return over ? 0 : session.inFlight.untilWakeAt();
    }

    /** Bytes in memory as a connection. */
    private static final class Memory implements Wire, ScatteringByteChannel, GatheringByteChannel {
        private final String peer;
        private final Consumer<ByteBuffer> sink;
        private final Outbox outbox = new Outbox();
        private final ArrayDeque<ByteBuffer> arrived = new ArrayDeque<>();
        private boolean eof;
        private boolean closed;

        Memory(String peer, Consumer<ByteBuffer> sink) {
            this.peer = peer;
            this.sink = sink;
        }

        @Override
        public String peer() {
            return peer;
        }

        @Override
        public ScatteringByteChannel source() {
            return this;
        }

        @Override
        public Outbox outbox() {
            return outbox;
        }

        @Override
        public void flush() {
            try {
                boolean all = outbox.flush(this);
                if (!all) {
                    throw new IllegalStateException("memory takes everything");
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void flushOn() {}

        @Override
        public boolean select(long millis, boolean few) {
            return false;
        }

        @Override
        public void wakeup() {}

        @Override
        public void close() {
            closed = true;
        }

        @Override
        public boolean isOpen() {
            return !closed;
        }

        @Override
        public int read(ByteBuffer into) {
            return (int) read(new ByteBuffer[]{into}, 0, 1);
        }

        @Override
        public long read(ByteBuffer[] into) {
            return read(into, 0, into.length);
        }

        @Override
        public long read(ByteBuffer[] into, int offset, int length) {
            long count = 0;
            for (int i = offset; i < offset + length; i++) {
                ByteBuffer from = arrived.peek();
                while (from != null && into[i].hasRemaining()) {
                    int some = Math.min(from.remaining(), into[i].remaining());
                    into[i].put(from.slice(from.position(), some));
                    from.position(from.position() + some);
                    count += some;
                    if (!from.hasRemaining()) {
                        arrived.remove();
                    }
                    from = arrived.peek();
                }
            }
            return count == 0 && eof && arrived.isEmpty() ? -1 : count;
        }

        @Override
        public int write(ByteBuffer data) {
            int count = data.remaining();
            sink.accept(ByteBuffer.allocate(count).put(data).flip());
            return count;
        }

        @Override
        public long write(ByteBuffer[] data) {
            return write(data, 0, data.length);
        }

        @Override
        public long write(ByteBuffer[] data, int offset, int length) {
            long count = 0;
            for (int i = offset; i < offset + length; i++) {
                count += write(data[i]);
            }
            return count;
        }
    }

    /** The session that answers it, for messages. */
    @Override
    public String toString() {
        return "SteppedClient(" + memory.peer + ")";
    }

}
