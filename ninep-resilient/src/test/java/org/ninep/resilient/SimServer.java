package org.ninep.resilient;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.ninep.client.NinepUri;

/** A 9P server in a simulated world: its file, and what is wrong with it at the moment. Confined to one thread. */
final class SimServer {
    static final long MILLIS = 1_000_000;

    final NinepUri uri;
    final Agenda agenda;
    final SplittableRandom random;
    final byte[] right;
    final byte[] wrong;
    final long timeout;
    private final List<SimConnection> connections = new ArrayList<>();

    byte[] image;
    int size;
    boolean directory;
    long mtime = 1;
    int msize = 4096 + 24;
    long latency = MILLIS / 5;
    /** Nanoseconds that a byte takes. */
    long perByte = 10;
    long busyUntil;

    boolean down;
    boolean hung;
    boolean silent;
    boolean partitioned;
    boolean late;
    boolean reorder;
    boolean twice;
    boolean shortReads;
    boolean nothing;
    boolean garbage;
    boolean cut;
    boolean errors;
    boolean refuses;

    /** What a file may hold. */
    static byte[] content(int size, long seed) {
        byte[] bytes = new byte[size];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    /** @param timeout of the client, in nanoseconds */
    SimServer(NinepUri uri, Agenda agenda, SplittableRandom random, byte[] right, byte[] wrong, int size,
            long timeout) {
        this.uri = uri;
        this.agenda = agenda;
        this.random = random;
        this.right = right;
        this.wrong = wrong;
        this.image = right;
        this.size = size;
        this.timeout = timeout;
    }

    void add(SimConnection connection) {
        connections.add(connection);
    }

    void remove(SimConnection connection) {
        connections.remove(connection);
    }

    int connections() {
        return connections.size();
    }

    /** The answer to a read. */
    ByteBuffer read(long offset, int count) {
        if (nothing || offset >= size) {
            return ByteBuffer.allocate(0);
        }
        int length = (int) Math.min(count, size - offset);
        if (shortReads) {
            length = 1 + random.nextInt(length);
        }
        return ByteBuffer.wrap(image, (int) offset, length).slice();
    }

    /** How long it takes the server to answer. */
    long work() {
        if (late) {
            return timeout + random.nextLong(2 * timeout);
        }
        return reorder ? random.nextLong(20 * MILLIS) : random.nextLong(MILLIS / 10);
    }

    /** When bytes that are sent now have arrived: the line of the server is shared by all. */
    long arrival(int bytes) {
        long start = Math.max(agenda.nanoTime(), busyUntil);
        busyUntil = start + bytes * perByte;
        return busyUntil + latency;
    }

    /** Strikes for a while; the schedule ends it with {@link #heal}. */
    void strike(Fault fault) {
        agenda.say(uri + ": " + fault);
        switch (fault) {
            case CRASH -> crash();
            case HANG -> hung = true;
            case SILENT -> {
                crash();
                down = false;
                silent = true;
            }
            case PARTITION -> {
                partitioned = true;
                connections.forEach(SimConnection::deafen);
            }
            case LATE -> late = true;
            case REORDER -> reorder = true;
            case TWICE -> twice = true;
            case SHORT -> shortReads = true;
            case NOTHING -> nothing = true;
            case GARBAGE -> garbage = true;
            case CUT -> cut = true;
            case ERROR -> errors = true;
            case REFUSE -> refuses = true;
            case OTHER_CONTENT -> {
                crash();
                image = wrong;
                down = false;
            }
            case OTHER_SIZE -> {
                crash();
                size = right.length / 2;
                down = false;
            }
            case DIRECTORY -> {
                crash();
                directory = true;
                down = false;
            }
            case OVERWRITTEN -> {
                image = wrong;
                mtime++;
            }
            case SLOW -> perByte = timeout / 2000;
            case LEAP, REMOVED -> {
                // the schedule's
            }
        }
    }

    private void crash() {
        down = true;
        List.copyOf(connections).forEach(SimConnection::reset);
    }

    /** Everything is right again, as far as it can be: what is half-open stays so. */
    void heal() {
        agenda.say(uri + ": well again");
        boolean changed = !Arrays.equals(image, right) || directory || size != right.length;
        if (changed) {
            crash();
            image = right;
            directory = false;
            size = right.length;
            mtime++;
        }
        down = false;
        silent = false;
        partitioned = false;
        late = false;
        reorder = false;
        twice = false;
        shortReads = false;
        nothing = false;
        garbage = false;
        cut = false;
        errors = false;
        refuses = false;
        perByte = 10;
        hung = false;
        List.copyOf(connections).forEach(SimConnection::goOn);
    }
}
