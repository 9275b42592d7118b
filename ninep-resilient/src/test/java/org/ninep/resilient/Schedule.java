package org.ninep.resilient;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ninep.client.NinepUri;
import org.ninep.client.ReadHandler;
import org.ninep.resilient.SimWorld.Plant;

/**
 * One history of a file, its readers and its servers, drawn from a seed: 2 to 4 replicas, 20 or more reads and 3 to 8 faults; and
 * whether all was as it must be. Confined to one thread.
 */
final class Schedule {
    private static final long MILLIS = SimServer.MILLIS;
    private static final int LARGEST = 40_000;
    private static final byte[] RIGHT = SimServer.content(LARGEST, 1);
    private static final byte[] WRONG = SimServer.content(LARGEST, 2);
    static final List<Fault> FAULTS = List.of(Fault.values());
    /** What may befall the server by which the image is known first: those that lie then cannot be told from the others. */
    static final List<Fault> EARLY = List.copyOf(EnumSet.complementOf(EnumSet.of(Fault.GARBAGE,
            Fault.OTHER_CONTENT, Fault.OTHER_SIZE, Fault.DIRECTORY, Fault.OVERWRITTEN, Fault.REMOVED)));
    private static final byte POISON = (byte) 0xee;
    /** Every read is answered so soon after one good replica can be reached for good. */
    static final Duration BOUND = Duration.ofSeconds(90);

    private final SplittableRandom random;
    private final Agenda agenda;
    private final Coverage coverage;
    private final List<SimServer> servers;
    private final SimWorld world;
    private final Engine engine;
    private final long timeout;
    private final List<Read> reads = new ArrayList<>();
    private final List<ByteBuffer> poisoned = new ArrayList<>();
    private boolean closed;
    private @Nullable String violation;

    Schedule(long seed, Plant plant, Coverage coverage, Consumer<String> trace) {
        this.random = new SplittableRandom(seed);
        this.agenda = new Agenda(trace);
        this.coverage = coverage;
        this.timeout = List.of(20, 200, 1000).get(random.nextInt(3)) * MILLIS;
        int size = LARGEST - random.nextInt(3) * 4096;
        byte[] right = Arrays.copyOf(RIGHT, size);
        byte[] wrong = Arrays.copyOf(WRONG, size);
        this.servers = IntStream.range(0, 2 + random.nextInt(3))
                .mapToObj(i -> new SimServer(NinepUri.parse("9p://s" + i + "/image"), agenda, random.split(), right,
                        wrong, size, timeout))
                .toList();
        int msize = random.nextInt(4) == 0 ? 64 << 10 : 4096 + 24;
        long latency = random.nextInt(4) == 0 ? timeout / 50 : MILLIS / 5;
        servers.forEach(server -> {
            server.msize = msize;
            server.latency = latency;
        });
        this.world = new SimWorld(agenda, servers, plant);
        ReplicaOrder order = random.nextInt(4) == 0 ? ReplicaOrder.LATENCY : ReplicaOrder.PREFERENCE;
        Settings settings = new Settings("sim", servers.stream().map(server -> server.uri).toList(),
                Duration.ofNanos(timeout), Engine.backoff(Duration.ofMillis(500)), Optional.empty(), order,
                1 + random.nextInt(2), Duration.ofSeconds(1), new ResilienceListener() {});
        this.engine = new Engine(settings, world, random.split());
        world.engine(engine);
    }

    /** One read, and what became of it. */
    private final class Read implements ReadHandler {
        private final ByteBuffer buffer;
        private final int offset;
        private final boolean mayFail;
        private int answers;

        Read(int offset, int length, boolean mayFail) {
            this.offset = offset;
            this.buffer = ByteBuffer.allocate(length);
            this.mayFail = mayFail;
        }

        private String what() {
            return "read of " + buffer.capacity() + " at " + offset;
        }

        @Override
        public void completed(int count) {
            ended();
            agenda.say(what() + " is answered");
            check(count == buffer.capacity() && !buffer.hasRemaining(), what() + " brought " + count);
            check(buffer.flip().equals(ByteBuffer.wrap(servers.getFirst().right, offset, count)),
                    what() + " brought wrong bytes");
            poison();
        }

        @Override
        public void failed(IOException cause) {
            ended();
            agenda.say(what() + " failed: " + cause);
            check(mayFail || closed, what() + " failed: " + cause);
            buffer.clear();
            poison();
        }

        private void ended() {
            answers++;
            check(answers == 1, what() + " is answered twice");
        }

        private void poison() {
            for (int i = 0; i < buffer.capacity(); i++) {
                buffer.put(i, POISON);
            }
            poisoned.add(buffer);
        }
    }

    /** What goes wrong inside of a handler must not be thrown there, where it would be logged and forgotten. */
    private void check(boolean condition, String complaint) {
        if (!condition && violation == null) {
            violation = complaint;
            agenda.say("WRONG: " + complaint);
        }
    }

    private void complain() {
        Throwable bug = engine.mailbox.failure();
        if (bug != null) {
            throw new AssertionError("an event of the engine failed: " + bug, bug);
        }
        if (violation != null) {
            throw new AssertionError(violation);
        }
    }

