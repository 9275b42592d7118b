package org.ninep.benchmarks.compare;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Many NBD clients in one thread, each with some reads of 4 KiB at random places in flight: {@code NbdClient} has a thread each, which
 * would be measured, too. Confined to one thread.
 */
final class LoadGenerator implements Closeable {
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

    private final Selector selector = Selector.open();
    private final List<LoadClient> clients = new ArrayList<>();

    /**
     * Connects all of them.
     *
     * @param service whose exports are images (see {@link Image})
     * @param exports names, which the clients take in turn
     * @param count how many clients
     * @param depth how many reads each has in flight
     */
    LoadGenerator(Service service, List<String> exports, int count, int depth) throws IOException {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        try {
            for (int i = 0; i < count; i++) {
                LoadClient client = LoadClient.connect(service.port(), exports.get(i % exports.size()), depth, random);
                clients.add(client);
                client.register(selector);
            }
        } catch (IOException e) {
            close();
            throw new IOException("client " + (clients.size() + 1) + " of " + count + ": " + e.getMessage(), e);
        }
    }

    /**
     * What was read. Immutable.
     *
     * @param seconds until the last of them
     */
    record Load(long reads, double seconds) {
        double perSecond() {
            return reads / seconds;
        }
    }

    /** Reads for so long, and then waits for what is in flight. */
    Load run(Duration length) throws IOException {
        long begin = System.nanoTime();
        long end = begin + length.toNanos();
        long reads = 0;
        int inFlight = 0;
        for (LoadClient client : clients) {
            inFlight += client.begin();
        }
        while (inFlight > 0) {
            if (selector.select(LONGEST_SILENCE.toMillis()) == 0) {
                throw new IOException(inFlight + " reads of " + clients.size() + " clients were not answered within "
                        + LONGEST_SILENCE.toSeconds() + " s");
            }
            boolean more = System.nanoTime() - end < 0;
            for (SelectionKey key : selector.selectedKeys()) {
                LoadClient client = (LoadClient) key.attachment();
                int answered = client.takeReplies(more);
                reads += answered;
                inFlight -= more ? 0 : answered;
            }
            selector.selectedKeys().clear();
        }
        return new Load(reads, (System.nanoTime() - begin) / 1e9);
    }

    @Override
    public void close() throws IOException {
        for (LoadClient client : clients) {
            client.close();
        }
        selector.close();
    }
}
