package org.ninep.resilient;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.ninep.client.NinepUri;
import org.ninep.client.ReadHandler;
import org.ninep.resilient.SimWorld.Plant;

/** Slow is not dead: in the simulated world, links on which everything takes longer than the timeout. */
class SlowLinkTest {
    private static final byte[] IMAGE = SimServer.content(200_000, 1);
    private static final long TIMEOUT = 200 * SimServer.MILLIS;

    private final Agenda agenda = new Agenda(_ -> {});
    private final SplittableRandom random = new SplittableRandom(1);
    private int answered;

    private SimServer server(String name, long perByte) {
        SimServer server = new SimServer(NinepUri.parse("9p://" + name + "/image"), agenda, random.split(), IMAGE,
                IMAGE,
                IMAGE.length, TIMEOUT);
        server.perByte = perByte;
        return server;
    }

    private Engine engine(List<SimServer> servers) {
        SimWorld world = new SimWorld(agenda, servers, Plant.NONE);
        Settings settings = new Settings("slow", servers.stream().map(server -> server.uri).toList(),
                Duration.ofNanos(TIMEOUT), Engine.backoff(Duration.ofSeconds(5)), Optional.empty(),
                ReplicaOrder.PREFERENCE, 2, Duration.ofSeconds(10), new ResilienceListener() {});
        Engine engine = new Engine(settings, world, random.split());
        world.engine(engine);
        engine.start();
        return engine;
    }

    private void read(Engine engine) {
        int offset = random.nextInt(IMAGE.length - 4096);
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        engine.read(buffer, offset, Deadline.NONE, new ReadHandler() {
            @Override
            public void completed(int count) {
                answered++;
                assertEquals(ByteBuffer.wrap(IMAGE, offset, 4096), buffer.flip());
            }

            @Override
            public void failed(IOException cause) {
                throw new AssertionError(cause);
            }
        });
    }

    /** Returns the virtual seconds that it took to open the file everywhere and read so many blocks with each. */
    private double readAll(List<Engine> engines, int reads, Duration bound) {
        long start = agenda.nanoTime();
        long end = start + bound.toNanos();
        for (Engine engine : engines) {
            while (!engine.opened().isDone() && agenda.nanoTime() < end && agenda.next()) {
                // on
            }
        }
        for (Engine engine : engines) {
            for (int i = 0; i < reads; i++) {
                read(engine);
            }
        }
        while (answered < engines.size() * reads && agenda.nanoTime() < end && agenda.next()) {
            // on
        }
        assertEquals(engines.size() * reads, answered, () -> "within " + bound + ": " + engines.getFirst().stats());
        return (agenda.nanoTime() - start) / 1e9;
    }

    @Test
    void readsFinishOnALinkWhereEachTakesLongerThanTheTimeout() {
        long perByte = 2 * TIMEOUT / 4096;
        double took = readAll(List.of(engine(List.of(server("a", perByte)))), 30, Duration.ofMinutes(2));
        assertTrue(took > 30 * 0.4, "the link is slow: " + took);
    }

    @Test
    void readsFinishOverTwoReplicasThatAreBothSlow() {
        long perByte = 2 * TIMEOUT / 4096;
        readAll(List.of(engine(List.of(server("a", perByte), server("b", perByte)))), 30, Duration.ofMinutes(3));
    }

    @Test
    void aStormOf64NodesOnOneSlowLinkSubsides() {
        SimServer shared = server("a", 1000);
        List<Engine> engines = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            engines.add(engine(List.of(shared)));
        }
        double took = readAll(engines, 20, Duration.ofMinutes(2));
        double atBest = 64 * 28 * 4096 * 1e-6;
        assertTrue(took < 10 * atBest, took + " s, where the link's rate alone makes " + atBest);
    }
}
