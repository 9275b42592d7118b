package org.ninep.resilient;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

/**
 * By what the image is known again: its size, and the digests of its first block, its last and a handful between, whose places
 * are drawn anew by each process. It cannot promise every byte: where a part <i>f</i> of a file's blocks differs, <i>n</i>
 * blocks drawn at random show none of it with probability (1-<i>f</i>)<sup><i>n</i></sup>. A manifest of all blocks would have
 * its place here.
 *
 * <p>
 * Immutable.
 *
 * @param size in bytes, more than 0
 * @param blocks what is known
 */
record ContentIdentity(long size, List<Block> blocks) {
    /** Bytes that are compared in one place. */
    static final int BLOCK = 4096;
    /** Places of the fingerprint, where the file has as many blocks. */
    private static final int PLACES = 8;

    /**
     * What is known of one place.
     *
     * <p>
     * Immutable.
     *
     * @param offset in bytes
     * @param length 1 to {@link #BLOCK}
     * @param digest SHA-256 in hexadecimal
     */
    record Block(long offset, int length, String digest) {
        boolean matches(ByteBuffer data) {
            return digest.equals(ContentIdentity.digest(data));
        }
    }

    ContentIdentity {
        blocks = List.copyOf(blocks);
    }

    /** Where the fingerprint of a file of this size is to be taken: ascending, all different. */
    static long[] places(long size, RandomGenerator random) {
        long count = Math.ceilDiv(size, BLOCK);
        if (count <= PLACES) {
            return LongStream.range(0, count).map(i -> i * BLOCK).toArray();
        }
        List<Long> places = new ArrayList<>(List.of(0L, (count - 1) * BLOCK));
        while (places.size() < PLACES) {
            long place = random.nextLong(count) * BLOCK;
            if (!places.contains(place)) {
                places.add(place);
            }
        }
        return places.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    /** How long the block at this offset is. */
    static int lengthAt(long offset, long size) {
        return (int) Math.min(BLOCK, size - offset);
    }

    /** Blocks at random places. */
    static long[] randomPlaces(long size, int count, RandomGenerator random) {
        long all = Math.ceilDiv(size, BLOCK);
        return LongStream.generate(() -> random.nextLong(all) * BLOCK).limit(Math.min(count, all))
                .toArray();
    }

    /** Of all that remains in the buffer, which is not changed. */
    static String digest(ByteBuffer data) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(data.duplicate());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The places, for a log. */
    @Override
    public String toString() {
        return size + " bytes, known by " + Arrays.toString(blocks.stream().mapToLong(Block::offset).toArray());
    }
}
