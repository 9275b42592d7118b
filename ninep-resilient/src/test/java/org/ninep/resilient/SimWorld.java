package org.ninep.resilient;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ninep.ConnectionLostException;
import org.ninep.RequestTimeoutException;
import org.ninep.client.AttrHandler;
import org.ninep.client.NinepUri;
import org.ninep.client.ReadHandler;
import org.ninep.client.RemoteFile;
import org.ninep.message.Attr;

/** The world of an engine, over simulated servers. Confined to one thread. */
final class SimWorld implements World {
    /** Mistakes on purpose. */
    enum Plant {
        NONE,
        /** A tag is used again before the server has let go of it. */
        TAG_REUSED,
        /** A request is reported as late while its answer may still come into its buffer. */
        LATE_REPLY_INTO_REISSUED_BUFFER,
        /** What is compared is always found right. */
        NO_IDENTITY_CHECK
    }

    private final Agenda agenda;
    private final List<SimServer> servers;
    private final Plant plant;
    private @Nullable Engine engine;
    private long wakeups;
    int links;

    SimWorld(Agenda agenda, List<SimServer> servers, Plant plant) {
        this.agenda = agenda;
        this.servers = servers;
        this.plant = plant;
    }

    void engine(Engine engine) {
        this.engine = engine;
    }

    @Override
    public long nanoTime() {
        return agenda.nanoTime();
    }

    @Override
    public void wakeAt(long nanoTime) {
        long mine = ++wakeups;
        Engine woken = engine;
        if (nanoTime != Long.MAX_VALUE && woken != null) {
            agenda.at(nanoTime, () -> {
                if (mine == wakeups) {
                    woken.wake();
                }
            });
        }
    }

    @Override
    public void connect(NinepUri replica, int number, Duration timeout, Opening handler) {
        SimServer server = servers.stream().filter(each -> each.uri.equals(replica)).findFirst().orElseThrow();
        if (server.partitioned) {
            IOException late = new ConnectionLostException("no answer", new SocketTimeoutException());
            agenda.after(timeout.toNanos(), () -> handler.failed(late));
        } else {
            agenda.after(server.latency, () -> {
                if (server.down) {
                    handler.failed(new ConnectionLostException("refused"));
                } else {
                    open(server, timeout, handler);
                }
            });
        }
    }

    private void open(SimServer server, Duration timeout, Opening handler) {
        SimConnection connection = new SimConnection(server);
        links++;
        connection.client().whenEnded(_ -> links--);
        if (plant == Plant.TAG_REUSED) {
            connection.client().reuseTagsTooEarly();
        }
        connection.client().open("image", timeout, (file, attr) -> {
            connection.client().whenEnded(handler::lost);
            handler.opened(new SimLink(server, connection, file), attr);
        }, cause -> {
            connection.client().end();
            connection.stepSoon();
            handler.failed(cause);
        });
        connection.stepSoon();
    }

    /** As over a real connection, but stepped. */
    private final class SimLink implements Link {
        private final SimServer server;
        private final SimConnection connection;
        private final RemoteFile file;

        SimLink(SimServer server, SimConnection connection, RemoteFile file) {
            this.server = server;
            this.connection = connection;
            this.file = file;
        }

        @Override
        public void read(ByteBuffer buffer, long offset, Duration timeout, ReadHandler handler) {
            if (plant == Plant.NO_IDENTITY_CHECK && handler instanceof IdentityCheck.BlockRead) {
                buffer.put(server.right, (int) offset, buffer.remaining());
                agenda.after(server.latency, () -> handler.completed(1));
                return;
            }
            boolean lies = plant == Plant.LATE_REPLY_INTO_REISSUED_BUFFER && handler instanceof Slot;
            ReadHandler told = lies ? impatient(timeout, handler) : handler;
            Duration time = lies ? Duration.ofHours(1) : timeout;
            if (buffer.remaining() <= file.maxCount()) {
                file.read(buffer, offset, time, told);
            } else {
                file.readFully(buffer, offset, time, told);
            }
            connection.stepSoon();
        }

        /** Reports the timeout, and leaves the request with the client. */
        private ReadHandler impatient(Duration timeout, ReadHandler handler) {
            boolean[] over = new boolean[1];
            agenda.after(timeout.toNanos(), () -> {
                if (!over[0]) {
                    over[0] = true;
                    handler.failed(new RequestTimeoutException("planted"));
                }
            });
            return new ReadHandler() {
                @Override
                public void completed(int count) {
                    if (!over[0]) {
                        over[0] = true;
                        handler.completed(count);
                    }
                }

                @Override
                public void failed(IOException cause) {
                    if (!over[0]) {
                        over[0] = true;
                        handler.failed(cause);
                    }
                }
            };
        }

        @Override
        public void getattr(Duration timeout, AttrHandler handler) {
            file.getattr(Attr.BASIC, timeout, handler);
            connection.stepSoon();
        }

        @Override
        public void close(boolean broken) {
            connection.client().end();
            connection.stepSoon();
        }
    }
}
