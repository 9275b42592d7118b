package org.ninep.resilient;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.ninep.Errno;
import org.ninep.client.SteppedClient;
import org.ninep.codec.Codec;
import org.ninep.codec.Frame;
import org.ninep.message.Attr;
import org.ninep.message.Protocol;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage;

/**
 * A connection to a simulated server, both ends: the client that is under test, the bytes on their way, and the server's
 * session, frame by frame. Confined to one thread.
 */
final class SimConnection {
    private static final Errno[] ERRORS = {Errno.EIO, Errno.ESTALE, Errno.EBADF, Errno.EAGAIN, Errno.ENOENT,
            Errno.EACCES, new Errno(999)};

    private final SimServer server;
    private final Agenda agenda;
    private final SteppedClient client;
    private final ByteBuffer incoming = ByteBuffer.allocate(8 << 10).order(ByteOrder.LITTLE_ENDIAN);
    private final ArrayDeque<Frame<Tmessage>> queued = new ArrayDeque<>();
    /** Requests that have not been answered, by tag. */
    private final Map<Integer, Pending> outstanding = new HashMap<>();
    private boolean deaf;
    private long lastArrival;
    private long dueAt = Long.MAX_VALUE;
    private boolean gone;

    /** A request, and whether it is to be answered. */
    private static final class Pending {
        private boolean wanted = true;
    }

    SimConnection(SimServer server) {
        this.server = server;
        this.agenda = server.agenda;
        this.deaf = server.silent;
        this.client = new SteppedClient(server.uri.toString(), agenda, server.msize, 8 << server.random.nextInt(4),
                this::sent);
        server.add(this);
        client.whenEnded(_ -> closed());
    }

    SteppedClient client() {
        return client;
    }

    // The client's end.

    /** Has the client do what it has to do, now and when it is time to. */
    void step() {
        client.step();
        long due = client.untilDue();
        long at = due == 0 ? Long.MAX_VALUE : agenda.nanoTime() + due * SimServer.MILLIS;
        if (at < dueAt) {
            dueAt = at;
            agenda.at(at, () -> {
                dueAt = Long.MAX_VALUE;
                step();
            });
        }
    }

    /** A request was made outside of a step: its deadline is to be looked after. */
    void stepSoon() {
        agenda.after(0, this::step);
    }

    private void closed() {
        gone = true;
        server.remove(this);
    }

    private void sent(ByteBuffer bytes) {
        stepSoon();
        if (!deaf && !gone) {
            agenda.after(server.latency, () -> received(bytes));
        }
    }

    // The server's end.

    /** Nothing passes any more in either direction, and nobody is told. */
    void deafen() {
        deaf = true;
    }

    /** The server's machine says that there is no such connection. */
    void reset() {
        if (!gone) {
            gone = true;
            server.remove(this);
            if (!deaf) {
                agenda.after(server.latency, () -> {
                    client.hungUp();
                    step();
                });
            }
        }
    }

    private void received(ByteBuffer bytes) {
        if (gone || deaf) {
            return;
        }
        incoming.put(bytes).flip();
        while (incoming.remaining() >= Protocol.HEADER_BYTES
                && incoming.remaining() >= incoming.getInt(incoming.position())) {
            int size = incoming.getInt(incoming.position());
            queued.add(decode(incoming.slice(incoming.position(), size).order(ByteOrder.LITTLE_ENDIAN)));
            incoming.position(incoming.position() + size);
        }
        incoming.compact();
        goOn();
    }

    private static Frame<Tmessage> decode(ByteBuffer frame) {
        try {
            return Codec.decodeRequest(frame);
        } catch (IOException e) {
            throw new AssertionError("the client sent what is no request", e);
        }
    }

    /** Handles what has been received, unless the server hangs. */
    void goOn() {
        while (!server.hung && !gone && !queued.isEmpty()) {
            Frame<Tmessage> frame = queued.remove();
            if (frame.message() instanceof Tmessage.Tflush(int oldtag)) {
                flush(frame.tag(), oldtag);
            } else {
                Pending pending = begin(frame.tag());
                agenda.after(server.work(), () -> answer(frame, pending));
            }
        }
    }

    private Pending begin(int tag) {
        Pending pending = new Pending();
        if (outstanding.put(tag, pending) != null) {
            throw new AssertionError("tag " + tag + " is used again before the server let go of it");
        }
        return pending;
    }