    /** @throws AssertionError if anything was not as it must be */
    void run() {
        if (random.nextInt(4) == 0) {
            for (int faults = 1 + random.nextInt(3); faults > 0; faults--) {
                agenda.after(random.nextLong(10 * servers.getFirst().latency), () -> strike(EARLY));
            }
        }
        engine.start();
        runUntil(engine.opened()::isDone, agenda.nanoTime() + BOUND.toNanos());
        check(engine.opened().isDone(), "it is not opened though all is well again");
        long horizon = agenda.nanoTime() + (2 + random.nextInt(20)) * timeout + random.nextLong(4000 * MILLIS);
        plan(horizon);
        runUntil(() -> agenda.nanoTime() > horizon, Long.MAX_VALUE);
        healSome();
        long bound = agenda.nanoTime() + BOUND.toNanos();
        runUntil(() -> reads.stream().allMatch(read -> read.answers == 1), bound);
        reads.stream().filter(read -> read.answers != 1).forEach(
                read -> check(false, read.what() + " is not answered within " + BOUND + ": " + engine.stats()));
        complain();
        end();
    }

    private interface Condition {
        boolean holds();
    }

    private void runUntil(Condition condition, long bound) {
        while (!condition.holds() && agenda.nanoTime() < bound && agenda.next()) {
            complain();
        }
        complain();
    }

    private void plan(long horizon) {
        long start = agenda.nanoTime();
        int count = 20 + random.nextInt(21);
        for (int i = 0; i < count; i++) {
            long at = start + random.nextLong(horizon - start);
            for (int burst = random.nextInt(3) == 0 ? random.nextInt(8) : 0; burst >= 0; burst--) {
                agenda.at(at, this::read);
            }
        }
        int faults = 3 + random.nextInt(6);
        for (int i = 0; i < faults; i++) {
            agenda.at(start + random.nextLong(horizon - start), () -> strike(FAULTS));
        }
        agenda.at(horizon + 1, () -> {});
        if (random.nextInt(20) == 0) {
            agenda.at(start + random.nextLong(horizon - start), this::close);
        }
    }

    private void read() {
        int size = servers.getFirst().right.length;
        int length = 1 + random.nextInt(random.nextBoolean() ? 4096 : 14_000);
        int offset = random.nextInt(size - length + 1);
        boolean impatient = random.nextInt(10) == 0;
        Read read = new Read(offset, length, impatient);
        reads.add(read);
        agenda.say(read.what());
        engine.read(read.buffer, offset,
                engine.deadline(impatient
                        ? Optional.of(Duration.ofNanos(1 + random.nextLong(2 * timeout)))
                        : Optional.empty()),
                read);
    }

    private void close() {
        closed = true;
        agenda.say("closed");
        engine.close(new IOException("closed"));
    }

    // Faults.

    private void strike(List<Fault> faults) {
        SimServer server = random.nextInt(3) == 0 ? active() : servers.get(random.nextInt(servers.size()));
        Fault fault = faults.get(random.nextInt(faults.size()));
        Replica replica = engine.all().stream().filter(each -> each.uri.equals(server.uri)).findFirst().orElse(null);
        if (fault == Fault.OVERWRITTEN && (replica == null || isLookedAt(replica))) {
            return;
        }
        coverage.count(fault, replica == null ? ReplicaState.REMOVED : replica.state);
        long until = random.nextLong(6 * timeout + 1000 * MILLIS);
        if (fault == Fault.LEAP) {
            agenda.say("time leaps");
            agenda.leap(until);
        } else if (fault == Fault.REMOVED) {
            remove(server.uri, until);
        } else {
            server.strike(fault);
            agenda.after(until, server::heal);
        }
    }

    private SimServer active() {
        NinepUri uri = engine.routing.active().map(replica -> replica.uri).orElse(servers.getFirst().uri);
        return servers.stream().filter(server -> server.uri.equals(uri)).findFirst().orElseThrow();
    }

    private boolean isLookedAt(Replica replica) {
        return engine.routing.active().filter(replica::equals).isPresent() || replica.share > 0 || replica.confirming
                || replica.open().stream().anyMatch(lane -> lane.checking || !lane.trusted() || lane.outstanding() > 0);
    }

    private void remove(NinepUri uri, long until) {
        if (!closed && engine.replicas().size() > 1 && engine.replicas().contains(uri)) {
            agenda.say("removed " + uri);
            engine.remove(uri);
            agenda.after(until, () -> {
                if (!closed) {
                    agenda.say("added " + uri);
                    engine.add(uri);
                }
            });
        }
    }

    /** From now on one replica is good for good; others may stay as they are. */
    private void healSome() {
        List<SimServer> named = servers.stream().filter(server -> engine.replicas().contains(server.uri)).toList();
        SimServer good = named.get(random.nextInt(named.size()));
        agenda.say("good for good: " + good.uri);
        good.heal();
        for (SimServer server : servers) {
            if (!server.equals(good) && random.nextBoolean()) {
                server.heal();
            }
        }
    }

    private void end() {
        if (!closed) {
            close();
        }
        long bound = agenda.nanoTime() + BOUND.toNanos();
        runUntil(() -> false, bound);
        check(world.links == 0, world.links + " sessions are left");
        check(engine.traffic.inFlight() == 0 && engine.traffic.waiting() == 0, "reads are left");
        for (ByteBuffer buffer : poisoned) {
            int written = 0;
            while (written < buffer.capacity() && buffer.get(written) == POISON) {
                written++;
            }
            check(written == buffer.capacity(), "a buffer was written after its read was answered");
        }
        complain();
    }
}
