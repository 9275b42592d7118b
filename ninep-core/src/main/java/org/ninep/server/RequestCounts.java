package org.ninep.server;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.ninep.codec.InPlace;

/**
 * What all clients together have asked a server since it began, those that have left included.
 *
 * <p>
 * Thread-safe.
 */
final class RequestCounts {
    /** Lengths below 4 KiB, below 8 KiB, and so on by doubling; the last has all the others. */
    static final int LENGTHS = 12;
    private static final int SHORTEST_BITS = 12;

    private final LongAdder[] byType = adders(0x100);
    private final LongAdder[] readLengths = adders(LENGTHS);
    private final LongAdder[] writeLengths = adders(LENGTHS);
    private final LongAdder bytesRead = new LongAdder();
    private final LongAdder bytesWritten = new LongAdder();

    private static LongAdder[] adders(int count) {
        return IntStream.range(0, count).mapToObj(_ -> new LongAdder()).toArray(LongAdder[]::new);
    }

    /** A request has come: the frame that begins at {@code at}. */
    void request(ByteBuffer frame, int at) {
        byType[InPlace.type(frame, at)].increment();
    }

    /** A read has been answered with so many bytes. */
    void read(int bytes) {
        bytesRead.add(bytes);
        readLengths[length(bytes)].increment();
    }

    /** A write of so many bytes has been answered. */
    void written(int bytes) {
        bytesWritten.add(bytes);
        writeLengths[length(bytes)].increment();
    }

    private static int length(int bytes) {
        return Math.min(Integer.SIZE - Integer.numberOfLeadingZeros(bytes >> SHORTEST_BITS), LENGTHS - 1);
    }

    long requests(int type) {
        return byType[type].sum();
    }

    long bytesRead() {
        return bytesRead.sum();
    }

    long bytesWritten() {
        return bytesWritten.sum();
    }

    /** How many reads of each length, from the shortest on. */
    LongStream readLengths() {
        return LongStream.of(sums(readLengths));
    }

    /** How many writes of each length, from the shortest on. */
    LongStream writeLengths() {
        return LongStream.of(sums(writeLengths));
    }

    private static long[] sums(LongAdder[] adders) {
        long[] sums = new long[adders.length];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = adders[i].sum();
        }
        return sums;
    }
}