    /** flush(5): no answer to the old request after the Rflush; before it there may be one. */
    private void flush(int tag, int oldtag) {
        Pending old = outstanding.get(oldtag);
        if (old != null) {
            old.wanted = server.random.nextBoolean();
        }
        Pending pending = begin(tag);
        agenda.after(server.work(), () -> {
            if (!gone && outstanding.remove(tag, pending)) {
                outstanding.remove(oldtag, old);
                if (old != null) {
                    old.wanted = false;
                }
                send(tag, new Rmessage.Rflush());
            }
        });
    }

    private void answer(Frame<Tmessage> request, Pending pending) {
        if (gone || !pending.wanted) {
            return;
        }
        outstanding.remove(request.tag(), pending);
        if (server.hung) {
            queued.addFirst(request);
        } else {
            send(request.tag(), reply(request.message()));
        }
    }

    private Rmessage reply(Tmessage request) {
        if (server.errors && !(request instanceof Tmessage.Tversion) && server.random.nextInt(3) > 0) {
            return new Rmessage.Rlerror(ERRORS[server.random.nextInt(ERRORS.length)]);
        }
        Qid qid = new Qid(server.directory ? Qid.DIRECTORY : Qid.FILE, 0, 1);
        return switch (request) {
            case Tmessage.Tversion version -> new Rmessage.Rversion(version.msize(), version.version());
            case Tmessage.Tattach _ -> server.refuses
                    ? new Rmessage.Rlerror(Errno.EACCES)
                    : new Rmessage.Rattach(qid);
            case Tmessage.Twalk walk -> new Rmessage.Rwalk(walk.names().stream().map(_ -> qid).toList());
            case Tmessage.Tlopen _ -> new Rmessage.Rlopen(qid, 0);
            case Tmessage.Tgetattr _ -> new Rmessage.Rgetattr(attr(qid));
            case Tmessage.Tread read -> new Rmessage.Rread(server.read(read.offset(), read.count()));
            case Tmessage.Tclunk _ -> new Rmessage.Rclunk();
            default -> throw new AssertionError("nobody asks " + request);
        };
    }

    private Attr attr(Qid qid) {
        Timespec time = new Timespec(server.mtime, 0);
        int mode = server.directory ? Attr.S_IFDIR : Attr.S_IFREG;
        return new Attr(Attr.BASIC, qid, mode, 0, 0, 1, 0, server.size, 4096, 0, time, time, time, Timespec.ZERO, 0, 0);
    }

    private void send(int tag, Rmessage reply) {
        ByteBuffer frame = bytes(tag, reply);
        if (server.garbage && server.random.nextInt(4) == 0) {
            frame.put(server.random.nextInt(frame.limit()), (byte) server.random.nextInt());
            if (reply instanceof Rmessage.Rread) {
                frame.put(4, (byte) 200);
            }
        }
        transmit(frame);
        if (server.twice && server.random.nextInt(4) == 0) {
            transmit(frame.duplicate());
        }
    }

    private static ByteBuffer bytes(int tag, Rmessage reply) {
        ByteBuffer fixed = Codec.encode(new Frame<>(tag, reply));
        ByteBuffer payload = Codec.payload(reply);
        return ByteBuffer.allocate(fixed.remaining() + payload.remaining()).order(ByteOrder.LITTLE_ENDIAN).put(fixed)
                .put(payload.duplicate()).flip();
    }

    /** In order, as TCP does, and perhaps in pieces. */
    private void transmit(ByteBuffer frame) {
        if (deaf) {
            return;
        }
        int length = frame.remaining();
        boolean cut = server.cut && server.random.nextInt(4) == 0;
        int some = cut || server.random.nextInt(8) == 0 ? server.random.nextInt(length) : length;
        arrive(frame.slice(0, some));
        if (cut) {
            agenda.at(lastArrival, this::reset);
        } else if (some < length) {
            arrive(frame.slice(some, length - some));
        }
    }

    private void arrive(ByteBuffer bytes) {
        lastArrival = Math.max(lastArrival, server.arrival(bytes.remaining()));
        agenda.at(lastArrival, () -> {
            if (!gone && !deaf) {
                client.arrived(bytes);
                step();
            }
        });
    }
}
